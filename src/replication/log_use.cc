#include "replication/log_use.h"

#include <algorithm>

namespace lifeboat::replication {
namespace {

/// Records looked at on each end of a log.
constexpr size_t kSampleRecords = 16;

}  // namespace

std::optional<uint64_t> FirstNeeded(const LogUse& use) {
  if (use.bytes > use.bytes_max) {
    // Records are taken to be of one size: keep what fits.
    const uint64_t records = use.head + 1 - std::min(use.first, use.head);
    const auto kept =
        static_cast<uint64_t>(static_cast<double>(records) * static_cast<double>(use.bytes_max) /
                              static_cast<double>(use.bytes));
    return use.head + 1 - std::min(kept, records);
  }
  uint64_t needed = std::min(use.head, use.collected) + 1;
  for (const auto& acknowledged : use.acknowledged) {
    if (!acknowledged) return std::nullopt;
    needed = std::min(needed, *acknowledged + 1);
  }
  return needed;
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
