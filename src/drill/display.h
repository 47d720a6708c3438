// What the terminal shows while a drill runs.
#pragma once

#include <string>

#include "base/time.h"

namespace lifeboat::drill {

class Display {
 public:
  virtual ~Display() = default;
  /// A line of the timeline, complete, to be printed and kept.
  virtual void Line(const std::string& text) = 0;
  /// What is being waited for, for how long already and for how long at most; replaces the one
  /// before. Called about twice a second.
  virtual void Progress(const std::string& waiting_for, Duration elapsed, Duration at_most) = 0;
  /// A run's RTO and RPO can be told from its journal as it is now; the failback is still to come.
  virtual void OnVerified() {}
};

}  // namespace lifeboat::drill
