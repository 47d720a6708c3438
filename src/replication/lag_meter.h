// Replication latency as the receiving side sees it: from the commit there to the durable apply
// here.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "replication/limits.h"

namespace lifeboat::replication {

class LagMeter {
 public:
  /// Negative lags, of clocks that differ, count as zero.
  void Add(Duration lag);
  struct Summary {
    uint64_t count = 0;  ///< Of all time; the rest is of the last kLagSamples.
    Duration p50, p99, max;
  };
  Summary Summarize() const;

 private:
  std::vector<Duration> samples_;  ///< A ring once it is full.
  uint64_t count_ = 0;
};

}  // namespace lifeboat::replication
