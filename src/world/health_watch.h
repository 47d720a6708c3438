// HealthWatch: learns from the name server's status document when a health check changed, for the
// drill's T1. It asks five times a second; the times themselves are the name server's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "drill/health_feed.h"
#include "json/value.h"
#include "net/dialer.h"
#include "net/event_loop.h"
#include "net/http_client.h"
#include "world/config.h"

namespace lifeboat::world {

class HealthWatch {
 public:
  HealthWatch(net::EventLoop& loop, const Config& config,
              std::function<void(drill::HealthEvent)> on_event);

 private:
  void Ask();
  void OnStatus(const json::Value& status);
  void OnCheck(const json::Value& check, int64_t now_ms);

  net::EventLoop& loop_;
  const Config& config_;
  std::function<void(drill::HealthEvent)> on_event_;
  std::unique_ptr<net::Dialer> dialer_;
  std::unique_ptr<net::HttpClient> http_;
  /// By check: the wall time (ms) of the last transition that was reported.
  std::map<std::string, int64_t> reported_ms_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lifeboat::world
