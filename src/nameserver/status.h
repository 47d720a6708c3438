// The status document of a name server, which the drill reads its detection times from.
#pragma once

#include <string>

#include "health/monitor.h"
#include "json/value.h"
#include "nameserver/config.h"
#include "route53/snapshot.h"

namespace lifeboat::nameserver {

struct StatusFacts {
  const Config& config;
  const route53::Snapshot& snapshot;
  const health::Monitor& monitor;
  bool control_plane_reachable = false;
  bool snapshot_persisted = false;
  const std::string& snapshot_refused;  ///< Why the newest one was not taken in; empty: it was.
  uint64_t view_number = 0;
};
json::Value DescribeStatus(const StatusFacts& facts, health::Now now);

}  // namespace lifeboat::nameserver
