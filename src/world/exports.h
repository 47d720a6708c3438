// The environment with which stock tools reach a world: keys, the edge as a proxy for AWS's names
// and the world's own, and the world's CA.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "world/config.h"

namespace lifeboat::world {

struct Exports {
  std::vector<std::pair<std::string, std::string>> set;
  /// What a user's shell may have and that would lead a client past the world.
  std::vector<std::string> unset;
};

/// `ca_path` must be absolute, since tools run in any folder.
Exports MakeExports(const Config& config, const std::string& ca_path);

}  // namespace lifeboat::world
