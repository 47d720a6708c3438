// Looks at a database before it is opened, and changes nothing: is all there that its seal knows
// of? It must come first, since RocksDB removes files that its MANIFEST doesn't name as it opens.
#pragma once

#include <string>

#include "base/result.h"
#include "storage/rocks/rocks_engine.h"
#include "storage/seal.h"

namespace lifeboat::storage {

/// Whether CURRENT and its MANIFEST are those of the seal, or newer. kCorrupt, with the file's
/// name.
Status CheckManifest(const std::string& path, const ManifestSeal& sealed,
                     const RocksOptions& options);

/// Whether all commits up to `sealed` are there, by opening the database read-only and reading its
/// log files. kCorrupt, with the file's name and how many are missing.
Status CheckCommits(const std::string& path, uint64_t sealed, const RocksOptions& options);

}  // namespace lifeboat::storage
