// HealthFeed: what the health checks of a world say, as the drill's T1 has it.
#pragma once

#include <functional>
#include <string>

#include "base/time.h"

namespace lifeboat::drill {

/// A health check's status by quorum changed, as the name server saw it.
struct HealthEvent {
  Instant at;  ///< On the drill's clock; when the feed learned of it if it can't be told better.
  std::string check_id;
  std::string name;    ///< What it probes, for instance use1.api.techmoda-example.com.
  std::string region;  ///< Whose health it tells; empty when that can't be told.
  bool healthy = false;
  int checkers_healthy = 0;
  int checkers = 0;
};

class HealthFeed {
 public:
  virtual ~HealthFeed() = default;
  /// From now on reports each change of each health check's status, and once the present status
  /// of all. Ends with the feed.
  virtual void Watch(std::function<void(HealthEvent)> on_event) = 0;
};

}  // namespace lifeboat::drill
