// Checker: the opinion of one place about one endpoint. Deciding alone, it changes its mind after
// `failure_threshold` consecutive results that contradict it.
#pragma once

#include <string>

#include "base/time.h"
#include "health/probe.h"

namespace lifeboat::health {

class Checker {
 public:
  /// Takes a result in; true when opinion or count changed (what a restart should remember).
  bool OnVerdict(bool healthy, int failure_threshold);

  /// Healthy until enough results say otherwise.
  bool healthy() const { return healthy_; }
  /// Results in a row that contradict the opinion.
  int contradictions() const { return contradictions_; }
  /// Goes on where another one stopped.
  void Restore(bool healthy, int contradictions) {
    healthy_ = healthy;
    contradictions_ = contradictions;
  }

 private:
  bool healthy_ = true;
  int contradictions_ = 0;
};

/// The quorum: healthy if MORE than 18 % of the checkers say so; 18 % or less is unhealthy.
inline constexpr int kQuorumPercent = 18;
constexpr bool QuorumHealthy(int healthy_checkers, int checkers) {
  return healthy_checkers * 100 > checkers * kQuorumPercent;
}
static_assert(QuorumHealthy(3, 16) && !QuorumHealthy(2, 16));

}  // namespace lifeboat::health
