// What a name server is told about its world when it starts.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "health/check.h"

namespace lifeboat::nameserver {

struct WorldRegion {
  std::string name;     ///< us-east-1
  std::string address;  ///< IPv4, numeric: what names of the region resolve to.
};

struct Config {
  /// Our name at Route 53's control plane (route53::Service::Options::name_servers).
  std::string name = "nameserver";
  /// Where the names of delegation sets (ns-1.awsdns-01.com) point: IPv4, numeric.
  std::string address = "127.0.0.1";
  std::vector<WorldRegion> regions;
  std::vector<health::CheckerPlace> checkers = health::MakeCheckerPlaces();
};

/// TTL of the world's own names, as of API Gateway's and DynamoDB's endpoints.
inline constexpr uint32_t kWorldTtl = 60;
/// A long poll at the control plane waits so long for news, and its host so long for the answer.
inline constexpr Duration kPollWait = Duration::Seconds(20);
inline constexpr Duration kPollTimeout = Duration::Seconds(25);
/// Pauses between attempts while the control plane is dead: doubled from the first to the last.
/// Short, because a control plane that starts takes no changes before it has heard us.
inline constexpr Duration kFirstBackOff = Duration::Millis(50);
inline constexpr Duration kLastBackOff = Duration::Millis(500);
/// Observations go out at most so often.
inline constexpr Duration kObservationInterval = Duration::Seconds(2);
inline constexpr Duration kObservationTimeout = Duration::Seconds(5);

}  // namespace lifeboat::nameserver
