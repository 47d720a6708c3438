// OperatorDecision: the decision to fail over as an operator takes it.
//
// Scripted: the outage is noticed (a health check of the lost region turns red, or requests have
// failed for a while), the reaction passes, and the failover command runs. Prompted: a person types
// `decide NAME` when they see the outage, and `done` when they have failed over, unless the
// scenario has a command for that; if they decide blind, nothing of the faults is shown until then.
// Either way the standby is ready when the scenario's own command says so. All of it is journaled
// as it happens.
#pragma once

#include <optional>
#include <string>

#include "client/lifeline.h"
#include "drill/commands.h"
#include "drill/curtain.h"
#include "drill/live_timeline.h"
#include "drill/setting.h"

namespace lifeboat::drill {

inline constexpr Duration kReadyInterval = Duration::Seconds(2);

class OperatorDecision {
 public:
  OperatorDecision(const Setting& setting, Commands& commands, LiveTimeline& timeline,
                   Curtain& curtain)
      : setting_(setting), commands_(commands), timeline_(timeline), curtain_(curtain) {}

  /// An outage is about to begin, the first or another one, and is to be decided about.
  void BeginOutage();
  /// Nobody waits for a decision any more.
  void EndOutage();
  /// Looks whether the next step's time has come. Does nothing when the decision is the health
  /// check's.
  void Poll();
  /// Nothing more is to come: the health check decides, or the standby is ready.
  bool complete() const;
  /// The outage was noticed, and what follows has not come to its end.
  bool under_way() const { return state_ != State::kWatching && !complete(); }
  /// A person is to decide, and has not.
  bool awaits_person() const;
  /// Of the failover command; the drill can't go on after an error.
  const Status& status() const { return status_; }

 private:
  enum class State { kWatching, kReacting, kFailingOver, kGettingReady, kReady };
  std::optional<int64_t> NoticedAt() const;
  void OnTyped(const std::string& line);
  void OnDecided(const std::string& name);
  void Note(std::string_view state, const std::string& source);
  void FailOver();
  void OnFailedOver(const std::string& source);
  void GetReady();

  const Setting& setting_;
  Commands& commands_;
  LiveTimeline& timeline_;
  Curtain& curtain_;
  State state_ = State::kWatching;
  std::string by_ = "operator";
  int64_t decides_at_ = 0;
  Status status_;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
