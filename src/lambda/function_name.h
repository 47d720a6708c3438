// The three ways in which AWS lets a caller name a function: its name, its ARN, or a part of the
// ARN; each may carry a qualifier.
#pragma once

#include <string>
#include <string_view>

#include "http/aws_error.h"

namespace lifeboat::lambda {

inline constexpr std::string_view kLatest = "$LATEST";

struct FunctionName {
  std::string name;
  std::string qualifier;  ///< Empty when none was given.
};

/// Where functions live: makes and reads their ARNs.
struct Home {
  std::string region;
  std::string account;

  std::string Arn(std::string_view name) const;
  /// `name`, `account:function:name`, `function:name` or `arn:aws:lambda:region:account:function:
  /// name`, each with an optional `:qualifier`. An ARN of another region or account is not found
  /// here.
  http::AwsResult<FunctionName> Parse(std::string_view text) const;
};

/// 1 to 64 of [a-zA-Z0-9-_].
bool IsFunctionName(std::string_view text);

}  // namespace lifeboat::lambda
