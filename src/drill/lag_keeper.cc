#include "drill/lag_keeper.h"

namespace lifeboat::drill {

LagKeeper::LagKeeper(const RunnerHost& host, const Scenario& scenario)
    : host_(host), prng_(scenario.workload.seed) {
  // What is not ours has the lag that it has.
  if (!scenario.assumed_lag || scenario.world.use == WorldSpec::Use::kExternal) return;
  active_ = true;
  lag_ = *scenario.assumed_lag;
  for (const std::string& from : scenario.world.regions)
    for (const std::string& to : scenario.world.regions)
      if (from != to) links_.emplace_back(from, to);
}

void LagKeeper::Apply(std::function<void(Status)> done) {
  if (!active_) return host_.scheduler.After({}, [done] { done({}); });
  InjectFrom(0, Draw(), std::move(done));
  if (lag_.fixed() || redrawing_) return;
  redrawing_ = true;
  host_.scheduler.After(kLagRedraw, lifeline_.Guard([this] { Redraw(); }));
}

void LagKeeper::Redraw() {
  // A region that is down now gets its lag again after the heal.
  InjectFrom(0, Draw(), [](const Status&) {});
  host_.scheduler.After(kLagRedraw, lifeline_.Guard([this] { Redraw(); }));
}

void LagKeeper::InjectFrom(size_t link, Duration lag, std::function<void(Status)> done) {
  if (link == links_.size()) return done({});
  const auto& [from, to] = links_[link];
  const fault::Fault fault = fault::OnOneLink(fmt::format("assumed-lag-{}-{}", from, to),
                                              fault::Kind::kReplicationLag, from, to, lag);
  host_.faults.Apply(fault, lifeline_.Guard([this, link, lag, done](Result<std::string> applied) {
    if (!applied.ok() && lag_.fixed()) return done(applied.error());
    InjectFrom(link + 1, lag, done);
  }));
}

Duration LagKeeper::Draw() {
  if (lag_.fixed()) return lag_.max;
  if (prng_.Chance(1, 2)) return Duration::Nanos(prng_.Between(lag_.p50.ns / 2, lag_.p50.ns));
  const int64_t above = prng_.Between(0, lag_.max.ns - lag_.p50.ns);
  return lag_.p50 + Duration::Nanos(std::min(above, prng_.Between(0, lag_.max.ns - lag_.p50.ns)));
}

}  // namespace lifeboat::drill
