// What must hold of the name server's answers, by what has truly happened to the regions:
//   1. No answer names a region that the quorum calls down while it calls the other one up.
//   2. A region that has been dead for kFailoverBound is not answered while the other has lived for
//      as long; and the primary is answered when it has. A name server that was started meanwhile
//      gets kRelearnBound at least, since what its checkers were waiting for is lost with it.
//   3. What it had learnt that way it knows from the first moment of any restart, for as long as
//      neither region changes.
//   4. A name that was once answered is answered.
//   5. Zones are never poorer: what the name server has on its disk it has there for ever, and it
//      answers it, whatever becomes of the control plane's disk. (Nothing is deleted in this
//      world.)
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "health/monitor.h"
#include "sim/checkers.h"

namespace lifeboat::sim {

/// Of the checks of a run: they have a threshold of one.
inline constexpr Duration kCheckInterval = Duration::Seconds(10);
/// Interval, time-out of a connection, and a second for the rest.
inline constexpr Duration kFailoverBound =
    kCheckInterval + health::kConnectTimeout + Duration::Seconds(1);
/// All checkers probe at once after a restart.
inline constexpr Duration kRelearnBound =
    health::kRestartSpread + health::kConnectTimeout + Duration::Seconds(1);

class FailoverChecker {
 public:
  /// Both regions live, and so does the name server.
  FailoverChecker(std::string primary, std::string secondary, Instant now);

  /// A region is lost (dead, frozen or cut off), or is back. Others than ours are ignored.
  void OnRegion(const std::string& region, bool alive, Instant now);
  void OnServerStart(Instant now) { server_since_ = now; }

  /// `answer`: the region that the name server would answer now, empty for none.
  void CheckAnswer(const std::string& answer, Instant now, Violations& violations);
  /// `healthy`: what the quorum says of each region at the moment of `answer`.
  void CheckQuorum(const std::string& answer, const std::map<std::string, bool>& healthy,
                   Violations& violations) const;
  /// `kept`: the notes on the name server's disk; `answered`: those that it answers.
  void CheckNotes(const std::set<int>& kept, const std::set<int>& answered, Violations& violations);

 private:
  struct Life {
    std::string name;
    bool alive = true;
    Instant since;
    bool known_dead = false;  ///< The name server must have learnt it by now.
  };
  void CheckDead(Life& dead, const Life& other, const std::string& answer, Instant now,
                 Violations& violations) const;

  Life primary_, secondary_;
  Instant server_since_;
  std::set<int> kept_;
};

}  // namespace lifeboat::sim
