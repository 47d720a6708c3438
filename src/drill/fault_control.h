// FaultControl: brings the scenario's faults into force and lifts them, each at its own time, and
// journals when each was asked for and when it was seen to be in force or gone. Nothing else
// touches the world during a run.
//
// The faults of one outage group are those that begin together: after the baseline (group 0), or
// after the failback (group 1).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/prng.h"
#include "client/lifeline.h"
#include "drill/lag_keeper.h"
#include "drill/live_timeline.h"
#include "drill/setting.h"
#include "drill/workload.h"

namespace lifeboat::drill {

/// The scenario's fault of that number as its injector gets it.
fault::Fault WithId(const FaultSpec& fault, size_t index);

class FaultControl {
 public:
  FaultControl(const Setting& setting, LagKeeper& lag, Workload& workload, LiveTimeline& timeline);

  /// Draws the moments of all faults of the group and goes by them from now on. All are drawn,
  /// whatever comes of them, so that a seed means the same run.
  void Begin(int64_t group, Prng& prng);
  /// For the control without a fault: notes where the first fault would have been, at its moment.
  void BeginWithout(Prng& prng);

  /// The fault that T0 belongs to is in force: the first that takes a region, or, if none does, the
  /// first one at all. For the control without a fault: its moment has come.
  bool begun() const { return begun_; }
  /// Every fault of the group was in force, or still is.
  bool all_were_in_force() const;
  /// None of the group is in force or still to come.
  bool all_lifted() const;
  /// The first error of a fault; the run can't go on then.
  const Status& status() const { return status_; }
  /// How long the faults may still take to begin or to end by themselves.
  Duration LongestLeft() const;

  /// Lifts the faults of the group that last until the audit has ended.
  void LiftAudited();
  /// Lifts every fault that is in force or asked for, whatever its time; `done` when the last one
  /// was, or has failed to be. No further fault begins.
  void LiftEverything(std::function<void()> done);

 private:
  enum class State { kWaiting, kAsked, kInForce, kLifting, kLifted };
  struct Entry {
    State state = State::kWaiting;
    int64_t group = 0;
    Instant due;
    Instant asked;
    Instant in_force;
  };
  void Ask(size_t index);
  void OnApplied(size_t index, const Result<std::string>& seen);
  void Lift(size_t index);
  void OnLifted(size_t index, const Result<std::string>& seen);
  void Note(size_t index, std::string_view state, const std::string& confirmed_by = "",
            const std::string& error = "");
  void Fail(size_t index, const Error& error);
  bool Decides(size_t index) const;
  const FaultSpec& Spec(size_t index) const { return setting_.scenario.faults[index]; }

  const Setting& setting_;
  LagKeeper& lag_;
  Workload& workload_;
  LiveTimeline& timeline_;
  std::vector<Entry> entries_;
  int64_t group_ = 0;
  bool begun_ = false;
  bool ending_ = false;
  Status status_;
  std::function<void()> on_all_lifted_;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
