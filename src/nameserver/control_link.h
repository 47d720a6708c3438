// ControlLink: when to ask the control plane, and how long to pause while it is dead. One for polls
// and one for observations: one request at a time, pauses doubled from kFirstBackOff to
// kLastBackOff after failures.
#pragma once

#include <algorithm>

#include "base/time.h"
#include "nameserver/config.h"

namespace lifeboat::nameserver {

class ControlLink {
 public:
  bool ready(Instant now) const { return !in_flight_ && now >= next_; }
  bool in_flight() const { return in_flight_; }
  Instant next() const { return next_; }
  bool reachable() const { return reachable_; }

  void OnSent() { in_flight_ = true; }
  /// Ready again after `pause`.
  void OnSuccess(Instant now, Duration pause) {
    in_flight_ = false;
    reachable_ = true;
    back_off_ = kFirstBackOff;
    next_ = now + pause;
  }
  void OnFailure(Instant now) {
    in_flight_ = false;
    reachable_ = false;
    next_ = now + back_off_;
    back_off_ = std::min(back_off_ * 2, kLastBackOff);
  }

 private:
  bool in_flight_ = false;
  bool reachable_ = false;
  Instant next_;
  Duration back_off_ = kFirstBackOff;
};

}  // namespace lifeboat::nameserver
