#include "world/runtimes_folder.h"

#include <cstdlib>
#include <filesystem>

namespace lifeboat::world {
namespace {

constexpr const char* kVariable = "LIFEBOAT_RUNTIMES_DIR";

}  // namespace

std::string RuntimesFolder(const std::string& data_dir) {
  const char* given = std::getenv(kVariable);
  return given && *given ? given : data_dir + "/runtimes";
}

void ShareRuntimesFolder(const std::string& data_dir) {
  const std::string folder = std::filesystem::absolute(RuntimesFolder(data_dir)).string();
  setenv(kVariable, folder.c_str(), 1);
}

}  // namespace lifeboat::world
