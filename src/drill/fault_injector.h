// FaultInjector: brings faults into force and lifts them. The description of a fault is generic, so
// that a further kind touches this interface nowhere.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "json/value.h"

namespace lifeboat::drill {

/// One fault: its kind by name, the place that it hits, and the kind's parameters by their names.
struct FaultOrder {
  std::string id;    ///< Unique among the faults in force.
  std::string kind;  ///< `kill`
  std::string region;
  std::string from, to;     ///< One direction of one link; empty when a region is meant.
  json::Object parameters;  ///< Times in seconds as `*_s`, shares from 0 to 1.
};

class FaultInjector {
 public:
  using Done = std::function<void(Status)>;
  /// With the text of the observation that confirmed it.
  using Confirmed = std::function<void(Result<std::string>)>;
  virtual ~FaultInjector() = default;

  /// Whether the fault can be had here; the error says why not.
  virtual Status Supports(const FaultOrder& fault) const = 0;
  /// Brings the fault into force, in place of one with the same id. `done` runs once, never inside
  /// the call, when it was observed to be in force.
  virtual void Apply(const FaultOrder& fault, Confirmed done) = 0;
  /// Ends it, and the same for its end. Lifting what is not in force is no error.
  virtual void Lift(const FaultOrder& fault, Confirmed done) = 0;
};

}  // namespace lifeboat::drill
