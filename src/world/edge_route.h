// Where the edge sends a client: as a proxy by the name that it asks for, as AWS_ENDPOINT_URL by
// the credential scope of each request. What clients send may be anything; what leads nowhere in
// this world is refused with a text that says what the world has. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "client/resolver.h"
#include "fault/fault.h"
#include "http/message.h"
#include "world/config.h"

namespace lifeboat::world {

/// The region that serves an AWS host name: `dynamodb.us-west-2.amazonaws.com`,
/// `bucket.s3.us-west-2.amazonaws.com`, `d-1.execute-api.us-west-2.amazonaws.com`; names without a
/// region (`route53.amazonaws.com`, `bucket.s3.amazonaws.com`) are us-east-1's. nullptr when the
/// name is not AWS's or the world has no such region.
const RegionConfig* RegionOfAwsHost(const Config& config, std::string_view host);

/// The region for a request that came to the edge itself: by credential scope; global services
/// (signed for us-east-1) go to us-east-1. What is unsigned and meant for DynamoDB (a health check,
/// a CORS preflight, a client that forgot to sign) goes to the world's first region, which answers
/// as DynamoDB does. nullptr when it is otherwise unsigned, or for a region that the world does not
/// have.
const RegionConfig* RegionOfRequest(const Config& config, const http::Request& request);

/// True for the names by which this machine's own programs reach the edge: loopback addresses,
/// localhost, and the address that the edge listens at. `host` has no port.
bool IsEdgeHost(const Config& config, std::string_view host);

struct EdgeRoute {
  enum class Kind {
    kControl,  ///< The control API answers.
    kRegion,   ///< To `region`, at `port`.
    kLookUp,   ///< The name server knows where `name` is: then RouteAddress().
    kRefuse,   ///< The client gets `status` and `text`.
  };
  Kind kind = Kind::kRefuse;
  const RegionConfig* region = nullptr;
  uint16_t port = 0;
  std::string name = {};
  int status = 0;
  std::string text = {};
};

/// A CONNECT request for host:port.
EdgeRoute RouteConnect(const Config& config, std::string_view host, uint16_t port);

/// Any other request. One with an absolute URI (the edge as a plain HTTP proxy, RFC 9112, section
/// 3.2.2) is brought into the form in which the server that it is for wants it.
EdgeRoute RouteRequest(const Config& config, http::Request& request);

/// The second step of kLookUp: what the name server said about `name`.
EdgeRoute RouteAddress(const Config& config, std::string_view name, uint16_t port,
                       const Result<client::DnsAnswer>& answer);

/// True when a fault has emptied the name by which a client finds the service in `region`: of an
/// AWS host name, or of what a request to the edge itself is signed for.
bool NameIsGone(const fault::Table& faults, const RegionConfig& region, std::string_view host);
bool NameIsGone(const fault::Table& faults, const RegionConfig& region,
                const http::Request& request);

}  // namespace lifeboat::world
