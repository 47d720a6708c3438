#include "drill/dns_watch.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

/// Longer than the interval: a slow answer is noted too, and a lost one is asked for again anyway.
constexpr Duration kDnsWatchTimeout = Duration::Seconds(1);

}  // namespace

void DnsWatch::Start() {
  running_ = true;
  for (const client::ServerAddress& server : setting_.world.name_servers)
    servers_[server.ToString()];
  Tick();
}

void DnsWatch::Tick() {
  if (!running_) return;
  const Instant asked = setting_.host.clock.Now();
  for (const client::ServerAddress& server : setting_.world.name_servers)
    client::AskServer(setting_.host.dialer, server, setting_.scenario.target.host, next_id_++,
                      kDnsWatchTimeout,
                      lifeline_.Guard([this, name = server.ToString(), asked](auto answer) {
                        if (running_) OnAnswer(name, asked, answer);
                      }));
  setting_.host.scheduler.After(kDnsWatchInterval, lifeline_.Guard([this] { Tick(); }));
}

void DnsWatch::OnAnswer(const std::string& server, Instant asked,
                        const Result<client::DnsAnswer>& answer) {
  DnsLine line;
  line.server = server;
  line.asked = setting_.journal.Micros(asked);
  servers_[server].silent = !answer.ok();
  if (!answer.ok()) {
    line.error = answer.error().message;
    setting_.journal.Note(line);
    return;
  }
  bool survivors = !answer->addresses.empty();
  bool lost = false;
  for (const std::string& address : answer->addresses) {
    line.addresses.push_back(address);
    const client::RegionPlace* place = setting_.places.FindByAddress(address);
    if (place != nullptr) line.regions.push_back(place->name);
    const bool is_lost = place != nullptr && place->name == setting_.scenario.lost_region();
    lost = lost || is_lost;
    survivors = survivors && place != nullptr && !is_lost;
  }
  line.ttl = static_cast<int64_t>(answer->ttl);
  line.rcode = static_cast<int64_t>(answer->rcode);
  setting_.journal.Note(line);
  Server& state = servers_[server];
  state.names_lost = lost;
  state.has_address = !answer->addresses.empty();
  if (!survivors)
    state.survivors_since.reset();
  else if (!state.survivors_since)
    state.survivors_since = setting_.journal.Micros(setting_.host.clock.Now());
}

std::optional<int64_t> DnsWatch::survivors_only_since() const {
  std::optional<int64_t> last;
  for (const auto& [name, server] : servers_) {
    if (server.silent) continue;
    if (!server.survivors_since) return std::nullopt;
    last = std::max(last.value_or(0), *server.survivors_since);
  }
  return last;
}

bool DnsWatch::all_answer() const {
  return !servers_.empty() && std::all_of(servers_.begin(), servers_.end(), [](const auto& server) {
    return server.second.has_address && !server.second.silent;
  });
}

bool DnsWatch::names_lost_region() const {
  return !servers_.empty() && std::all_of(servers_.begin(), servers_.end(), [](const auto& server) {
    return server.second.names_lost;
  });
}

}  // namespace lifeboat::drill
