// How every database of ours is opened. For storage/rocks only.
#pragma once

#include <vector>

#include <rocksdb/db.h>

#include "base/result.h"
#include "storage/rocks/rocks_engine.h"

namespace lifeboat::storage {

/// kCorrupt for damage, of which a file that is missing is one, else kIo.
Error ToError(const rocksdb::Status& status);

rocksdb::DBOptions DatabaseOptions(const RocksOptions& options);
/// One a Space.
std::vector<rocksdb::ColumnFamilyDescriptor> Families(const RocksOptions& options);

}  // namespace lifeboat::storage
