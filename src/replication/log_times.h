// LogTimes: when the records of a log became durable, by the monotonic clock. Commit times are wall
// time, and a step of that clock must neither hold a lagged record back nor let it through early.
#pragma once

#include <cstdint>
#include <deque>

#include "base/time.h"

namespace lifeboat::replication {

class LogTimes {
 public:
  /// The durable head is `head` now. Forgets what nobody with a lag of up to `longest` can ask for,
  /// and is exact to `longest` / 1,000 or 1 ms, whichever is longer. Heads and times never go down.
  void Note(uint64_t head, Instant now, Duration longest);
  void Clear() { marks_.clear(); }
  bool empty() const { return marks_.empty(); }

  struct Time {
    Instant at;
    /// False for records that were there when the noting began: they are at least that old.
    bool exact = false;
  };
  /// For a record at or before the greatest head noted; there must be one.
  Time Find(uint64_t sequence) const;

 private:
  struct Mark {
    uint64_t head;
    Instant at;
  };
  std::deque<Mark> marks_;
};

}  // namespace lifeboat::replication
