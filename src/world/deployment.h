// What the set-up of a drill deployed: as one hash, so that two reports can be told to be of the
// same system, and by region, so that a standby that differs is noticed. It is taken as a client
// takes it, with CloudFormation's ListStacks and GetTemplate and Lambda's ListFunctions. A template
// that `aws cloudformation package` made names the code by its content.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "drill/stage.h"
#include "net/dialer.h"
#include "net/event_loop.h"
#include "net/http_client.h"
#include "world/config.h"

namespace lifeboat::world {

class Deployment {
 public:
  Deployment(net::EventLoop& loop, const Config& config);

  /// The digest is the hex SHA-256 over region, name and template of every stack, in this order.
  /// Nothing at all when a region did not answer. `done` runs once, and not after this object's
  /// end.
  void Read(std::function<void(drill::Deployments)> done);

 private:
  struct Walk;
  void Call(const RegionConfig& region, std::string_view service, http::Request request,
            std::function<void(std::string)> done);
  void NextRegion(const std::shared_ptr<Walk>& walk);
  void NextStack(const std::shared_ptr<Walk>& walk);
  void NextFunctions(const std::shared_ptr<Walk>& walk, const std::string& marker);

  net::EventLoop& loop_;
  const Config& config_;
  std::unique_ptr<net::Dialer> dialer_;
  std::unique_ptr<net::HttpClient> http_;
};

}  // namespace lifeboat::world
