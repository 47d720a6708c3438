// The faults in force as a process starts: the supervisor writes them into its folder before.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "fault/fault.h"

namespace lifeboat::world {

Status SaveFaults(const std::string& folder, const fault::Table& faults, Instant now);
/// An empty table when there is no such file (a process started by hand); kCorrupt when it can't be
/// read.
Result<fault::Table> LoadFaults(const std::string& folder, Instant now);

}  // namespace lifeboat::world
