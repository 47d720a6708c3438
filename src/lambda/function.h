// A function as it is stored and as Lambda's API shows it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/time.h"
#include "json/value.h"
#include "lambda/function_name.h"
#include "lambda/limits.h"
#include "lambda/policy.h"

namespace lifeboat::lambda {

struct Function {
  std::string name;
  std::string runtime;
  std::string role;
  std::string handler;
  std::string description;
  int timeout_seconds = kDefaultTimeoutSeconds;
  int memory_mb = kDefaultMemoryMb;
  std::string architecture = "x86_64";
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> tags;
  std::string code_sha256;  ///< Raw digest of the zip; names the unpacked package too.
  uint64_t code_size = 0;
  WallTime modified_at;
  std::string revision_id;
  Policy policy;

  Duration timeout() const { return Duration::Seconds(timeout_seconds); }
  std::string CodeHex() const;

  /// FunctionConfiguration of the API (model 2015-03-31).
  json::Object ToConfiguration(const Home& home) const;
  /// The stored document (docs/formats/functions-and-apis.md) and back.
  json::Value ToJson() const;
  static Result<Function> FromJson(const json::Value& value);
};

json::Value ToJson(const std::map<std::string, std::string>& map);
std::map<std::string, std::string> ToMap(const json::Value& value);

}  // namespace lifeboat::lambda
