// A regional custom domain name and its base-path mappings.
#pragma once

#include <map>
#include <string>

#include "apigateway/definition.h"
#include "base/time.h"

namespace lifeboat::apigateway {

/// How AWS writes the empty base path.
inline constexpr std::string_view kNoBasePath = "(none)";

struct BasePathMapping {
  std::string base_path;  ///< Empty, or one path segment.
  std::string api_id;
  std::string stage;  ///< Empty: the stage is the next segment of the path.

  json::Object ToAnswer() const;
};

struct DomainName {
  std::string name;
  std::string certificate_arn;
  std::string regional_name;  ///< `d-<10>.execute-api.<region>.amazonaws.com`
  std::string security_policy = "TLS_1_2";
  StringMap tags;
  WallTime uploaded_at;
  std::map<std::string, BasePathMapping> mappings;  ///< By base path.

  json::Object ToAnswer(std::string_view hosted_zone_id) const;
  json::Value ToJson() const;
  static Result<DomainName> FromJson(const json::Value& value);
};

}  // namespace lifeboat::apigateway
