// What a process said last.
#include "world/log_tail.h"

#include <gtest/gtest.h>

#include <fstream>

#include "net/temporary_folder.h"

namespace lifeboat::world {
namespace {

TEST(LogTailTest, TheLastLineOfThisRun) {
  const net::TemporaryFolder folder;
  const std::string path = folder.path() + "/log";
  EXPECT_EQ(SizeOfLog(path), 0u);
  EXPECT_EQ(LastLine(path, 0), "");
  std::ofstream file(path);
  file << "of the run before\n" << std::flush;
  const uint64_t from = SizeOfLog(path);
  EXPECT_EQ(LastLine(path, from), "");
  file << "ready\n\n  the disk is full  \n \n" << std::flush;
  EXPECT_EQ(LastLine(path, from), "the disk is full");
  file << "not yet a whole line" << std::flush;
  EXPECT_EQ(LastLine(path, from), "not yet a whole line");
  file << std::string(100'000, 'x') << "\n" << std::flush;
  EXPECT_EQ(LastLine(path, from), std::string(400, 'x'));
}

}  // namespace
}  // namespace lifeboat::world
