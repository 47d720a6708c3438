#include "lambda/policy.h"

#include <algorithm>

#include "base/bytes.h"

namespace lifeboat::lambda {
namespace {

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

json::Value PrincipalDocument(const std::string& principal) {
  if (principal == "*") return "*";
  if (IsDigits(principal)) {
    return json::Object{{"AWS", "arn:aws:iam::" + principal + ":root"}};
  }
  if (principal.starts_with("arn:")) return json::Object{{"AWS", principal}};
  return json::Object{{"Service", principal}};
}

/// The account is the fifth part of an ARN.
std::string_view AccountOf(std::string_view arn) {
  const std::vector<std::string_view> parts = Split(arn, ':');
  return parts.size() > 4 ? parts[4] : std::string_view();
}

}  // namespace

bool MatchesPattern(std::string_view pattern, std::string_view text) {
  // Greedy with one point of return, so that the time stays quadratic for any pattern.
  size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

const Statement* Policy::Find(std::string_view id) const {
  const auto it = std::find_if(statements_.begin(), statements_.end(),
                               [&](const Statement& statement) { return statement.id == id; });
  return it == statements_.end() ? nullptr : &*it;
}

bool Policy::Remove(std::string_view id) {
  return std::erase_if(statements_, [&](const Statement& s) { return s.id == id; }) > 0;
}

bool Policy::Allows(std::string_view principal, std::string_view source_arn) const {
  return std::any_of(statements_.begin(), statements_.end(), [&](const Statement& s) {
    const bool action = s.action == "lambda:InvokeFunction" || s.action == "lambda:*";
    const bool who = s.principal == "*" || s.principal == principal;
    const bool arn = s.source_arn.empty() || MatchesPattern(s.source_arn, source_arn);
    const bool account = s.source_account.empty() || s.source_account == AccountOf(source_arn);
    return action && who && arn && account;
  });
}

json::Value StatementDocument(const Statement& statement, std::string_view function_arn) {
  json::Object document{{"Sid", statement.id},
                        {"Effect", "Allow"},
                        {"Principal", PrincipalDocument(statement.principal)},
                        {"Action", statement.action},
                        {"Resource", function_arn}};
  json::Object condition;
  if (!statement.source_account.empty()) {
    condition.Set("StringEquals", json::Object{{"AWS:SourceAccount", statement.source_account}});
  }
  if (!statement.source_arn.empty()) {
    condition.Set("ArnLike", json::Object{{"AWS:SourceArn", statement.source_arn}});
  }
  if (!condition.empty()) document.Set("Condition", std::move(condition));
  return document;
}

json::Value Policy::ToDocument(std::string_view function_arn) const {
  json::Array list;
  for (const Statement& s : statements_) list.push_back(StatementDocument(s, function_arn));
  return json::Object{{"Version", "2012-10-17"}, {"Id", "default"}, {"Statement", std::move(list)}};
}

json::Value Policy::ToJson() const {
  json::Array list;
  for (const Statement& s : statements_) {
    list.push_back(json::Object{{"id", s.id},
                                {"action", s.action},
                                {"principal", s.principal},
                                {"source_arn", s.source_arn},
                                {"source_account", s.source_account}});
  }
  return list;
}

Policy Policy::FromJson(const json::Value& value) {
  Policy policy;
  for (const json::Value& s : value.as_array()) {
    policy.Add({s.GetString("id"), s.GetString("action"), s.GetString("principal"),
                s.GetString("source_arn"), s.GetString("source_account")});
  }
  return policy;
}

}  // namespace lifeboat::lambda
