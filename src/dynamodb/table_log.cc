#include "dynamodb/table_log.h"

#include <algorithm>

#include "base/check.h"

namespace lifeboat::dynamodb {

TableLog::Slot TableLog::Append(WallTime now, std::optional<storage::Version> local,
                                uint64_t generation) {
  last_commit_ = std::max(last_commit_, now);
  under_way_.push_back({++last_, std::move(local)});
  Slot slot{last_, last_commit_, std::nullopt};
  if (generations_.back().generation != generation) {
    slot.begins = storage::GenerationStart{generation, last_};
    Begin(generations_, *slot.begins);
  }
  return slot;
}

void TableLog::OnDurable() {
  Check(!under_way_.empty(), "a record under way becomes durable");
  durable_ = under_way_.front().sequence;
  under_way_.pop_front();
}

const storage::Version* TableLog::OldestUnderWay() const {
  for (const UnderWay& record : under_way_) {
    if (record.local) return &*record.local;
  }
  return nullptr;
}

}  // namespace lifeboat::dynamodb
