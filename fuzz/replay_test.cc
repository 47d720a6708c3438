// Feeds every fuzz target the inputs that are kept in fuzz/corpus/<target>/, and a few that are
// awkward for any parser. A crash, a sanitizer report or a hang is the failure.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#define FUZZ_TARGET(name) extern "C" int name(const uint8_t* data, size_t size);
#include "fuzz_targets.inc"
#undef FUZZ_TARGET

namespace {

using Target = int (*)(const uint8_t*, size_t);

void Feed(Target target, const std::string& input) {
  target(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

void Replay(const std::string& name, Target target) {
  for (const std::string& input : {std::string(), std::string(1, '\0'), std::string(1000, '('),
                                   std::string(1000, '['), std::string(4096, '\xff')}) {
    Feed(target, input);
  }
  const std::filesystem::path folder = std::filesystem::path(LIFEBOAT_CORPUS) / name;
  if (!std::filesystem::exists(folder)) return;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    Feed(target, {std::istreambuf_iterator<char>(file), {}});
  }
}

#define FUZZ_TARGET(name) \
  TEST(ReplayTest, name) { Replay(#name, &::name); }
#include "fuzz_targets.inc"

}  // namespace
