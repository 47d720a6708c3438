#include "world/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>

#include "net/system.h"

namespace lifeboat::world {
namespace {

constexpr int kMaxTries = 200;
// Below Linux's own ephemeral range (32768 and up), so that no outgoing connection takes a port
// between our look and the process that will listen.
constexpr int64_t kFirstPort = 12'000;
constexpr int64_t kLastPort = 32'000;

bool CanBind(const std::string& address, uint16_t port, int type) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  const bool free = inet_pton(AF_INET, address.c_str(), &at.sin_addr) == 1 &&
                    bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
  close(fd);
  return free;
}

/// Draws ports until one is free at all `addresses` for all `types` and not yet taken by us.
Result<uint16_t> Draw(Prng& prng, std::set<uint16_t>& taken,
                      const std::vector<std::string>& addresses, const std::vector<int>& types) {
  for (int i = 0; i < kMaxTries; ++i) {
    const auto port = static_cast<uint16_t>(prng.Between(kFirstPort, kLastPort));
    if (taken.contains(port)) continue;
    bool free = true;
    for (const std::string& address : addresses) {
      for (const int type : types) free = free && CanBind(address, port, type);
    }
    if (!free) continue;
    taken.insert(port);
    return port;
  }
  return Error{ErrorCode::kUnavailable, "found no free ports on this machine's loopback addresses"};
}

}  // namespace

Status PickFreePorts(Config& config) {
  Prng prng = net::NewSystemPrng();
  std::set<uint16_t> taken;
  std::vector<std::string> addresses;
  for (const RegionConfig& region : config.regions) addresses.push_back(region.address);
  const auto http = Draw(prng, taken, addresses, {SOCK_STREAM});
  const auto https = Draw(prng, taken, addresses, {SOCK_STREAM});
  const auto dns = Draw(prng, taken, {config.nameserver_address}, {SOCK_STREAM, SOCK_DGRAM});
  const auto status = Draw(prng, taken, {config.nameserver_address}, {SOCK_STREAM});
  const auto edge = Draw(prng, taken, {config.edge_address}, {SOCK_STREAM});
  for (const auto* port : {&http, &https, &dns, &status, &edge}) {
    if (!*port) return port->error();
  }
  for (RegionConfig& region : config.regions) {
    region.http_port = *http;
    region.https_port = *https;
  }
  config.dns_port = *dns;
  config.nameserver_http_port = *status;
  config.edge_port = *edge;
  return {};
}

}  // namespace lifeboat::world
