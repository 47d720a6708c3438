#include "world/log_tail.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/bytes.h"

namespace lifeboat::world {
namespace {

constexpr uint64_t kTailBytes = 16 << 10;
constexpr size_t kLineMax = 400;

}  // namespace

uint64_t SizeOfLog(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  return failed ? 0 : size;
}

std::string LastLine(const std::string& path, uint64_t from) {
  const uint64_t size = SizeOfLog(path);
  const uint64_t start = std::max(from, size > kTailBytes ? size - kTailBytes : 0);
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(start));
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (const std::string_view text = Trim(line); !text.empty()) last = text.substr(0, kLineMax);
  }
  return last;
}

}  // namespace lifeboat::world
