// FaultInjector: brings faults into force and lifts them. A fault's description is generic
// (fault/fault.h), so that a further kind touches this interface nowhere.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "fault/fault.h"

namespace lifeboat::drill {

class FaultInjector {
 public:
  using Done = std::function<void(Status)>;
  /// With the text of the observation that confirmed it.
  using Confirmed = std::function<void(Result<std::string>)>;
  virtual ~FaultInjector() = default;

  /// Whether the fault can be had here; the error says why not.
  virtual Status Supports(const fault::Fault& fault) const = 0;
  /// Brings the fault into force, in place of one with the same id. `done` runs once, never inside
  /// the call, when it was observed to be in force.
  virtual void Apply(const fault::Fault& fault, Confirmed done) = 0;
  /// Ends it, and the same for its end. Lifting what is not in force is no error.
  virtual void Lift(const fault::Fault& fault, Confirmed done) = 0;
};

}  // namespace lifeboat::drill
