#include "world/witness_book.h"

#include <gtest/gtest.h>

#include "net/files.h"
#include "net/temporary_folder.h"

namespace lifeboat::world {
namespace {

using replication::Greeting;
using replication::GreetingStage;
using replication::Witness;

class WitnessBookTest : public testing::Test {
 protected:
  /// Said to a name server that has just started.
  Witness Say(GreetingStage stage, uint64_t generation, uint64_t commit) {
    WitnessBook book(path);
    const auto answer = book.Answer(
        replication::Encode(Greeting{"east", {storage::LogId{9}, generation, commit}, stage}));
    EXPECT_TRUE(answer.ok());
    return replication::DecodeWitness(answer.value()).value();
  }
  const net::TemporaryFolder folder;
  const std::string path = folder.path() + "/witnesses";
};

TEST_F(WitnessBookTest, RemembersWhatItIsToldAcrossStarts) {
  EXPECT_EQ(Say(GreetingStage::kAsk, 1, 10).folder, storage::LogId());
  EXPECT_EQ(Say(GreetingStage::kAsk, 1, 10).folder, storage::LogId()) << "asking tells nothing";
  Say(GreetingStage::kTell, 1, 10);
  const Witness known = Say(GreetingStage::kAsk, 2, 7);
  EXPECT_EQ(known.folder, storage::LogId{9});
  EXPECT_EQ(known.generation, 1u);
  EXPECT_EQ(known.commit, 10u);
  Say(GreetingStage::kTellAndAsk, 2, 7);
  EXPECT_EQ(Say(GreetingStage::kAsk, 3, 8).generation, 2u);
}

TEST_F(WitnessBookTest, ADamagedFileIsLeftAside) {
  Say(GreetingStage::kTell, 1, 10);
  std::string bytes = net::ReadFile(path, 1 << 20).value();
  bytes[bytes.size() - 3] ^= 1;
  ASSERT_TRUE(net::WriteFileAtomically(path, bytes).ok());
  EXPECT_EQ(Say(GreetingStage::kAsk, 1, 10).folder, storage::LogId());
  Say(GreetingStage::kTell, 2, 11);
  EXPECT_EQ(Say(GreetingStage::kAsk, 2, 11).generation, 2u);
}

TEST_F(WitnessBookTest, RefusesBytesThatAreNoGreeting) {
  WitnessBook book(path);
  EXPECT_FALSE(book.Answer("hello").ok());
  EXPECT_FALSE(book.Answer("").ok());
}

}  // namespace
}  // namespace lifeboat::world
