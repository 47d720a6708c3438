// Monitor: all checks and their checkers as one state machine. Each checker probes each check once
// in an interval, at a phase of its own, and keeps its own opinion; the quorum of opinions is the
// check's status. Due probes come out of Tick, verdicts go into OnVerdict, and nothing here knows a
// socket. What must survive a restart (opinions and history) is handed out by Remember and taken
// back by Restore.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/prng.h"
#include "base/time.h"
#include "health/check.h"
#include "health/checker.h"
#include "health/probe.h"

namespace lifeboat::health {

/// Both clocks of one moment.
struct Now {
  Instant instant;
  WallTime wall;
};

/// Names one probe. A verdict with an outdated serial is ignored.
struct ProbeKey {
  std::string check_id;
  int checker = 0;  ///< Index of the place.
  uint64_t serial = 0;
};

/// One change of a check's status.
struct Transition {
  WallTime at;
  bool healthy = false;
  int healthy_checkers = 0;  ///< Zero of zero for calculated and disabled checks.
  int checkers = 0;
  bool operator==(const Transition&) const = default;
};
/// Older transitions of a check are dropped.
inline constexpr size_t kMaxTransitions = 64;
/// After a restart the first probes of all checkers are spread over this time only, since what the
/// world did meanwhile must be learnt before the remembered opinions mislead.
inline constexpr Duration kRestartSpread = Duration::Millis(500);
/// Calculated checks may stand on calculated checks; deeper ones count as unhealthy.
inline constexpr int kMaxCalculatedDepth = 8;

/// What one checker saw last.
struct Observation {
  int checker = 0;
  bool healthy = true;  ///< The checker's opinion, not the last result.
  int contradictions = 0;
  std::string text;  ///< Empty: nothing seen yet.
  WallTime at;
  std::string failure_text;  ///< Of the last failure; empty: none yet.
  WallTime failure_at;
};

struct CheckStatus {
  bool healthy = true;
  int healthy_checkers = 0;
  int checkers = 0;
  std::vector<Observation> observations;
  std::deque<Transition> transitions;  ///< Oldest first.
};

/// What must survive a restart: every check by its id.
using Memory = std::map<std::string, CheckStatus>;

class Monitor {
 public:
  Monitor(std::vector<CheckerPlace> places, Prng prng);

  /// The checks from now on. Those that stay the same go on undisturbed; one whose endpoint has
  /// changed starts anew.
  void SetChecks(const std::vector<CheckConfig>& checks, Now now);
  /// Takes back what Remember gave before a restart, for the checks that SetChecks has named:
  /// opinions and history go on, and every checker probes within kRestartSpread. A check whose
  /// number of checkers differs is left alone.
  void Restore(const Memory& memory, Now now);
  Memory Remember() const;

  /// Starts what is due; the probes come out of TakeProbes.
  void Tick(Now now);
  std::vector<ProbeKey> TakeProbes();
  /// The result of a probe that was taken. Each probe must get one.
  void OnVerdict(const ProbeKey& key, const Verdict& verdict, Now now);
  /// When Tick has something to do next.
  std::optional<Instant> NextDeadline() const;

  /// A check that does not exist counts as healthy: its records are as if they had none.
  bool Healthy(std::string_view check_id) const;
  const CheckConfig* FindCheck(std::string_view check_id) const;
  /// nullopt when there is no such check.
  std::optional<CheckStatus> GetStatus(std::string_view check_id) const;
  const std::vector<CheckerPlace>& places() const { return places_; }
  /// Moves whenever some Healthy() has changed.
  uint64_t status_epoch() const { return status_epoch_; }
  /// Moves whenever an opinion or the history has changed.
  uint64_t memory_epoch() const { return memory_epoch_; }

 private:
  struct Slot {
    int place = 0;
    Checker checker;
    Instant due;
    uint64_t serial = 0;
    bool in_flight = false;
    Observation seen;
  };
  struct State {
    CheckConfig config;
    std::vector<Slot> slots;
    bool healthy = true;
    std::deque<Transition> transitions;
  };
  using Checks = std::map<std::string, State, std::less<>>;

  void StartAnew(State& state, Now now);
  void RestoreCheck(State& state, const CheckStatus& remembered, Now now);
  void Schedule(State& state, Slot& slot, Instant due);
  void Unschedule(const State& state);
  bool Evaluate(const State& state, int depth) const;
  void Reevaluate(Now now);
  static int CountHealthy(const State& state);

  std::vector<CheckerPlace> places_;
  Prng prng_;
  Checks checks_;
  std::set<std::tuple<Instant, std::string, int>> due_;  ///< Time, check, index of the slot.
  std::vector<ProbeKey> probes_;
  uint64_t next_serial_ = 1;
  uint64_t status_epoch_ = 1;
  uint64_t memory_epoch_ = 1;
};

}  // namespace lifeboat::health
