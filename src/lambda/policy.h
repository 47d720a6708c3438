// The resource policy of a function: who may invoke it. API Gateway asks it before each invocation;
// callers with keys of the account's own are not asked (identity policies are not enforced here).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace lifeboat::lambda {

struct Statement {
  std::string id;
  std::string action;          ///< lambda:InvokeFunction, lambda:* ...
  std::string principal;       ///< apigateway.amazonaws.com, an account, an ARN or `*`.
  std::string source_arn;      ///< Empty: any.
  std::string source_account;  ///< Empty: any.
};

class Policy {
 public:
  const std::vector<Statement>& statements() const { return statements_; }
  const Statement* Find(std::string_view id) const;
  void Add(Statement statement) { statements_.push_back(std::move(statement)); }
  bool Remove(std::string_view id);

  /// May the AWS service `principal`, acting for `source_arn`, invoke the function?
  bool Allows(std::string_view principal, std::string_view source_arn) const;

  /// The document that GetPolicy returns.
  json::Value ToDocument(std::string_view function_arn) const;
  json::Value ToJson() const;
  static Policy FromJson(const json::Value& value);

 private:
  std::vector<Statement> statements_;
};

/// One statement as AddPermission's answer and policy documents hold it.
json::Value StatementDocument(const Statement& statement, std::string_view function_arn);

/// IAM's ArnLike, colon parts aside: `*` stands for any characters, `?` for one.
bool MatchesPattern(std::string_view pattern, std::string_view text);

}  // namespace lifeboat::lambda
