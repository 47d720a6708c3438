#include "replication/trim.h"

#include <algorithm>

namespace lifeboat::replication {
namespace {

/// Records looked at on each end of a log.
constexpr size_t kSampleRecords = 16;

}  // namespace

uint64_t FirstKept(const TrimBounds& bounds) {
  uint64_t first_kept = std::min(bounds.needed_first, bounds.head + 1);
  if (bounds.bytes <= bounds.bytes_max) {
    first_kept = std::min(first_kept, bounds.collected + 1);
    for (const auto& acknowledged : bounds.acknowledged) {
      first_kept = std::min(first_kept, acknowledged ? *acknowledged + 1 : bounds.first);
    }
  } else {
    // Records are taken to be of one size: keep what fits.
    const uint64_t records = bounds.head + 1 - std::min(bounds.first, bounds.head);
    const auto kept =
        static_cast<uint64_t>(static_cast<double>(records) * static_cast<double>(bounds.bytes_max) /
                              static_cast<double>(bounds.bytes));
    first_kept = std::min(first_kept, bounds.head + 1 - std::min(kept, records));
  }
  return std::max(first_kept, bounds.first);
}

Result<uint64_t> EstimateLogBytes(const storage::Engine& engine, storage::TableId table,
                                  const storage::ChangeLogReader::Bounds& bounds) {
  const std::string low = storage::LogKey(table, bounds.first);
  const auto it =
      engine.NewIterator(storage::Space::kLog, low, storage::LogKey(table, bounds.last) + '\0');
  uint64_t bytes = 0, records = 0;
  const auto count = [&] {
    bytes += it->key().size() + it->value().size();
    ++records;
  };
  it->Seek(low);
  for (size_t i = 0; i < kSampleRecords && it->Valid(); ++i, it->Next()) count();
  it->SeekForPrev(storage::LogKey(table, bounds.last));
  for (size_t i = 0; i < kSampleRecords && it->Valid(); ++i, it->Prev()) count();
  if (!it->status().ok()) return it->status().error();
  if (records == 0) return uint64_t{0};
  return bytes * (bounds.last - bounds.first + 1) / records;
}

}  // namespace lifeboat::replication
