// What the set-up of a drill deployed, as one hash, so that two reports can be told to be of the
// same system. It is taken as a client takes it, with CloudFormation's ListStacks and GetTemplate:
// a template that `aws cloudformation package` made names the code by its content.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/dialer.h"
#include "net/event_loop.h"
#include "net/http_client.h"
#include "world/config.h"

namespace lifeboat::world {

class Deployment {
 public:
  Deployment(net::EventLoop& loop, const Config& config);

  /// Hex SHA-256 over region, name and template of every stack, in this order; empty when a region
  /// did not answer. `done` runs once, and not after this object's end.
  void Digest(std::function<void(std::string)> done);

 private:
  struct Walk;
  void Call(const RegionConfig& region, std::string body, std::function<void(std::string)> done);
  void NextRegion(const std::shared_ptr<Walk>& walk);
  void NextStack(const std::shared_ptr<Walk>& walk);

  net::EventLoop& loop_;
  const Config& config_;
  std::unique_ptr<net::Dialer> dialer_;
  std::unique_ptr<net::HttpClient> http_;
};

}  // namespace lifeboat::world
