// The trace of a run, event by event, for `sim replay`. Costs nothing when nobody listens.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string_view>

#include "sim/event_queue.h"

namespace lifeboat::sim {

class Trace {
 public:
  using Sink = std::function<void(std::string_view line)>;
  Trace(const EventQueue& events, Sink sink) : events_(events), sink_(std::move(sink)) {}

  /// `who` is a machine or a link.
  template <class... Args>
  void Note(std::string_view who, fmt::format_string<Args...> format, Args&&... args) const {
    if (!sink_) return;
    const int64_t us = events_.now().ns / 1000;
    sink_(fmt::format("{:5}.{:06} {:<14} {}", us / 1'000'000, us % 1'000'000, who,
                      fmt::format(format, std::forward<Args>(args)...)));
  }

 private:
  const EventQueue& events_;
  Sink sink_;
};

}  // namespace lifeboat::sim
