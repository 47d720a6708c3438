// From where on replication needs a table's log (docs/replication.md, section 6).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "storage/change_log.h"

namespace lifeboat::replication {

struct LogUse {
  uint64_t first = 0;      ///< Lowest sequence present.
  uint64_t head = 0;       ///< Greatest durable one.
  uint64_t collected = 0;  ///< The tombstone collector has passed this.
  /// What each peer has durably applied; nullopt: not heard of since we started.
  std::vector<std::optional<uint64_t>> acknowledged;
  uint64_t bytes = 0;      ///< Size of the log.
  uint64_t bytes_max = 0;  ///< Above it peers and the collector do not count.
};

/// The lowest sequence that is still needed; nullopt before all peers have been heard.
std::optional<uint64_t> FirstNeeded(const LogUse& use);

/// The size of a log, from the mean of some records at both ends.
Result<uint64_t> EstimateLogBytes(const storage::Engine& engine, storage::TableId table,
                                  const storage::ChangeLogReader::Bounds& bounds);

}  // namespace lifeboat::replication
