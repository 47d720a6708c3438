#include "replication/wire.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "replication/limits.h"
#include "replication/progress.h"

namespace lifeboat::replication {
namespace {

Page SomePage() {
  Page page;
  page.log = {77};
  page.through = 300;
  page.head = 301;
  page.generations = {{11, 1}, {12, 200}};
  page.started = WallTime::FromMillis(3);
  page.known = {{79}, {{{13, 1}}, 40}};
  page.last_common = 17;
  page.frontier = {5, 1, "us-east-1"};
  page.applied = {{"us-west-2", {{78}, 12}, {14, 9}, {4, 0, "us-west-2"}},
                  {"eu-west-1", {}, {}, {}}};
  page.changes = {{"key", {3, 2, "us-east-1"}, false, "image", WallTime::FromMillis(9)},
                  {"gone", {3, 3, "us-east-1"}, true, "", WallTime::FromMillis(10)}};
  page.cursor = "gone";
  return page;
}

/// Encodes again what was decoded: equal bytes mean that nothing was lost.
template <class T>
std::string Again(const std::string& bytes, Result<T> (*decode)(std::string_view)) {
  const auto decoded = decode(bytes);
  return decoded.ok() ? Encode(*decoded) : decoded.error().message;
}

template <class T>
void RefusesCutAndLongerBytes(const std::string& bytes, Result<T> (*decode)(std::string_view)) {
  EXPECT_EQ(Again(bytes, decode), bytes);
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    ASSERT_FALSE(decode(std::string_view(bytes).substr(0, cut)).ok()) << cut;
  }
  EXPECT_FALSE(decode(bytes + '\0').ok());
}

TEST(Wire, EveryKindSurvivesTheRoundTripWhole) {
  RefusesCutAndLongerBytes(
      Encode(PullRequest{"us-east-1", {9}, {8}, {{1}, 2}, {{7, 1}}, 1, Duration::Seconds(1)}),
      DecodePullRequest);
  RefusesCutAndLongerBytes(Encode(SnapshotRequest{"us-east-1", {9}, {1}, "cursor"}),
                           DecodeSnapshotRequest);
  RefusesCutAndLongerBytes(Encode(SomePage()), DecodePage);
  RefusesCutAndLongerBytes(Encode(MessagePost{"us-east-1", 1, {{1, "{}"}, {2, "[]"}}}),
                           DecodeMessagePost);
  RefusesCutAndLongerBytes(Encode(Greeting{"us-east-1", {{1}, 2, 300}, GreetingStage::kTell}),
                           DecodeGreeting);
  RefusesCutAndLongerBytes(Encode(Witness{{1}, 2, 300}), DecodeWitness);
  RefusesCutAndLongerBytes(Encode(MessageReceipt{300}), DecodeMessageReceipt);
}

TEST(Wire, PageKeepsItsContents) {
  const auto page = DecodePage(Encode(SomePage()));
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->changes.size(), 2u);
  EXPECT_EQ(page->changes[0].image, "image");
  EXPECT_TRUE(page->changes[1].tombstone);
  EXPECT_EQ(page->changes[1].committed_at, WallTime::FromMillis(10));
  EXPECT_EQ(page->applied[0].position, (storage::LogPosition{{78}, 12}));
  EXPECT_EQ(page->frontier, (storage::Version{5, 1, "us-east-1"}));
}

RC_GTEST_PROP(Wire, AnyBytesAreReadOrRefused, (std::string bytes)) {
  bytes.insert(0, 1, static_cast<char>(*rc::gen::inRange(0, 12)));
  for (const bool ok :
       {DecodePullRequest(bytes).ok(), DecodeSnapshotRequest(bytes).ok(), DecodePage(bytes).ok(),
        DecodeMessagePost(bytes).ok(), DecodeMessageReceipt(bytes).ok(), DecodeProgress(bytes).ok(),
        DecodeGreeting(bytes).ok(), DecodeWitness(bytes).ok()}) {
    RC_CLASSIFY(ok);
  }
}

