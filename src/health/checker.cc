#include "health/checker.h"

namespace lifeboat::health {

bool Checker::OnVerdict(bool healthy, int failure_threshold) {
  if (healthy == healthy_) {
    const bool changed = contradictions_ != 0;
    contradictions_ = 0;
    return changed;
  }
  if (++contradictions_ >= failure_threshold) {
    healthy_ = healthy;
    contradictions_ = 0;
  }
  return true;
}

}  // namespace lifeboat::health
