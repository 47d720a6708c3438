#include "drill/background.h"

#include <algorithm>

namespace lifeboat::drill {

void Background::Start() {
  running_ = true;
  for (size_t i = 0; i < setting_.scenario.background.size(); ++i) Run(i);
}

/// A failure is in the journal, and no reason to end the drill: such jobs fail in an outage.
void Background::Run(size_t index) {
  if (!running_) return;
  const BackgroundSpec& spec = setting_.scenario.background[index];
  const Instant next = setting_.Now() + spec.every;
  commands_.Run(spec.command, lifeline_.Guard([this, index, next](const Status&) {
    const Duration wait = std::max(Duration{}, next - setting_.Now());
    setting_.host.scheduler.After(wait, lifeline_.Guard([this, index] { Run(index); }));
  }));
}

}  // namespace lifeboat::drill
