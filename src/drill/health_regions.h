// HealthRegions: whose health a check tells. A check probes a name of one region's own
// (use1.api.techmoda-example.com), so the address that the name has tells the region.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "client/dialer.h"
#include "client/lifeline.h"
#include "client/places.h"
#include "drill/health_feed.h"

namespace lifeboat::drill {

class HealthRegions {
 public:
  /// `dialer` must outlive it.
  explicit HealthRegions(client::Dialer& dialer) : dialer_(dialer) {}
  /// The world is known from now on.
  void Use(client::Places places, std::vector<client::ServerAddress> servers);

  /// Hands the event on, with its region where that can be told; maybe inside the call.
  void Resolve(HealthEvent event, std::function<void(const HealthEvent&)> done);

 private:
  client::Dialer& dialer_;
  client::Places places_;
  std::vector<client::ServerAddress> servers_;
  std::map<std::string, std::string> known_;  ///< Regions, by name.
  uint16_t next_id_ = 1;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
