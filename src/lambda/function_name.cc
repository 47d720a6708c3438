#include "lambda/function_name.h"

#include <algorithm>

#include "base/bytes.h"
#include "lambda/errors.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

constexpr std::string_view kPattern =
    "Member must satisfy regular expression pattern: "
    "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?"
    "([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";

}  // namespace

bool IsFunctionName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxFunctionNameLength &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_';
         });
}

std::string Home::Arn(std::string_view name) const {
  return fmt::format("arn:aws:lambda:{}:{}:function:{}", region, account, name);
}

http::AwsResult<FunctionName> Home::Parse(std::string_view text) const {
  const auto violation = [&] { return ConstraintViolation(text, "functionName", kPattern); };
  std::vector<std::string_view> parts = Split(text, ':');
  const auto drop = [&](size_t count) { parts.erase(parts.begin(), parts.begin() + count); };
  bool elsewhere = false;
  if (parts.size() >= 7 && parts[0] == "arn" && parts[2] == "lambda") {
    elsewhere = parts[3] != region || parts[4] != account;
    drop(5);
  } else if (parts.size() >= 3 && parts[1] == "function") {
    elsewhere = parts[0] != account;
    drop(1);
  }
  if (parts.size() >= 2 && parts[0] == "function") drop(1);
  if (parts.size() > 2 || !IsFunctionName(parts[0])) return violation();
  if (elsewhere) {
    return FunctionNotFound(text.starts_with("arn:") ? std::string(text) : Arn(parts[0]));
  }
  FunctionName result{std::string(parts[0]), {}};
  if (parts.size() == 2) result.qualifier = parts[1];
  if (parts.size() == 2 && result.qualifier != kLatest && !IsFunctionName(result.qualifier)) {
    return violation();
  }
  return result;
}

}  // namespace lifeboat::lambda
