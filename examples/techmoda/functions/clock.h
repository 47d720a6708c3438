// Time as the functions use it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace techmoda {

using SteadyClock = std::chrono::steady_clock;
using Deadline = SteadyClock::time_point;

/// Milliseconds since 1970.
int64_t NowMillis();
/// `2026-11-23T05:33:00.123Z`
std::string FormatMillis(int64_t millis);

}  // namespace techmoda
