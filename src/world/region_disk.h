// What faults do to a region's disk: the folders that hold what it has stored. The process must be
// stopped or dead meanwhile.
#pragma once

#include <string>

#include "base/result.h"

namespace lifeboat::world {

/// Removes all that the region in `folder` has stored. Done when nothing of it is found any more.
Status LoseDisk(const std::string& folder);

/// Keeps what the region in `folder` has stored now as its roll-back point, in place of an older
/// one. Of a stopped process this is what a crash would leave.
Status KeepDisk(const std::string& folder);
/// Puts the roll-back point in place of what is stored; the point stays.
Status RollBackDisk(const std::string& folder);
void DropKeptDisk(const std::string& folder);

}  // namespace lifeboat::world
