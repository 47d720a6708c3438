#include "world/edge_route.h"

#include <algorithm>

#include <fmt/format.h>

#include "auth/sigv4.h"
#include "base/bytes.h"
#include "dns/address.h"
#include "dns/name.h"
#include "fault/effects.h"
#include "region/router.h"

namespace lifeboat::world {
namespace {

using Kind = EdgeRoute::Kind;

constexpr std::string_view kControlPrefix = "/_lifeboat/";
/// Of what a client sent, so much is shown to it again.
constexpr size_t kShownMax = 80;

/// Printable, and not longer than a line.
std::string Shown(std::string_view text) {
  std::string shown(text.substr(0, kShownMax));
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = '?';
  }
  return shown.size() < text.size() ? shown + "..." : shown;
}

std::string WhatThereIs(const Config& config) {
  std::string regions;
  for (const RegionConfig& region : config.regions) {
    regions += (regions.empty() ? "" : ", ") + region.name;
  }
  return fmt::format(
      "This world's regions are {}: it has AWS's names in them (dynamodb.{}.amazonaws.com) and the "
      "names of its own hosted zones",
      regions, config.regions.front().name);
}

EdgeRoute Refuse(int status, std::string text) {
  return {.kind = Kind::kRefuse, .status = status, .text = std::move(text)};
}

/// Regions have 443 and 80 on a pair of ports of the world's; nothing else of theirs is reached.
EdgeRoute RouteToRegion(const RegionConfig& region, std::string_view host, uint16_t port) {
  const bool https = port == 443 || port == region.https_port;
  if (!https && port != 80 && port != region.http_port) {
    return Refuse(
        403, fmt::format("port {} of {} is not reached through the edge; it has 443 and 80 "
                         "(which are {} and {} at {})",
                         port, Shown(host), region.https_port, region.http_port, region.address));
  }
  return {.kind = Kind::kRegion,
          .region = &region,
          .port = https ? region.https_port : region.http_port};
}

EdgeRoute RouteByName(const Config& config, std::string_view host, uint16_t port) {
  if (const auto name = dns::Name::Parse(host); !name.ok()) {
    return Refuse(400, fmt::format("'{}' is no host name: {}. {}.", Shown(host),
                                   name.error().message, WhatThereIs(config)));
  }
  if (const RegionConfig* region = RegionOfAwsHost(config, host)) {
    return RouteToRegion(*region, host, port);
  }
  return {.kind = Kind::kLookUp, .port = port, .name = std::string(host)};
}

/// A request to the edge's own address.
EdgeRoute RouteToEdge(const Config& config, const http::Request& request) {
  if (request.target.starts_with(kControlPrefix)) return {.kind = Kind::kControl};
  const RegionConfig* region = RegionOfAwsHost(config, http::HostWithoutPort(request.host()));
  if (!region) region = RegionOfRequest(config, request);
  if (!region) {
    return Refuse(
        400, fmt::format("This is Lifeboat's edge. Requests are routed by the region that they "
                         "are signed for, and this one is unsigned or for a region that this "
                         "world does not have. {}; see `lifeboat env` and `lifeboat status`.",
                         WhatThereIs(config)));
  }
  return {.kind = Kind::kRegion, .region = region, .port = region->http_port};
}

}  // namespace

const RegionConfig* RegionOfAwsHost(const Config& config, std::string_view host) {
  constexpr std::string_view kSuffix = ".amazonaws.com";
  const std::string lower = ToLower(host);
  std::string_view rest = lower;
  if (!rest.ends_with(kSuffix)) return nullptr;
  rest.remove_suffix(kSuffix.size());
  const std::string_view last = rest.substr(rest.rfind('.') + 1);
  if (const RegionConfig* region = config.Find(last)) return region;
  // A name with a region that this world does not have is nobody's; one without is global.
  const bool names_a_region = std::count(last.begin(), last.end(), '-') >= 2;
  return names_a_region ? nullptr : config.Find(config.GlobalControlPlane());
}

const RegionConfig* RegionOfRequest(const Config& config, const http::Request& request) {
  if (const auto scope = auth::FindCredentialScope(request)) return config.Find(scope->region);
  return region::IsForDynamoDb(request) ? &config.regions.front() : nullptr;
}

bool IsEdgeHost(const Config& config, std::string_view host) {
  if (host == "localhost" || host == "[::1]" || host == config.edge_address) return true;
  const auto bytes = dns::ParseIpv4(host);
  return bytes && bytes->front() == 127;
}

EdgeRoute RouteConnect(const Config& config, std::string_view host, uint16_t port) {
  return RouteByName(config, host, port);
}

EdgeRoute RouteRequest(const Config& config, http::Request& request) {
  if (request.target.starts_with('/') || request.target == "*") return RouteToEdge(config, request);
  auto url = http::ParseUrl(request.target);
  if (!url) {
    return Refuse(400, fmt::format("'{}' is no path and no http URI", Shown(request.target)));
  }
  if (url->scheme != "http") {
    return Refuse(400, "what is asked for by https goes through a CONNECT request");
  }
  // The URI's authority stands for the Host field (RFC 9112, section 3.2.2).
  request.target = std::move(url->target);
  request.headers.Set("Host",
                      url->port == 80 ? url->host : fmt::format("{}:{}", url->host, url->port));
  request.headers.Erase("Proxy-Connection");
  request.headers.Erase("Proxy-Authorization");
  if (url->port == config.edge_port && IsEdgeHost(config, url->host)) {
    return RouteToEdge(config, request);
  }
  EdgeRoute route = RouteByName(config, url->host, url->port);
  if (route.kind == Kind::kRegion) route.port = route.region->http_port;  // It is no TLS.
  return route;
}

EdgeRoute RouteAddress(const Config& config, std::string_view name, uint16_t port,
                       const Result<client::DnsAnswer>& answer) {
  if (!answer && answer.error().code == ErrorCode::kUnavailable) {
    return Refuse(502, fmt::format("the world's name server did not answer, so nobody knows where "
                                   "{} is; see `lifeboat status`",
                                   Shown(name)));
  }
  if (answer) {
    for (const RegionConfig& region : config.regions) {
      const bool here = !answer->addresses.empty() && answer->addresses[0] == region.address;
      if (here) return RouteToRegion(region, name, port);
    }
  }
  // Never forwarded: who rehearses must not reach the real AWS by mistake.
  return Refuse(403, fmt::format("{} is no host of this world. {}; see `lifeboat status`.",
                                 Shown(name), WhatThereIs(config)));
}

bool NameIsGone(const fault::Table& faults, const RegionConfig& region, std::string_view host) {
  if (faults.empty()) return false;
  const std::string lower = ToLower(host);
  if (lower.find(".execute-api.") != std::string::npos)
    return fault::NameIsEmpty(faults, region.name, "execute-api");
  const auto service = region::ServiceOfHost(lower, region.name);
  return service && fault::NameIsEmpty(faults, region.name, region::SigningName(*service));
}

bool NameIsGone(const fault::Table& faults, const RegionConfig& region,
                const http::Request& request) {
  if (faults.empty()) return false;
  const std::string host = http::HostWithoutPort(request.host());
  if (NameIsGone(faults, region, host)) return true;
  const auto service = region::ServiceOf(request, region.name);
  return service && fault::NameIsEmpty(faults, region.name, region::SigningName(*service));
}

}  // namespace lifeboat::world
