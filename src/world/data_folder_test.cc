// One supervisor for a data folder, and its token.
#include "world/data_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "net/temporary_folder.h"

namespace lifeboat::world {
namespace {

TEST(FolderLockTest, TheSecondIsToldWhoHasIt) {
  const net::TemporaryFolder folder;
  EXPECT_EQ(FindSupervisor(folder.path()), std::nullopt);
  {
    const auto lock = FolderLock::Take(folder.path());
    ASSERT_TRUE(lock.ok()) << lock.error().message;
    EXPECT_EQ(FindSupervisor(folder.path()), getpid());
    const auto second = FolderLock::Take(folder.path());
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, ErrorCode::kAlreadyExists);
    EXPECT_NE(second.error().message.find("pid " + std::to_string(getpid())), std::string::npos);
    EXPECT_EQ(FindSupervisor(folder.path()), getpid());  // Who asks takes nothing away.
  }
  EXPECT_EQ(FindSupervisor(folder.path()), std::nullopt);
  EXPECT_TRUE(FolderLock::Take(folder.path()).ok());
}

TEST(FolderLockTest, AForkedChildGoesOnWithIt) {
  const net::TemporaryFolder folder;
  int end_child[2];
  int signed_it[2];
  ASSERT_EQ(pipe(end_child), 0);
  ASSERT_EQ(pipe(signed_it), 0);
  std::optional<FolderLock> lock;
  {
    auto taken = FolderLock::Take(folder.path());
    ASSERT_TRUE(taken.ok());
    lock.emplace(*std::move(taken));
  }
  const pid_t child = fork();
  if (child == 0) {
    lock->Sign();
    close(end_child[1]);
    char byte = 0;
    if (write(signed_it[1], &byte, 1) != 1) _exit(1);
    _exit(read(end_child[0], &byte, 1) == 0 ? 0 : 1);  // Until our end is closed.
  }
  char byte = 0;
  ASSERT_EQ(read(signed_it[0], &byte, 1), 1);
  lock.reset();
  EXPECT_EQ(FindSupervisor(folder.path()), child);
  EXPECT_FALSE(FolderLock::Take(folder.path()).ok());
  close(end_child[1]);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(FindSupervisor(folder.path()), std::nullopt);
  for (const int fd : {end_child[0], signed_it[0], signed_it[1]}) close(fd);
}

TEST(TokenTest, IsOnlyForItsOwner) {
  const net::TemporaryFolder folder;
  EXPECT_EQ(ReadToken(folder.path()).error().code, ErrorCode::kNotFound);
  // A file that anybody may read is not taken over.
  std::ofstream(folder.path() + "/token") << "known\n";
  ASSERT_EQ(chmod((folder.path() + "/token").c_str(), 0644), 0);
  const auto token = NewToken(folder.path());
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->size(), 64u);
  EXPECT_EQ(*ReadToken(folder.path()), *token);
  struct stat file {};
  ASSERT_EQ(stat((folder.path() + "/token").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777, 0600u);
  EXPECT_NE(*NewToken(folder.path()), *token);
}

}  // namespace
}  // namespace lifeboat::world
