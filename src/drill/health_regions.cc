#include "drill/health_regions.h"

#include "client/resolver.h"
#include "dns/name.h"

namespace lifeboat::drill {
namespace {

constexpr Duration kAskTimeout = Duration::Seconds(1);

}  // namespace

void HealthRegions::Use(client::Places places, std::vector<client::ServerAddress> servers) {
  places_ = std::move(places);
  servers_ = std::move(servers);
}

void HealthRegions::Resolve(HealthEvent event, std::function<void(const HealthEvent&)> done) {
  if (!event.region.empty()) return done(event);
  if (const client::RegionPlace* place = places_.FindByAddress(event.name)) {
    event.region = place->name;
    return done(event);
  }
  if (const auto known = known_.find(event.name); known != known_.end()) {
    event.region = known->second;
    return done(event);
  }
  if (servers_.empty() || !dns::Name::Parse(event.name).ok()) return done(event);
  client::AskServer(dialer_, servers_.front(), event.name, next_id_++, kAskTimeout,
                    lifeline_.Guard([this, event, done](const Result<client::DnsAnswer>& answer) {
                      HealthEvent resolved = event;
                      if (answer.ok() && answer->addresses.size() == 1)
                        if (const auto* place = places_.FindByAddress(answer->addresses.front()))
                          resolved.region = known_[event.name] = place->name;
                      done(resolved);
                    }));
}

}  // namespace lifeboat::drill
