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

  Status Supports(const fault::Fault& fault) const override;
  void Apply(const fault::Fault& fault, Confirmed done) override;
  void Lift(const fault::Fault& fault, Confirmed done) override;

 private:
  Supervisor* supervisor_ = nullptr;
};

}  // namespace lifeboat::world
