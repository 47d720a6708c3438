// A region's disk, opened: the database and its seal. Here it is decided whether what is on the
// disk may be gone on with (docs/formats/seal.md).
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "storage/engine.h"
#include "storage/rocks/rocks_engine.h"
#include "storage/seal.h"

namespace lifeboat::net {

struct RegionDiskOptions {
  std::string folder;        ///< The region's own: `db/` and `seal` are in it.
  bool founded = false;      ///< The world says that there has been a seal.
  bool accept_loss = false;  ///< Go on with what is there.
  storage::RocksOptions database{};
};

struct RegionDisk {
  std::unique_ptr<storage::Engine> engine;
  storage::DiskState state;
};

/// Refuses a disk on which something is missing that was acknowledged: kCorrupt, with the file's
/// name and, as far as it is known, how much is lost. A disk that is wholly gone is opened empty,
/// which the state says. kUnavailable when another process has it open, kIo.
Result<RegionDisk> OpenRegionDisk(const RegionDiskOptions& options);

/// Makes the seal of a region that is to be founded; one that is there stays. kIo, kCorrupt.
Status FoundRegionDisk(const std::string& folder);

}  // namespace lifeboat::net
