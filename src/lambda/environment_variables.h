// What a function's process finds in its environment (Developer Guide, "Defined runtime environment
// variables").
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "lambda/function.h"

namespace lifeboat::lambda {

struct FunctionCredentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
};

using Variables = std::map<std::string, std::string>;

/// The keys among `variables` that a function may not set.
std::vector<std::string> ReservedKeysIn(const Variables& variables);

/// `YYYY/MM/DD/[$LATEST]<32 hex>`
std::string LogStreamName(WallTime now, std::string_view random_hex);

/// What AWS sets goes before what the function's owner has set, and that before `defaults`, which
/// every function of the world gets (endpoint URLs). AWS_LAMBDA_RUNTIME_API and the variables with
/// paths (LAMBDA_TASK_ROOT, NODE_PATH ...) are the process host's.
Variables MakeVariables(const Function& function, const Home& home, const Variables& defaults,
                        const FunctionCredentials& credentials, std::string log_stream);

}  // namespace lifeboat::lambda
