// LagKeeper: injects the replication lag that the scenario assumes, on every direction of every
// link, and keeps it there for the whole drill.
//
// A fixed lag is injected once. A lag given as p50 and max is drawn anew every second: half of the
// draws between half of p50 and p50, the other half above it up to max, greater ones rarer.
#pragma once

#include <functional>
#include <vector>

#include "base/prng.h"
#include "client/lifeline.h"
#include "drill/host.h"
#include "drill/scenario.h"

namespace lifeboat::drill {

inline constexpr Duration kLagRedraw = Duration::Seconds(1);

class LagKeeper {
 public:
  LagKeeper(const RunnerHost& host, const Scenario& scenario);
  /// Injects the lag now and goes on as above. `done` with the first error, or after all links have
  /// it. Again after a region was started: it forgets its faults.
  void Apply(std::function<void(Status)> done);

 private:
  void InjectFrom(size_t link, Duration lag, std::function<void(Status)> done);
  void Redraw();
  Duration Draw();

  const RunnerHost& host_;
  AssumedLag lag_;
  bool active_ = false;
  bool redrawing_ = false;
  std::vector<std::pair<std::string, std::string>> links_;
  Prng prng_;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
