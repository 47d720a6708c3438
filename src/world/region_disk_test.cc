// A region's folder under faults: lost, kept, rolled back.
#include "world/region_disk.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "net/files.h"
#include "net/temporary_folder.h"

namespace lifeboat::world {
namespace {

void Write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
std::string Read(const std::string& path) {
  const auto text = net::ReadFile(path, 1000);
  return text ? *text : "(none)";
}

class RegionDiskTest : public ::testing::Test {
 protected:
  RegionDiskTest() {
    std::filesystem::create_directories(folder_ + "/db");
    std::filesystem::create_directories(folder_ + "/functions/abc");
    Write(folder_ + "/db/000004.log", "write 1");
    Write(folder_ + "/db/000003.sst", "old");
    Write(folder_ + "/functions/abc/main", "code");
    Write(folder_ + "/seal", "1");
    Write(folder_ + "/log", "a line");
  }

  net::TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path() + "/us-east-1";
};

TEST_F(RegionDiskTest, ALostDiskHasNothingButTheLog) {
  ASSERT_TRUE(LoseDisk(folder_).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/db"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/seal"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/functions"));
  EXPECT_EQ(Read(folder_ + "/log"), "a line");
}

TEST_F(RegionDiskTest, ARolledBackDiskIsAsItWasKept) {
  EXPECT_FALSE(RollBackDisk(folder_).ok());
  ASSERT_TRUE(KeepDisk(folder_).ok());
  for (const char* later : {"write 2", "write 3"}) {  // The point serves more than once.
    Write(folder_ + "/db/000004.log", std::string("write 1 ") + later);
    Write(folder_ + "/db/000007.sst", later);
    Write(folder_ + "/seal", "2");
    std::filesystem::remove(folder_ + "/db/000003.sst");
    ASSERT_TRUE(RollBackDisk(folder_).ok());
    EXPECT_EQ(Read(folder_ + "/db/000004.log"), "write 1");
    EXPECT_EQ(Read(folder_ + "/db/000003.sst"), "old");
    EXPECT_EQ(Read(folder_ + "/seal"), "1");
    EXPECT_EQ(Read(folder_ + "/db/000007.sst"), "(none)");
    EXPECT_EQ(Read(folder_ + "/functions/abc/main"), "code");
  }
  DropKeptDisk(folder_);
  EXPECT_FALSE(RollBackDisk(folder_).ok());
  EXPECT_EQ(Read(folder_ + "/db/000004.log"), "write 1");
}

}  // namespace
}  // namespace lifeboat::world
