#include "replication/lag_meter.h"

#include <algorithm>

namespace lifeboat::replication {

void LagMeter::Add(Duration lag) {
  lag = std::max(lag, Duration());
  if (samples_.size() < kLagSamples) {
    samples_.push_back(lag);
  } else {
    samples_[count_ % kLagSamples] = lag;
  }
  ++count_;
}

LagMeter::Summary LagMeter::Summarize() const {
  Summary summary{count_, {}, {}, {}};
  if (samples_.empty()) return summary;
  std::vector<Duration> sorted = samples_;
  std::sort(sorted.begin(), sorted.end());
  summary.p50 = sorted[(sorted.size() - 1) / 2];
  summary.p99 = sorted[(sorted.size() - 1) * 99 / 100];
  summary.max = sorted.back();
  return summary;
}

}  // namespace lifeboat::replication
