// The engine that keeps a region's state on a real disk: RocksDB, one column family per Space,
// every write synced. The only code that sees RocksDB.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/result.h"
#include "storage/engine.h"
#include "storage/seal.h"

namespace rocksdb {
class Env;
}

namespace lifeboat::storage {

struct RocksOptions {
  /// Memory for writes that are not yet in sorted files, all spaces together, at most.
  size_t write_buffer_bytes = 24 << 20;
  /// Memory for blocks read from sorted files, at most.
  size_t block_cache_bytes = 16 << 20;
  /// Otherwise a folder without a database is an error.
  bool create_if_missing = true;
  /// Told of every numbered write and of the MANIFEST; the database is then also emptied into
  /// tables as it is closed, so that its log files hold nothing.
  std::shared_ptr<SealKeeper> seal{};
  /// Read all tables at once, and call one that can't be read kCorrupt.
  bool verify = false;
  /// Open what is left of a damaged database: the longest history that is whole or, when the files
  /// don't say which that is, what can be read.
  bool accept_loss = false;
  /// With accept_loss: the MANIFEST is damaged; make a new one from the tables and logs.
  bool repair = false;
  /// Where files are; nullptr means the operating system's. Tests bend it. Must outlive the engine.
  rocksdb::Env* env = nullptr;
};

/// Opens the database in the folder `path`, making it and its parents when they are missing. One
/// process at a time may have it open. After a failed write the engine refuses all further ones:
/// until there is space again when the disk was full, otherwise until it is opened again, because
/// what a failed fsync has left on the disk is not known.
/// Errors: kIo, kLimit when the disk is full, kCorrupt.
Result<std::unique_ptr<Engine>> OpenRocksEngine(const std::string& path, RocksOptions options = {});

}  // namespace lifeboat::storage
