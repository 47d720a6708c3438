// Assertions, on in every build. An assertion is for our own mistakes; what the world may do wrong
// (users, peers, disks) is a returned error.
#pragma once

#include <source_location>

namespace lifeboat {

[[noreturn]] void CheckFailed(const char* what, const std::source_location& where);

/// Ends the process with the place and `what` when `condition` does not hold.
inline void Check(bool condition, const char* what,
                  const std::source_location& where = std::source_location::current()) {
  if (!condition) [[unlikely]]
    CheckFailed(what, where);
}

}  // namespace lifeboat
