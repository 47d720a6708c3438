// Founding: a world's folders get their seals, and world.json says so. From then on a folder
// without one is a disk that was lost, and not one that is new.
#pragma once

#include <string>

#include "base/result.h"
#include "world/config.h"

namespace lifeboat::world {

/// Founds what `config` doesn't call founded yet, and saves it as world.json in `data_dir`, which
/// is made when missing. kCorrupt, kIo.
Status FoundAndSave(Config& config, const std::string& data_dir);

}  // namespace lifeboat::world
