// RunContext: what the phases of one run share. Phase: one step of a run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/prng.h"
#include "client/places.h"
#include "drill/journal.h"
#include "drill/live_timeline.h"
#include "drill/runner.h"
#include "drill/scenario.h"
#include "drill/workload.h"

namespace lifeboat::drill {

class DnsWatch;
class FaultControl;
class Generator;
class LagKeeper;

struct RunContext {
  /// Everything referred to must outlive the context; the journal's run has begun.
  RunContext(const RunnerHost& run_host, const Scenario& run_scenario,
             const RunOptions& run_options, Journal& run_journal, const World& run_world,
             const client::Places& run_places, LagKeeper& keeper, Rules rules, int number);
  ~RunContext();
  RunContext(const RunContext&) = delete;
  RunContext& operator=(const RunContext&) = delete;

  const RunnerHost& host;
  const Scenario& scenario;
  const RunOptions& options;
  Journal& journal;
  const World& world;
  const client::Places& places;
  LagKeeper& lag;
  int run;
  Prng prng;               ///< The seed and the run's number decide.
  std::string key_prefix;  ///< Of every key of this run.
  LiveTimeline timeline;
  Workload workload;
  std::unique_ptr<Generator> generator;
  std::unique_ptr<DnsWatch> dns;
  std::unique_ptr<FaultControl> faults;

  Instant Now() const { return host.clock.Now(); }
  int64_t Micros() const { return journal.Micros(host.clock.Now()); }
};

/// One step of a run. Destroying a phase stops it.
class Phase {
 public:
  using Done = std::function<void(Status)>;
  virtual ~Phase() = default;
  /// As the journal's `phase` line names it.
  virtual std::string_view name() const = 0;
  /// Begins; `done` runs once, maybe inside this call. After an error the run ends.
  virtual void Start(Done done) = 0;
};

}  // namespace lifeboat::drill
