// LocalFaults: the faults of a world on this machine, by its supervisor.
#pragma once

#include "drill/fault_injector.h"
#include "fault/fault.h"
#include "world/supervisor.h"

namespace lifeboat::world {

class LocalFaults final : public drill::FaultInjector {
 public:
  /// Must outlive this, and until then nothing can be asked for.
  void Use(Supervisor& supervisor) { supervisor_ = &supervisor; }

  Status Supports(const drill::FaultOrder& fault) const override;
  void Apply(const drill::FaultOrder& fault, Confirmed done) override;
  void Lift(const drill::FaultOrder& fault, Confirmed done) override;

 private:
  /// The directions of links that a fault is about: its own, or all from and to its region.
  std::vector<fault::Fault> Links(const drill::FaultOrder& fault) const;
  void InjectFrom(std::vector<fault::Fault> links, Confirmed done);
  void ClearFrom(std::vector<fault::Fault> links, Confirmed done);

  Supervisor* supervisor_ = nullptr;
};

}  // namespace lifeboat::world
