// The end of a process's log: why it ended, in its own words.
#pragma once

#include <cstdint>
#include <string>

namespace lifeboat::world {

/// How long the file is now; 0 when there is none.
uint64_t SizeOfLog(const std::string& path);

/// The last line that is not blank of what was written after the first `from` bytes, cut to a
/// length for messages; empty when there is none.
std::string LastLine(const std::string& path, uint64_t from);

}  // namespace lifeboat::world
