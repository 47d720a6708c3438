// Prober: carries out health probes: connects, asks, and reports how far it came. What that means
// is health/'s to say, and so are the time-outs.
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "health/probe.h"
#include "net/event_loop.h"
#include "net/tls.h"

namespace lifeboat::net {

class Prober {
 public:
  explicit Prober(EventLoop& loop);
  /// Gives probes under way up; their `done` is not called.
  ~Prober();

  /// `done` runs once, on the loop, never inside this call. Any number of probes may be under way.
  void Probe(health::ProbeTarget target, std::function<void(health::ProbeOutcome)> done);

 private:
  class Attempt;

  EventLoop& loop_;
  const TlsClient tls_;
  std::set<std::shared_ptr<Attempt>> attempts_;
};

}  // namespace lifeboat::net
