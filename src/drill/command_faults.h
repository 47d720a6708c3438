// CommandFaults: the faults that the drill carries out itself (fault::Doer::kDrill), before the
// stage's own injector, which gets all others.
//
// `run`: its commands are run on the stage; an exit status of 0 confirms. `observer`: somebody else
// brings the fault, so it counts from the moment at which it is expected. And `kill` and `freeze`
// of a region of an external world, by the commands that the scenario has for them.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/scheduler.h"
#include "client/lifeline.h"
#include "drill/fault_injector.h"
#include "drill/stage.h"

namespace lifeboat::drill {

class CommandFaults final : public FaultInjector {
 public:
  /// All must outlive it. A command that runs ends with it.
  CommandFaults(Stage& stage, FaultInjector& others, Scheduler& scheduler, const WorldSpec& world)
      : stage_(stage), others_(others), scheduler_(scheduler), world_(world) {}

  Status Supports(const fault::Fault& fault) const override;
  void Apply(const fault::Fault& fault, Confirmed done) override;
  void Lift(const fault::Fault& fault, Confirmed done) override;

 private:
  bool IsOurs(const fault::Fault& fault) const;
  /// What brings the fault, or ends it; empty when no command does.
  std::string CommandOf(const fault::Fault& fault, bool begins) const;
  void Do(const fault::Fault& fault, bool begins, std::string_view observed, Confirmed done);

  Stage& stage_;
  FaultInjector& others_;
  Scheduler& scheduler_;
  const WorldSpec& world_;
  std::map<std::string, std::unique_ptr<RunningCommand>> commands_;  ///< By name.
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
