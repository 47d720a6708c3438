// Runner: carries out one run of a scenario against a Target, from set-up to the proof of
// convergence, and leaves its evidence in the journal. It decides nothing about RPO and RTO: that
// is the grader's, from the journal alone.
//
// A run is a row of phases, each in a file of its own under drill/phases/: open and set up, warm
// up, baseline, fault, observe, audit, heal, fail back, settle. One thread owns everything here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "client/dialer.h"
#include "drill/scenario.h"
#include "drill/target.h"

namespace lifeboat::drill {

enum class Control { kNone, kNoFault, kNoRecovery };
std::string_view ToString(Control control);
Result<Control> ParseControl(std::string_view text);

/// What the set-up script finds in LIFEBOAT_CONTROL: `none`, `no-fault` or `no-recovery`. With
/// `no-recovery` it must leave out the standby's record.
inline constexpr std::string_view kControlVariable = "LIFEBOAT_CONTROL";

struct RunOptions {
  Control control = Control::kNone;
  std::string run_id;  ///< Names the drill; part of every key. Letters, digits and `-`.
};

/// What a run needs from its host; all must outlive the Runner.
struct RunnerHost {
  const Clock& clock;
  Scheduler& scheduler;
  client::Dialer& dialer;
  Target& target;
  JournalSink& journal;
  Display& display;
};

/// How the runs ended: all to their end, interrupted, or not able to start or to go on (the message
/// says why). Graded is what the journal says, either way.
struct RunEnd {
  bool interrupted = false;
  Status status;
};

class Runner {
 public:
  Runner(const RunnerHost& host, Scenario scenario, RunOptions options);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Starts; `done` runs once, never inside this call, after the last journal line was appended.
  void Start(std::function<void(RunEnd)> done);
  /// Stops as soon as may be: no new requests, a last journal line, faults left as they are (the
  /// Target's owner ends the world). `done` of Start runs soon.
  void Cancel();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::drill
