// Experiment templates of AWS's Fault Injection Service (API Reference, CreateExperimentTemplate)
// as faults of our own. What a world can't do is refused by name, never left out.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "fault/fault.h"
#include "json/value.h"

namespace lifeboat::fault {

/// One fault of an experiment; a target with several regions or functions gives several.
struct FisFault {
  std::string action;  ///< Its name in the template.
  Fault fault;
  Duration delay;  ///< From the experiment's start to its own: by `startAfter`.
  Duration lasts;  ///< Its `duration`.
};
struct FisExperiment {
  std::vector<FisFault> faults;       ///< To be used when there are no complaints.
  std::vector<Complaint> complaints;  ///< `key` is a JSON pointer into the template.
};

/// `home` is the region where the experiment would run on AWS: actions on roles hit it.
FisExperiment ReadFisTemplate(const json::Value& experiment, std::span<const std::string> regions,
                              std::string_view home);

/// `PT1H30M`: hours, minutes and seconds.
Result<Duration> ParseIsoDuration(std::string_view text);

}  // namespace lifeboat::fault
