// The edge: one port in front of a world, for clients that know AWS's names only. As
// AWS_ENDPOINT_URL it routes each request by its credential scope, keeping Host, target and body
// bytes; as an HTTP CONNECT proxy it hands the connection to the region's HTTPS port, and as a
// plain HTTP proxy the request to its HTTP port. What is not of this world is refused. When the
// region is dead the client's connection is closed without an HTTP answer, as a dead region's would
// be. Below /_lifeboat/ the supervisor answers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"
#include "fault/fault.h"
#include "http/message.h"
#include "net/event_loop.h"
#include "world/config.h"

namespace lifeboat::world {

class Edge {
 public:
  /// Listens at the config's edge address. `control` answers what is below /_lifeboat/. Names that
  /// `faults` empty lead nowhere. All must outlive the edge.
  static Result<std::unique_ptr<Edge>> Start(
      net::EventLoop& loop, const Config& config, const fault::Table& faults,
      std::function<void(http::Request, http::Reply)> control);
  ~Edge();
  uint16_t port() const;

 private:
  struct Impl;
  explicit Edge(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::world
