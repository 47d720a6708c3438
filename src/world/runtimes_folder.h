// Where pinned interpreters and SDKs for functions lie (docs/functions.md).
#pragma once

#include <string>

namespace lifeboat::world {

/// LIFEBOAT_RUNTIMES_DIR, or else `runtimes` in the data folder. It need not be there.
std::string RuntimesFolder(const std::string& data_dir);

/// From now on the worlds that this process and its children start, wherever their data lies, take
/// what `data_dir` has.
void ShareRuntimesFolder(const std::string& data_dir);

}  // namespace lifeboat::world
