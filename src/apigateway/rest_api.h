// A REST API with its deployments and stages, as it is stored and as the control plane shows it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "apigateway/definition.h"
#include "base/time.h"

namespace lifeboat::apigateway {

struct Deployment {
  std::string id;
  std::string description;
  WallTime created_at;
  Definition definition;

  json::Object ToAnswer() const;
};

/// Requests a second, and how many may come at once.
struct Throttling {
  double rate = 10'000;
  double burst = 5'000;
};

struct Stage {
  std::string name;
  std::string deployment_id;
  std::string description;
  StringMap variables;
  StringMap tags;
  std::optional<Throttling> throttling;  ///< Of `*/*`; nullopt: the account's.
  WallTime created_at;
  WallTime updated_at;

  json::Object ToAnswer() const;
};

struct RestApi {
  std::string id;
  std::string name;
  std::string description;
  std::string version;
  std::string endpoint_type = "EDGE";
  StringMap tags;
  WallTime created_at;
  Definition definition;  ///< As edited; clients see deployments only.
  std::map<std::string, Deployment> deployments;
  std::map<std::string, Stage> stages;

  const std::string& root_id() const { return definition.resources.at("/").id; }
  json::Object ToAnswer() const;
  json::Value ToJson() const;
  static Result<RestApi> FromJson(const json::Value& value);
};

}  // namespace lifeboat::apigateway
