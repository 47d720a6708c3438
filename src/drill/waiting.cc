#include "drill/waiting.h"

#include <algorithm>

namespace lifeboat::drill {

void Waiting::Start(Plan plan, std::function<void(bool)> done) {
  plan_ = std::move(plan);
  done_ = std::move(done);
  started_ = clock_.Now();
  Look(++turn_);
}

void Waiting::Look(int64_t turn) {
  if (turn != turn_) return;
  const bool met = plan_.met();
  if (turn != turn_) return;  // Looking has started another wait, or stopped this one.
  const Duration waited = elapsed();
  if (met || waited >= plan_.at_most) {
    ++turn_;
    const auto done = std::move(done_);
    return done(met);
  }
  display_.Progress(plan_.what(), waited, plan_.at_most);
  scheduler_.After(std::min(plan_.every, plan_.at_most - waited),
                   lifeline_.Guard([this, turn] { Look(turn); }));
}

}  // namespace lifeboat::drill
