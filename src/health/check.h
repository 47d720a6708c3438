// What a Route 53 health check is made of, as the checkers need it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace lifeboat::health {

/// The types that work here. CLOUDWATCH_METRIC and RECOVERY_CONTROL are refused by route53/.
enum class CheckType { kHttp, kHttps, kHttpStrMatch, kHttpsStrMatch, kTcp, kCalculated };

struct CheckConfig {
  std::string id;
  CheckType type = CheckType::kHttp;
  std::string ip_address;  ///< Empty: `fqdn` is resolved before every probe, IPv4 only.
  std::string fqdn;        ///< Goes into Host and SNI.
  uint16_t port = 80;
  std::string resource_path;  ///< Empty or `/...`, maybe with a query.
  std::string search_string;
  Duration request_interval = Duration::Seconds(30);
  int failure_threshold = 3;  ///< Consecutive results that flip a checker, both ways.
  bool inverted = false;
  bool disabled = false;  ///< Not probed, and healthy (unhealthy when inverted).
  bool enable_sni = false;
  std::vector<std::string> regions;   ///< Places of the checkers to use; empty: all.
  std::vector<std::string> children;  ///< kCalculated: ids of other checks.
  int health_threshold = 0;           ///< kCalculated: healthy children needed.

  bool is_probed() const { return type != CheckType::kCalculated && !disabled; }
  bool is_tls() const { return type == CheckType::kHttps || type == CheckType::kHttpsStrMatch; }
  bool has_search_string() const {
    return type == CheckType::kHttpStrMatch || type == CheckType::kHttpsStrMatch;
  }
  bool operator==(const CheckConfig&) const = default;
};

/// One of the uncoordinated places that probe. AWS has about 16 in 8 Regions.
struct CheckerPlace {
  std::string region;
  std::string ip_address;  ///< As told in GetHealthCheckStatus.
  bool operator==(const CheckerPlace&) const = default;
};

/// The Regions that checkers stand in (API Reference, HealthCheckConfig, "Regions").
inline constexpr std::string_view kCheckerRegions[] = {
    "us-east-1", "us-west-1",      "us-west-2",      "eu-west-1",
    "sa-east-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1"};
inline constexpr int kDefaultCheckers = 16;
/// The range of the checkers (one of those that AWS publishes as ROUTE53_HEALTHCHECKS).
inline constexpr std::string_view kCheckerAddressRange = "15.177.0.0/18";
/// `count` places, spread evenly over kCheckerRegions, with addresses of that
/// range.
std::vector<CheckerPlace> MakeCheckerPlaces(int count = kDefaultCheckers);

}  // namespace lifeboat::health
