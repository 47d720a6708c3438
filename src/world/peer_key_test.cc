// The world's key on its disk.
#include "world/peer_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "net/files.h"
#include "net/temporary_folder.h"

namespace lifeboat::world {
namespace {

TEST(PeerKeyTest, IsDrawnOnceAndKept) {
  net::TemporaryFolder folder;
  EXPECT_EQ(LoadPeerKey(folder.path()).error().code, ErrorCode::kNotFound);
  const auto made = LoadOrCreatePeerKey(folder.path());
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->bytes.size(), auth::kPeerKeyBytes);
  EXPECT_EQ(LoadOrCreatePeerKey(folder.path())->bytes, made->bytes);
  EXPECT_EQ(LoadPeerKey(folder.path())->bytes, made->bytes);
  struct stat about {};
  ASSERT_EQ(stat((folder.path() + "/peer.key").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600u);
  net::TemporaryFolder other;
  EXPECT_NE(LoadOrCreatePeerKey(other.path())->bytes, made->bytes);
}

TEST(PeerKeyTest, ADamagedFileIsNamedAndNotReplaced) {
  net::TemporaryFolder folder;
  for (const char* text : {"", "00", "zz", "0123456789abcdef\n"}) {
    ASSERT_TRUE(net::WriteFileAtomically(folder.path() + "/peer.key", text, 0600).ok());
    const auto loaded = LoadOrCreatePeerKey(folder.path());
    ASSERT_FALSE(loaded.ok()) << text;
    EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(loaded.error().message.find("peer.key"), std::string::npos);
  }
}

}  // namespace
}  // namespace lifeboat::world
