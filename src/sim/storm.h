// Storm: the world of one run, with clients that write and mishaps that come between them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/checkers.h"
#include "sim/plain_region.h"
#include "sim/simulation.h"

namespace lifeboat::sim {

class Storm {
 public:
  /// Starts all machines. `marks` gets counts of what has happened.
  Storm(Prng prng, const Scenario& scenario, Bug bug, EventQueue& events, const Trace& trace,
        std::map<std::string, uint64_t>& marks);

  /// Lets clients write and mishaps happen for as long as the scenario says.
  void Blow();
  /// Ends all faults and starts what is down.
  void Heal();
  void Crash(const std::string& region);
  void CountMarks();

  bool AllJoined() const;
  std::vector<const Machine*> Replicas() const;
  const History& history() const { return history_; }
  const Violations& violations() const { return violations_; }
  const replication::PlainTables::WinsRule& wins() const { return options_.wins; }

 private:
  struct Region {
    std::unique_ptr<Machine> machine;
    replication::GroupConfig group;  ///< As the region's catalog would have it.
    /// A copy of the disk, and whether the replica was joining then.
    Disk::Image copy;
    bool copied_joining = false;
  };
  PlainRegion* Running(Region& region);
  void Start(const std::string& name);
  void SetGroup(const std::string& name, replication::GroupConfig group);
  void OnCaughtUp(const std::string& name);
  void BeginJoin();
  void ScheduleWrite();
  void ScheduleMishap();
  void Write();
  void Strike(Mishap mishap);
  void CopyDisk(Region& region);
  /// Exchanges the disk for the copy (`lost`: for an empty one), if somebody else has what is
  /// needed to become whole again.
  void ExchangeDisk(const std::string& name, bool lost);
  /// Writes of the region that neither its new disk nor another member has, are lost for good.
  void ExcuseLost(const std::string& name);
  bool IsWhole(Region& region);
  /// True when a member other than `name` has a whole replica.
  bool AnotherIsWhole(const std::string& name);
  void InjectFault(fault::Kind kind, const std::string& from, const std::string& to);
  void EndFaults();
  std::string DrawRegion();
  Duration DrawGap(Duration mean) { return {prng_.Between(0, 2 * mean.ns)}; }

  Prng prng_;
  const Scenario& scenario_;
  EventQueue& events_;
  const Trace& trace_;
  std::map<std::string, uint64_t>& marks_;
  Network network_;
  fault::Table faults_;
  PlainRegion::Options options_;
  std::map<std::string, Region> regions_;
  History history_;
  DurabilityChecker durability_;
  Violations violations_;
  /// The region whose disk was exchanged and that may not have become whole again. One at a time:
  /// what nobody has is lost.
  std::string exchanged_;
  bool blowing_ = false;
  uint64_t images_ = 0;
};

}  // namespace lifeboat::sim
