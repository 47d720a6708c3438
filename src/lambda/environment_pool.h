// The execution environments of one function: which process serves which invocation, when one is
// started, and when one is ended. Events and the time in, actions out.
//
// An environment is a process. It initialises, asks for an invocation (/next), answers it, and asks
// again. The rules are Lambda's (Developer Guide, "Lambda execution environment"):
//
//  - an environment serves one invocation at a time and is used again;
//  - an invocation that finds no idle environment waits for a new one, or for one that becomes free
//    earlier; environments are started so that there are as many starting as waiting;
//  - more invocations at once than the limit are refused (429), never queued;
//  - initialisation has 10 seconds. When it fails (too slow, process ended, /init/error) it is run
//    once more, now with the function's own timeout; when that fails too, the invocation that waits
//    longest gets the error;
//  - an invocation that takes longer than the function's timeout is answered so, and its process is
//    killed; so is one that was answered in time but doesn't ask for the next within the timeout;
//  - environments idle for long are ended; those of an older revision serve no further invocation.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "lambda/process_host.h"

namespace lifeboat::lambda {

/// How an invocation ended.
struct Outcome {
  enum class Kind {
    kResponse,       ///< `payload` is the function's answer.
    kFunctionError,  ///< `payload` is what the runtime said about the error.
    kTooLarge,       ///< The answer was larger than allowed.
    kTimeout,        ///< After `timeout`.
    kExit,           ///< The process ended by itself.
    kRemoved,        ///< The function was deleted while the invocation waited.
  };
  Kind kind = Kind::kResponse;
  std::string payload;
  ProcessExit exit;
  Duration timeout;
  Duration duration;                      ///< From delivery; zero when never delivered.
  std::optional<Duration> init_duration;  ///< For the first invocation of an environment.
};

struct StartEnvironment {
  EnvironmentId id;
};
struct KillEnvironment {
  EnvironmentId id;
};
/// Answer the environment's /next with this invocation.
struct DeliverInvocation {
  EnvironmentId id;
  std::string request_id;
  Instant deadline;
};
struct FinishInvocation {
  EnvironmentId id;
  std::string request_id;
  Outcome outcome;
};
using Action = std::variant<StartEnvironment, KillEnvironment, DeliverInvocation, FinishInvocation>;
using Actions = std::vector<Action>;

class EnvironmentPool {
 public:
  struct Settings {
    Duration timeout;
    size_t max_concurrency = 1;
  };
  /// Whether a runtime request was in order.
  enum class Verdict { kAccepted, kUnknownRequest, kWrongState };

  /// Takes ids of environments from `next_id`, which all pools of a region share.
  EnvironmentPool(Settings settings, EnvironmentId& next_id)
      : settings_(settings), next_id_(next_id) {}

  /// False: as many invocations as allowed are under way, this one is refused.
  bool OnInvocation(std::string request_id, Instant now, Actions& actions);
  Verdict OnNext(EnvironmentId id, Instant now, Actions& actions);
  /// `outcome.kind` is kResponse, kFunctionError or kTooLarge.
  Verdict OnResult(EnvironmentId id, std::string_view request_id, Outcome outcome, Instant now,
                   Actions& actions);
  Verdict OnInitError(EnvironmentId id, std::string payload, Instant now, Actions& actions);
  void OnExit(EnvironmentId id, ProcessExit exit, Instant now, Actions& actions);
  void OnTick(Instant now, Actions& actions);
  /// When OnTick is next wanted.
  std::optional<Instant> NextDeadline() const;

  /// Code or configuration changed: what runs finishes, further invocations get new environments.
  void Renew(Settings settings, Instant now, Actions& actions);
  /// The function was deleted: what runs finishes, what waits is told.
  void Remove(Actions& actions);

  /// Invocations under way, waiting ones included.
  size_t concurrency() const { return waiting_.size() + Count(State::kBusy); }
  /// No process is left.
  bool empty() const { return environments_.empty(); }

 private:
  enum class State {
    kStarting,  ///< Has not asked for an invocation yet.
    kIdle,
    kBusy,
    kSettling,  ///< Has answered, has not asked for the next.
    kEnding,    ///< Killed; its exit is awaited.
  };
  struct Environment {
    State state = State::kStarting;
    bool second_attempt = false;
    bool retired = false;
    Instant started;
    Instant begun;     ///< Of the present invocation.
    Instant deadline;  ///< Of the present state; kEnding has none.
    std::string request_id;
    std::optional<Duration> init_duration;  ///< Not yet reported.
  };
  using Map = std::map<EnvironmentId, Environment>;

  size_t Count(State state) const;
  void Start(bool second_attempt, Instant now, Actions& actions);
  void Kill(EnvironmentId id, Environment& environment, Actions& actions);
  /// Gives the longest waiting invocation to an idle environment.
  void Deliver(EnvironmentId id, Environment& environment, Instant now, Actions& actions);
  void Finish(EnvironmentId id, Environment& environment, Outcome outcome, Instant now,
              Actions& actions);
  void OnInitFailed(EnvironmentId id, bool was_second_attempt, Outcome outcome, Instant now,
                    Actions& actions);
  void OnDeadline(EnvironmentId id, Environment& environment, Instant now, Actions& actions);
  /// Starts environments for those that wait and have none coming.
  void Balance(Instant now, Actions& actions);

  Settings settings_;
  EnvironmentId& next_id_;
  Map environments_;
  std::deque<std::string> waiting_;
};

}  // namespace lifeboat::lambda
