#include "world/local_faults.h"

#include "base/check.h"

namespace lifeboat::world {

Status LocalFaults::Supports(const fault::Fault& fault) const { return FaultDesk::Supports(fault); }

void LocalFaults::Apply(const fault::Fault& fault, Confirmed done) {
  Check(supervisor_ != nullptr, "faults need a world");
  supervisor_->faults().Inject(fault, std::move(done));
}

void LocalFaults::Lift(const fault::Fault& fault, Confirmed done) {
  Check(supervisor_ != nullptr, "faults need a world");
  supervisor_->faults().Clear(fault.id, [done = std::move(done)](Result<std::string> seen) {
    // A region that was started by hand has ended the fault that killed it.
    const bool over = !seen && seen.error().code == ErrorCode::kNotFound;
    done(over ? Result<std::string>(std::string("it had ended")) : std::move(seen));
  });
}

}  // namespace lifeboat::world
