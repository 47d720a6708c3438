#include "lambda/environment_variables.h"

#include <algorithm>

#include "lambda/runtimes.h"

namespace lifeboat::lambda {
namespace {

constexpr std::string_view kReserved[] = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
};

}  // namespace

std::vector<std::string> ReservedKeysIn(const Variables& variables) {
  std::vector<std::string> found;
  for (const auto& [key, value] : variables) {
    if (std::find(std::begin(kReserved), std::end(kReserved), key) != std::end(kReserved)) {
      found.push_back(key);
    }
  }
  return found;
}

std::string LogStreamName(WallTime now, std::string_view random_hex) {
  const CivilTime c = ToCivil(now);
  return fmt::format("{:04}/{:02}/{:02}/[{}]{}", c.year, c.month, c.day, kLatest, random_hex);
}

Variables MakeVariables(const Function& function, const Home& home, const Variables& defaults,
                        const FunctionCredentials& credentials, std::string log_stream) {
  Variables variables = {
      {"_HANDLER", function.handler},
      {"AWS_REGION", home.region},
      {"AWS_DEFAULT_REGION", home.region},
      {"AWS_LAMBDA_FUNCTION_NAME", function.name},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(function.memory_mb)},
      {"AWS_LAMBDA_FUNCTION_VERSION", std::string(kLatest)},
      {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
      {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name},
      {"AWS_LAMBDA_LOG_STREAM_NAME", std::move(log_stream)},
      {"AWS_ACCESS_KEY_ID", credentials.access_key_id},
      {"AWS_SECRET_ACCESS_KEY", credentials.secret_access_key},
  };
  if (!credentials.session_token.empty()) {
    variables["AWS_SESSION_TOKEN"] = credentials.session_token;
  }
  const Runtime* runtime = FindRuntime(function.runtime);
  if (runtime && runtime->language != Language::kNative) {
    variables["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + function.runtime;
  }
  variables.insert(function.variables.begin(), function.variables.end());
  variables.insert(defaults.begin(), defaults.end());
  variables.insert({{"LANG", "en_US.UTF-8"},
                    {"TZ", ":UTC"},
                    {"PATH", "/usr/local/bin:/usr/bin:/bin"},
                    {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"}});
  return variables;
}

}  // namespace lifeboat::lambda
