// What all product functions share: settings, the table, and the answer when the table fails.
#pragma once

#include <nlohmann/json.hpp>

#include <functional>
#include <string>

#include "dynamodb_client.h"
#include "environment.h"

namespace techmoda {

struct App {
  Settings settings;
  DynamoClient dynamo;
};

/// 503 with a message for the client; what went wrong goes to the log.
nlohmann::json TableFailed(const std::string& operation, const DynamoResult& result);

/// main() of a function: reads the settings and serves invocations with `handle`.
int RunFunction(const std::function<nlohmann::json(App& app, const nlohmann::json& event)>& handle);

}  // namespace techmoda