RC_GTEST_PROP(Wire, AFlippedByteIsReadOrRefused, ()) {
  std::string bytes = Encode(SomePage());
  bytes[*rc::gen::inRange<size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  const auto page = DecodePage(bytes);
  if (!page.ok()) RC_ASSERT(page.error().code == ErrorCode::kCorrupt);
}

TEST(Wire, RefusesWhatIsBeyondTheLimits) {
  Page page = SomePage();
  page.changes[0].key = std::string(kMaxKeyBytes + 1, 'k');
  EXPECT_FALSE(DecodePage(Encode(page)).ok());
  page = SomePage();
  page.changes[0].image = std::string(kMaxImageBytes + 1, 'i');
  EXPECT_FALSE(DecodePage(Encode(page)).ok());
  page = SomePage();
  page.changes[1].image = "a tombstone has none";
  EXPECT_FALSE(DecodePage(Encode(page)).ok());
  page = SomePage();
  page.applied.resize(kMaxMembers + 1);
  EXPECT_FALSE(DecodePage(Encode(page)).ok());
  page = SomePage();
  page.generations = {{1, 5}, {2, 5}};
  EXPECT_FALSE(DecodePage(Encode(page)).ok()) << "not ascending";
  page.generations.clear();
  for (uint64_t i = 1; i <= kMaxGenerations + 1; ++i) page.generations.push_back({i, i});
  EXPECT_FALSE(DecodePage(Encode(page)).ok());
  page = SomePage();
  page.answer = static_cast<Answer>(6);
  EXPECT_FALSE(DecodePage(Encode(page)).ok());
  EXPECT_FALSE(DecodePage(Encode(SomePage()) + std::string(kMaxBodyBytes, 'x')).ok());
  const std::string region(storage::kMaxRegionNameBytes + 1, 'r');
  EXPECT_FALSE(DecodePullRequest(Encode(PullRequest{region, {9}, {}, {}, {}, 0, {}})).ok());
}

TEST(Wire, ALongWaitIsShortened) {
  const auto request =
      DecodePullRequest(Encode(PullRequest{"a", {9}, {}, {}, {}, 0, Duration::Hours(9)}));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->wait, kPollWait);
}

/// The bytes of docs/formats/replication.md.
TEST(Wire, GoldenBytes) {
  EXPECT_EQ(
      HexEncode(Encode(PullRequest{"r", {9}, {3}, {{1}, 2}, {{7, 1}}, 1, Duration::Millis(5)})),
      "06"
      "0172"
      "0000000000000009"
      "0000000000000003"
      "0000000000000001"
      "02"
      "01000000000000000701"
      "01"
      "05");
}

TEST(Progress, SurvivesTheRoundTrip) {
  Progress progress;
  progress.position = {{5}, 6};
  progress.told = {{{3, 1}, {4, 6}}, 9};
  progress.frontier = {7, 8, "a"};
  progress.in_snapshot = true;
  progress.cursor = "c";
  progress.snapshot_frontier = {9, 0, "a"};
  progress.source_applied = SomePage().applied;
  const std::string bytes = EncodeProgress(progress);
  const auto again = DecodeProgress(bytes);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(EncodeProgress(*again), bytes);
  EXPECT_FALSE(DecodeProgress(bytes + "x").ok());
  EXPECT_EQ(DecodeProgress("\x04" + bytes.substr(1)).error().code, ErrorCode::kCorrupt);
}

/// u8 in snapshot | u64 log | varint sequence | frontier | cursor | snapshot frontier | applied.
TEST(Progress, OfVersion01IsRead) {
  const auto old_bytes = [](bool in_snapshot) {
    std::string bytes(1, static_cast<char>(in_snapshot));
    AppendU64(bytes, 5);
    AppendVarint(bytes, 600);
    storage::AppendVersion(bytes, {7, 8, "a"});
    AppendBlob(bytes, in_snapshot ? "cursor" : "");
    storage::AppendVersion(bytes, {});
    AppendVarint(bytes, 0);
    return bytes;
  };
  const auto read = DecodeProgress(old_bytes(false));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->position, (storage::LogPosition{{5}, 600}));
  EXPECT_EQ(read->told, (storage::LogHistory{{{0, 1}}, 600}));
  EXPECT_EQ(read->frontier, (storage::Version{7, 8, "a"}));
  const auto snapshot = DecodeProgress(old_bytes(true));
  ASSERT_TRUE(snapshot.ok());
  EXPECT_TRUE(snapshot->in_snapshot);
  EXPECT_EQ(snapshot->position, storage::LogPosition());
}

}  // namespace
}  // namespace lifeboat::replication
