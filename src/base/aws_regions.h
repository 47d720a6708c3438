// The regions of the aws partition that Lifeboat knows, with the facts that more than one folder
// needs.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace lifeboat {

struct AwsRegion {
  std::string_view name;
  /// Hosted zone of the region's execute-api names: the zone that an alias to a regional custom
  /// domain must give (General Reference, "Amazon API Gateway endpoints and quotas").
  std::string_view execute_api_zone_id;
};

std::span<const AwsRegion> AllAwsRegions();
std::optional<AwsRegion> FindAwsRegion(std::string_view name);

/// Where Route 53's, IAM's and other global control planes live.
inline constexpr std::string_view kGlobalControlPlaneRegion = "us-east-1";

}  // namespace lifeboat
