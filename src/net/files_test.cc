#include "net/files.h"

#include <sys/stat.h>

#include <filesystem>

#include "net/net_test_support.h"
#include "net/temporary_folder.h"

namespace lifeboat::net {
namespace {

TEST(Files, WritesAndReadsWhole) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/a";
  ASSERT_TRUE(WriteFileAtomically(path, "one").ok());
  ASSERT_TRUE(WriteFileAtomically(path, std::string(200'000, 'x'), 0600).ok());
  EXPECT_EQ(ReadFile(path, 200'000)->size(), 200'000u);
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  // No temporary file stays behind.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Files, TellsWhatIsWrong) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/a";
  EXPECT_EQ(ReadFile(path, 10).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(WriteFileAtomically(path, "12345678901").ok());
  EXPECT_EQ(ReadFile(path, 10).error().code, ErrorCode::kLimit);
  EXPECT_EQ(ReadFile(folder.path(), 10).error().code, ErrorCode::kIo);
  EXPECT_FALSE(WriteFileAtomically(folder.path() + "/missing/a", "x").ok());
  EXPECT_EQ(MakeFolders(path + "/below").error().code, ErrorCode::kIo);
  EXPECT_FALSE(FileLock::Acquire(folder.path() + "/missing/lock").ok());
}

mode_t ModeOf(const std::string& path) {
  struct stat info {};
  EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 0777;
}

TEST(Files, ADataFolderAndWhatIsInItAreItsOwnersAlone) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/world";
  ASSERT_TRUE(MakeFolders(path, 0755).ok());
  ASSERT_TRUE(MakeDataFolder(path).ok());
  EXPECT_EQ(ModeOf(path), 0700u);
  ASSERT_TRUE(WriteFileAtomically(path + "/world.json", "{}").ok());
  EXPECT_EQ(ModeOf(path + "/world.json"), 0600u);
  ASSERT_EQ(chmod(path.c_str(), 0755), 0);
  ASSERT_TRUE(MakeDataFolder(path).ok());
  EXPECT_EQ(ModeOf(path), 0700u);
  ASSERT_TRUE(MakeFolders(path + "/a/b").ok());
  EXPECT_EQ(ModeOf(path + "/a"), 0700u);
}

TEST(Files, AFolderOfSomethingElseKeepsItsMode) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/home";
  ASSERT_TRUE(MakeFolders(path, 0755).ok());
  ASSERT_TRUE(WriteFileAtomically(path + "/letter", "").ok());
  ASSERT_TRUE(MakeDataFolder(path).ok());
  EXPECT_EQ(ModeOf(path), 0755u);
}

TEST(Files, MakesFoldersThatAreMissing) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/a/b/c/";
  EXPECT_TRUE(MakeFolders(path).ok());
  EXPECT_TRUE(MakeFolders(path).ok());
  EXPECT_TRUE(SyncFolder(path).ok());
  EXPECT_FALSE(SyncFolder(path + "/d").ok());
}

}  // namespace
}  // namespace lifeboat::net
