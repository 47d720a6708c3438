// Reads what CreateFunction, UpdateFunctionConfiguration and UpdateFunctionCode are given. Members
// that AWS has and this system doesn't are refused, never ignored.
#pragma once

#include <optional>
#include <string>

#include "http/aws_error.h"
#include "json/value.h"
#include "lambda/function.h"
#include "lambda/runtimes.h"

namespace lifeboat::lambda {

/// Puts the configuration members of `body` into `function`; absent ones stay as they are.
http::AwsResult<void> ReadConfiguration(const json::Value& body, Era era, Function& function);

/// Reads FunctionName, and the members that only CreateFunction has; then as ReadConfiguration.
http::AwsResult<Function> ReadNewFunction(const json::Value& body, const Home& home, Era era);

/// Where a package is to come from: its bytes, or a place in S3.
struct CodeInput {
  std::optional<std::string> zip;
  std::string bucket;
  std::string key;
  std::string version;
};
http::AwsResult<CodeInput> ReadCode(const json::Value& code);

/// Reads a map of strings; SerializationException when it is something else.
http::AwsResult<std::map<std::string, std::string>> ReadStringMap(const json::Value& value,
                                                                  std::string_view member);

}  // namespace lifeboat::lambda
