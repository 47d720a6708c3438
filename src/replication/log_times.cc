#include "replication/log_times.h"

#include <algorithm>

namespace lifeboat::replication {

void LogTimes::Note(uint64_t head, Instant now, Duration longest) {
  while (marks_.size() > 1 && marks_[1].at + longest < now) marks_.pop_front();
  if (!marks_.empty() && head <= marks_.back().head) return;
  const Duration grain = std::max(Duration::Millis(1), longest / 1000);
  // The first mark stays alone: what came before the noting is not exact.
  if (marks_.size() > 1 && now < marks_.back().at + grain) {
    marks_.back().head = head;
    return;
  }
  marks_.push_back({head, now});
}

LogTimes::Time LogTimes::Find(uint64_t sequence) const {
  const auto mark =
      std::lower_bound(marks_.begin(), marks_.end(), sequence,
                       [](const Mark& each, uint64_t wanted) { return each.head < wanted; });
  if (mark == marks_.end()) return {marks_.back().at, false};
  return {mark->at, mark != marks_.begin()};
}

}  // namespace lifeboat::replication
