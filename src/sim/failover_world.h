// The world of one failover run: machines, mishaps, and looks at the answers every 100 ms.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/failover.h"
#include "sim/failover_cast.h"
#include "sim/failover_checker.h"

namespace lifeboat::sim {

/// What a seed decides before a run begins.
struct FailoverPlan {
  std::vector<std::string> regions;  ///< us-east-1 among them, maybe only as the control plane.
  std::string primary, secondary;
  Duration storm;
  Duration mishap_gap;  ///< Mean time between two mishaps.
  Duration longest_outage;
  uint64_t restarts = 1;  ///< Weight of name server crashes.
  Weather weather;
};
FailoverPlan DrawFailoverPlan(Prng& prng);

/// How a region is lost to clients and checkers.
enum class Loss { kKilled, kFrozen, kCutOff };

class FailoverWorld {
 public:
  /// Starts all machines.
  FailoverWorld(Prng prng, const FailoverPlan& plan, FailoverBug bug, EventQueue& events,
                const Trace& trace, RunResult& result);

  /// Makes the zone and waits in peace until the name server has it, and every checker a result.
  void SetUpZone();
  void Blow();
  /// Ends the weather and waits for what is down; the newest change must be answered in the end.
  void Heal();

 private:
  void Send(const std::string& method, const std::string& path, const std::string& body,
            std::function<void(http::Response)> done);
  route53::Service* ControlPlane();
  http::Response SendAndWait(const std::string& path, const std::string& body);
  void RunFor(Duration time);
  void StartRegion(const std::string& region);
  void StartServer(Amnesia amnesia);
  NameServerProcess& server();

  /// Waits until all is well; false when it never is.
  bool AwaitHealed();
  bool IsHealed();
  bool ControlPlaneAgrees();

  void ScheduleMishap();
  void Strike();
  void StrikeRegion(Loss loss);
  void StrikeRegion(const std::string& region, Loss loss);
  void Lose(const std::string& region, Loss loss);
  /// True when it has lost something meanwhile.
  bool Return(const std::string& region, Loss loss);
  /// While its machine is down, the control plane may lose its disk, or get an older one: true.
  bool StrikeDisk();
  /// A control plane that has lost something comes back, and cannot hear the name server.
  void Isolate(const std::string& region);
  void CrashServer();
  void ChangeWeather();
  void StepClock();
  void ChangeNote();
  void Mark(const std::string& what, const std::string& who);

  void ScheduleLook();
  void Look();
  std::optional<std::string> Resolve(const std::string& name);
  std::string AnsweredRegion();
  /// The notes on the name server's disk, and those that it answers.
  const std::set<int>& KeptNotes();
  const std::set<int>& AnsweredNotes();
  std::map<std::string, bool> Healthy();

  Prng prng_;
  const FailoverPlan& plan_;
  const FailoverBug bug_;
  EventQueue& events_;
  const Trace& trace_;
  RunResult& result_;
  Network network_;
  nameserver::Config config_;
  std::map<std::string, std::unique_ptr<Machine>> regions_;
  std::unique_ptr<Machine> server_machine_;
  std::set<std::string> lost_;  ///< Regions, for now.
  std::map<std::string, std::string> region_by_check_;
  std::string zone_id_;
  std::optional<FailoverChecker> checker_;  ///< From the end of the set-up.
  std::shared_ptr<const nameserver::View> first_view_;
  std::string last_answer_;
  // What was found out last, and of what.
  std::string kept_text_;
  route53::Snapshot kept_snapshot_;
  std::set<int> kept_notes_;
  std::shared_ptr<const nameserver::View> answered_view_;
  std::set<int> answered_notes_;
  std::vector<Disk::Image> images_;  ///< Of the control plane's disk, at earlier times.
  int notes_ = 0;
  std::set<int> acknowledged_notes_;  ///< But for those that only a lost disk had.
  bool blowing_ = false;
};

}  // namespace lifeboat::sim
