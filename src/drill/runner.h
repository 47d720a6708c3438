// Runner: carries out one run of a scenario against a world, from set-up to the proof of
// convergence, and leaves its evidence in the journal. It decides nothing about RPO and RTO: that
// is the grader's, from the journal alone.
//
// A run is a row of phases, each in a file of its own under drill/phases/: open and set up, warm
// up, baseline, fault, observe, audit, heal, fail back, settle. One thread owns everything here.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "drill/host.h"
#include "drill/scenario.h"

namespace lifeboat::drill {

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
  /// Stops as soon as may be: no new requests, every fault lifted, a last journal line. `done` of
  /// Start runs soon.
  void Cancel();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::drill
