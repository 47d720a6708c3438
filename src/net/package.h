// Function packages: zips from strangers, unpacked into a folder.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace lifeboat::net {

/// Lambda's quotas ("Lambda quotas", deployment package size), and one of ours on the files.
struct PackageLimits {
  uint64_t zip_bytes = 50 << 20;
  uint64_t unpacked_bytes = 250 << 20;
  uint64_t files = 20'000;
};

/// Unpacks `zip` into the empty folder `folder`; the caller syncs it. kInvalid, naming the entry,
/// for a damaged or encrypted zip, for paths that leave the folder, for links and devices; kLimit;
/// kIo. After an error the folder holds a part.
Status UnpackPackage(const std::string& zip, const std::string& folder,
                     const PackageLimits& limits = {});

}  // namespace lifeboat::net
