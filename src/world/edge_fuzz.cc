// Any bytes as a request to the edge, and as a CONNECT target: each is routed to a region of the
// world, looked up by a name that can be asked for, or refused with a reason. Orders to the
// supervisor need the token.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "dns/name.h"
#include "http/authority.h"
#include "net/http_parser.h"
#include "world/control_guard.h"
#include "world/edge_route.h"

namespace {

using namespace lifeboat;
using Kind = world::EdgeRoute::Kind;

const world::Config& TheWorld() {
  static const world::Config config = *world::MakeConfig({"us-east-1", "us-west-2"});
  return config;
}

void CheckRoute(const world::EdgeRoute& route) {
  switch (route.kind) {
    case Kind::kControl:
      return;
    case Kind::kRegion:
      return Check(route.region && (route.port == route.region->https_port ||
                                    route.port == route.region->http_port),
                   "only the pair's ports are reached");
    case Kind::kLookUp:
      Check(dns::Name::Parse(route.name).ok(), "only names are looked up");
      for (const char* address : {"127.0.12.1", "127.0.99.1", ""}) {
        CheckRoute(world::RouteAddress(TheWorld(), route.name, route.port,
                                       client::DnsAnswer{0, {address}, 60}));
      }
      return;
    case Kind::kRefuse:
      for (const char c : route.text) Check(c >= ' ' && c <= '~', "a reason is one line of text");
      return Check(route.status >= 400 && !route.text.empty() && route.text.size() < 1000,
                   "a refusal says why");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto authority = http::ParseAuthority(bytes)) {
    CheckRoute(world::RouteConnect(TheWorld(), authority->host, authority->port));
  }
  net::RequestParser parser(16 << 10, 1 << 20);
  parser.Feed(bytes);
  if (parser.state() != net::ParseState::kDone) return 0;
  http::Request& request = parser.request();
  const world::EdgeRoute route = world::RouteRequest(TheWorld(), request);
  CheckRoute(route);
  if (route.kind != Kind::kControl) return 0;
  const bool let_in = !world::RefuseControl(TheWorld(), "no input has this token", request);
  Check(!let_in || request.method == "GET" || request.method == "HEAD",
        "nothing is changed without the token");
  return 0;
}
