// Update::Apply against a slow and obvious one: random actions on different attributes are written
// as text and applied at once, and one after the other, each on the attribute alone.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "dynamodb/test_support.h"

namespace lifeboat::dynamodb {
namespace {

using json::Value;

size_t Pick(size_t count) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<size_t>(0, count));
}

Value N(int64_t n) { return json::Object{{"N", std::to_string(n)}}; }
Value L(json::Array elements) { return json::Object{{"L", std::move(elements)}}; }

json::Array Numbers(size_t count) {
  json::Array numbers;
  for (size_t i = 0; i < count; ++i) numbers.push_back(N(static_cast<int64_t>(Pick(9))));
  return numbers;
}

// What stands at one attribute before and after an action, nullopt for nothing there; the action's
// text, with its own placeholder. Everything an action may do is a line of Make.
struct Step {
  std::string section;
  std::string text;
  std::optional<Value> before;
  std::optional<Value> after;
  std::optional<Value> operand;
};

Step Counter(const std::string& a, const std::string& v) {
  const auto old = static_cast<int64_t>(Pick(100));
  const auto by = static_cast<int64_t>(Pick(100)) - 50;
  const bool there = Pick(3) > 0;
  const int64_t base = there ? old : 0;
  const auto before = there ? std::optional(N(old)) : std::nullopt;
  switch (Pick(4)) {
    case 0:
      return {"ADD", a + " " + v, before, N(base + by), N(by)};
    case 1:
      return {"SET", a + " = if_not_exists(" + a + ", " + v + ")", before, there ? N(old) : N(by),
              N(by)};
    case 2:
      return {"SET", a + " = " + v, before, N(by), N(by)};
    default:
      return {"SET", a + " = " + a + " - " + v, N(old), N(old - by), N(by)};
  }
}

Step Elements(const std::string& a, const std::string& v) {
  const json::Array old = Numbers(Pick(5));
  const size_t at = Pick(7);
  const std::string place = a + "[" + std::to_string(at) + "]";
  json::Array after = old;
  switch (Pick(4)) {
    case 0: {
      const json::Array more = Numbers(Pick(3));
      after.insert(after.end(), more.begin(), more.end());
      return {"SET", a + " = list_append(" + a + ", " + v + ")", L(old), L(after), L(more)};
    }
    case 1: {
      json::Array more = Numbers(Pick(3));
      const Value operand = L(more);
      more.insert(more.end(), old.begin(), old.end());
      return {"SET", a + " = list_append(" + v + ", " + a + ")", L(old), L(more), operand};
    }
    case 2:  // Behind the end it is appended.
      if (at >= after.size()) after.push_back({});
      after[std::min(at, after.size() - 1)] = N(77);
      return {"SET", place + " = " + v, L(old), L(after), N(77)};
    default:
      if (at < after.size()) after.erase(after.begin() + static_cast<long>(at));
      return {"REMOVE", place, L(old), L(after), std::nullopt};
  }
}

// A set as a number: bit i for the i-th letter.
std::optional<Value> Set(size_t bits) {
  if (bits == 0) return std::nullopt;
  json::Array members;
  for (size_t i = 0; i < 5; ++i) {
    if ((bits >> i) & 1) members.push_back(std::string(1, static_cast<char>('a' + i)));
  }
  return json::Object{{"SS", std::move(members)}};
}

Step Members(const std::string& a, const std::string& v) {
  const size_t old = Pick(32);
  const size_t operand = 1 + Pick(31);
  if (Pick(2) == 0) return {"ADD", a + " " + v, Set(old), Set(old | operand), Set(operand)};
  return {"DELETE", a + " " + v, Set(old), Set(old & ~operand), Set(operand)};
}

Step Make(const std::string& a, const std::string& v) {
  switch (Pick(4)) {
    case 0:
      return Counter(a, v);
    case 1:
      return Elements(a, v);
    case 2:
      return Members(a, v);
    default:
      return {"REMOVE", a, Pick(2) ? std::optional(N(1)) : std::nullopt, std::nullopt,
              std::nullopt};
  }
}

RC_GTEST_PROP(UpdateProperty, AppliesAsTheReference, ()) {
  json::Object before{{"pk", N(1)}};
  json::Object after = before;
  json::Object values;
  std::map<std::string, std::string> sections;
  for (size_t i = 0; i <= Pick(6); ++i) {
    const std::string name = "a" + std::to_string(i);
    const Step step = Make(name, ":v" + std::to_string(i));
    if (step.before) before.Append(name, *step.before);
    if (step.after) after.Append(name, *step.after);
    if (step.operand) values.Append(":v" + std::to_string(i), *step.operand);
    std::string& section = sections[step.section];
    section += (section.empty() ? step.section + " " : ", ") + step.text;
  }
  std::string text;
  for (const auto& [name, section] : sections) text += section + " ";
  RC_LOG() << text << "\n" << json::Write(before) << "\n" << json::Write(values) << "\n";
  const Value given = values;
  auto subs = SubstitutionsFromJson(nullptr, values.empty() ? nullptr : &given);
  const auto update = Update::Parse(text, *subs);
  RC_ASSERT(update.ok());
  RC_ASSERT(subs->CheckAllUsed().ok());
  const auto result = update->Apply(*ItemFromJson(before));
  RC_ASSERT(result.ok());
  RC_ASSERT(*result == *ItemFromJson(after));
}

}  // namespace
}  // namespace lifeboat::dynamodb
