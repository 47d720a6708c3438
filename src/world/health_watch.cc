#include "world/health_watch.h"

namespace lifeboat::world {
namespace {

constexpr Duration kAskEvery = Duration::Millis(200);
constexpr Duration kAskTimeout = Duration::Seconds(1);

drill::HealthEvent MakeEvent(const json::Value& check, const json::Value& counts, Instant at,
                             std::string_view status) {
  drill::HealthEvent event;
  event.at = at;
  event.check_id = check.GetString("id");
  event.name = check.GetString("target");
  event.healthy = status == "healthy";
  if (const json::Value* healthy = counts.Find("healthy_checkers")) {
    event.checkers_healthy = static_cast<int>(healthy->as_int());
  }
  if (const json::Value* all = counts.Find("checkers")) {
    event.checkers = static_cast<int>(all->as_int());
  }
  return event;
}

}  // namespace

HealthWatch::HealthWatch(net::EventLoop& loop, const Config& config,
                         std::function<void(drill::HealthEvent)> on_event)
    : loop_(loop), config_(config), on_event_(std::move(on_event)) {
  dialer_ = *net::Dialer::New(loop, "");
  http_ = std::make_unique<net::HttpClient>(loop, *dialer_);
  Ask();
}

void HealthWatch::Ask() {
  http::Request request;
  request.target = "/_lifeboat/status";
  request.headers.Add("Host", config_.nameserver_address);
  const client::Endpoint endpoint{config_.nameserver_address, config_.nameserver_http_port, false,
                                  ""};
  http_->Call(endpoint, std::move(request), kAskTimeout,
              [this, alive = std::weak_ptr<bool>(alive_)](Result<http::Response> answer) {
                if (alive.expired()) return;
                if (answer && answer->status == 200) {
                  if (const auto status = json::Parse(answer->body)) OnStatus(*status);
                }
                loop_.After(kAskEvery, [this, alive] {
                  if (!alive.expired()) Ask();
                });
              });
}

void HealthWatch::OnStatus(const json::Value& status) {
  const json::Value* checks = status.Find("checks");
  const json::Value* now = status.Find("now_ms");
  if (!checks || !now) return;
  for (const json::Value& check : checks->as_array()) OnCheck(check, now->as_int());
}

void HealthWatch::OnCheck(const json::Value& check, int64_t now_ms) {
  const Instant now = loop_.clock().Now();
  const auto [it, is_new] = reported_ms_.try_emplace(check.GetString("id"), 0);
  if (is_new) {
    // Where it stands as we begin; what led there is history.
    it->second = now_ms;
    on_event_(MakeEvent(check, check, now, check.GetString("status")));
    return;
  }
  const json::Value* transitions = check.Find("transitions");
  if (!transitions) return;
  for (const json::Value& transition : transitions->as_array()) {
    const int64_t at_ms = transition.Find("at_ms") ? transition.Find("at_ms")->as_int() : 0;
    if (at_ms <= it->second) continue;
    it->second = at_ms;
    on_event_(MakeEvent(check, transition, now - Duration::Millis(now_ms - at_ms),
                        transition.GetString("status")));
  }
}

}  // namespace lifeboat::world
