// A process and all that it has started, by /proc.
#pragma once

#include <sys/types.h>

#include <vector>

namespace lifeboat::world {

/// `root` first, then its children, their children and so on.
std::vector<pid_t> ProcessTree(pid_t root);

/// True when the process is stopped now (SIGSTOP), by whomever.
bool IsStopped(pid_t pid);

/// True when every live process in `pids` is stopped (`stopped`) or none is.
bool AllStopped(const std::vector<pid_t>& pids, bool stopped);

}  // namespace lifeboat::world
