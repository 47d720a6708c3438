// A control plane that comes back poorer than its name server: what it does until it knows, and
// what it makes of the copy that it is given.
#include "route53/history.h"
#include "route53/test_world.h"

namespace lifeboat::route53 {
namespace {

/// A name server that keeps what it is given, and gives it back.
class RecoveryTest : public testing::Test, protected TestWorld {
 protected:
  void SetUp() override { Sync(); }

  /// Polls until there is nothing new; false when a snapshot was not built on what it holds.
  bool Sync() {
    for (int i = 0; i < 10; ++i) {
      const auto answer = Poll(held);
      if (!*answer) return true;  // It waits.
      if ((*answer)->status == 409) {
        EXPECT_EQ(GiveBack(bytes).status, 204);
        continue;
      }
      const Snapshot fresh = DecodeSnapshot((*answer)->body).value();
      if (!held.empty() && (fresh.base != held || fresh.number <= held.number)) return false;
      held = fresh.held();
      bytes = (*answer)->body;
    }
    ADD_FAILURE() << "no end of news";
    return false;
  }

  void Add(const std::string& name) { EXPECT_EQ(AddStatus(name), 200) << name; }
  int AddStatus(const std::string& name) {
    return Change(zone, RecordChange("CREATE", name + ".example.com", "A", {"192.0.2.1"})).status;
  }
  /// The first labels of the zone's A records.
  std::string Names() {
    std::string names;
    const Snapshot snapshot = DecodeSnapshot(bytes).value();
    for (const HostedZone& each : snapshot.zones) {
      for (const auto& [key, set] : each.records) {
        if (set.type == dns::Type::kA) names += Text(set.name).substr(0, 1);
      }
    }
    return names;
  }
  /// What the control plane itself lists.
  std::string Listed() {
    std::string names;
    const std::string body = Send("GET", "/hostedzone/" + zone + "/rrset").body;
    for (char name = 'a'; name <= 'z'; ++name) {
      if (body.find(std::string("<Name>") + name + ".example.com.") != std::string::npos)
        names += name;
    }
    return names;
  }
  std::string State() { return service->DescribeStatus().GetString("state"); }
  std::string Finding() {
    const json::Value status = service->DescribeStatus();
    const json::Array& findings = status.Find("findings")->as_array();
    return findings.empty() ? "" : findings.back().GetString("text");
  }

  /// A zone with record a that the name server holds, and a disk image of that.
  void Found() {
    zone = CreateZone("example.com");
    Add("a");
    EXPECT_TRUE(Sync());
    image = Image();
  }

  std::string zone;
  Held held;
  std::string bytes;
  storage::WriteBatch image;
};

TEST_F(RecoveryTest, ChangesWaitUntilTheNameServerHasSpoken) {
  Found();
  Start();
  EXPECT_EQ(State(), "asking");
  const http::Response refused =
      Change(zone, RecordChange("CREATE", "b.example.com", "A", {"192.0.2.1"}));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(Code(refused), "ServiceUnavailable");
  EXPECT_EQ(Listed(), "a") << "reads are answered";
  EXPECT_TRUE(Sync());
  EXPECT_EQ(State(), "confirmed");
  Add("b");
  EXPECT_EQ(Finding(), "");
}

TEST_F(RecoveryTest, AfterFiveSecondsChangesAreTakenUnconfirmed) {
  Found();
  Start();
  scheduler.Advance(kAskingTime - Duration::Millis(1));
  EXPECT_EQ(AddStatus("b"), 503);
  scheduler.Advance(Duration::Millis(1));
  EXPECT_EQ(State(), "unconfirmed");
  Add("b");
  EXPECT_TRUE(Sync());
  EXPECT_EQ(State(), "confirmed");
  EXPECT_EQ(Names(), "ab");
}

TEST_F(RecoveryTest, ALostDiskIsFilledFromTheCopy) {
  Found();
  Send("POST", "/tags/hostedzone/" + zone,
       "<ChangeTagsForResourceRequest><AddTags><Tag><Key>k</Key><Value>v</Value></Tag></AddTags>"
       "</ChangeTagsForResourceRequest>");
  EXPECT_TRUE(Sync());
  const Held before = held;
  PutBack({});
  Start();
  EXPECT_EQ(TextAt(Send("GET", "/hostedzonecount"), {"HostedZoneCount"}), "0");
  EXPECT_EQ((*Poll(held))->status, 409) << "nothing may take the place of what it holds";
  EXPECT_EQ(State(), "asking");
  EXPECT_TRUE(Sync());
  EXPECT_EQ(State(), "confirmed");
  EXPECT_EQ(Listed(), "a");
  EXPECT_EQ(
      TextAt(Send("GET", "/tags/hostedzone/" + zone), {"ResourceTagSet", "Tags", "Tag", "Value"}),
      "v");
  EXPECT_NE(held.epoch, before.epoch);
  EXPECT_EQ(held.number, before.number + 1);
  EXPECT_NE(Finding().find("disk was lost"), std::string::npos) << Finding();
  EXPECT_NE(Finding().find("IAM roles, certificates and stacks"), std::string::npos);
  Add("b");
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Names(), "ab");
  // All of that is on the disk.
  Start();
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Listed(), "ab");
  EXPECT_NE(Finding(), "");
}

TEST_F(RecoveryTest, AnOlderDiskIsBroughtUpToTheCopy) {
  Found();
  Add("b");
  EXPECT_TRUE(Sync());
  const uint64_t number = held.number;
  PutBack(image);
  Start();
  EXPECT_EQ(Listed(), "a");
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Listed(), "ab");
  EXPECT_EQ(held.number, number + 1);
  EXPECT_NE(Finding().find("older copy"), std::string::npos) << Finding();
}

TEST_F(RecoveryTest, WhatWasAcknowledgedMeanwhileIsMadeAgain) {
  Found();
  Add("b");
  EXPECT_TRUE(Sync());
  PutBack(image);
  Start();
  scheduler.Advance(kAskingTime);  // The name server is silent.
  Add("c");
  const std::string second = CreateZone("example.org", "second");
  Add("b");  // Exists on the copy: cannot be made again.
  const http::Response last =
      Change(zone, RecordChange("UPSERT", "d.example.com", "A", {"192.0.2.1"}));
  const std::string change = TextAt(last, {"ChangeInfo", "Id"});
  EXPECT_TRUE(Sync());
  EXPECT_EQ(State(), "confirmed");
  EXPECT_EQ(Listed(), "abcd");
  EXPECT_EQ(Names(), "abcd");
  EXPECT_EQ(Send("GET", "/hostedzone/" + second).status, 200) << "under the id it was given";
  EXPECT_EQ(TextAt(Send("GET", change), {"ChangeInfo", "Status"}), "INSYNC");
  EXPECT_NE(Finding().find("3 changes that were acknowledged since were made again"),
            std::string::npos)
      << Finding();
  EXPECT_NE(Finding().find("Not made again: POST /2013-04-01/hostedzone/"), std::string::npos);
  EXPECT_NE(Finding().find("InvalidChangeBatch"), std::string::npos);
}

TEST_F(RecoveryTest, WhatTheCopyHasTakenInIsNotMadeTwice) {
  Found();
  Add("b");
  EXPECT_TRUE(Sync());
  PutBack(image);
  Start();
  scheduler.Advance(kAskingTime);
  Add("c");
  const storage::WriteBatch forked = Image();
  EXPECT_TRUE(Sync());  // c is made again.
  EXPECT_EQ(Change(zone, RecordChange("DELETE", "c.example.com", "A", {"192.0.2.1"})).status, 200);
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Names(), "ab");
  PutBack(forked);  // Where c is still to be made again.
  Start();
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Names(), "ab") << "c was deleted since";
  EXPECT_EQ(Listed(), "ab");
}

TEST_F(RecoveryTest, MoreChangesOfOurOwnDoNotMakeUsRight) {
  Found();
  Add("b");
  EXPECT_TRUE(Sync());
  PutBack(image);
  Start();
  scheduler.Advance(kAskingTime);
  for (const char* name : {"c", "d", "e"}) Add(name);
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Names(), "abcde");
}

TEST_F(RecoveryTest, ACrashWhileTheCopyIsTakenBackChangesNothing) {
  Found();
  PutBack({});
  Start();
  http::Request give;
  give.method = "POST";
  give.target = "/_lifeboat/route53/copy?server=nameserver";
  give.body = bytes;
  int status = 0;
  service->HandlePeer(give, [&](http::Response response) { status = response.status; });
  EXPECT_EQ(status, 0) << "not before it is on the disk";
  service.reset();
  committer.Flush();
  PutBack({});  // It never got there.
  Start();
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Listed(), "a");
}

TEST_F(RecoveryTest, ANameServerThatLostItsDiskTakesOurs) {
  Found();
  held = {};
  bytes.clear();
  Start();
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Names(), "a");
  EXPECT_EQ(Finding(), "");
}

TEST_F(RecoveryTest, WhatIsNoCopyIsRefused) {
  Found();
  PutBack({});
  Start();
  std::string damaged = bytes;
  damaged.replace(damaged.find("192.0.2.1"), 9, "192.0.2.9");
  for (const std::string& text : {std::string(), std::string("{}"), damaged}) {
    EXPECT_EQ(GiveBack(text).status, 400) << text;
  }
  EXPECT_EQ(GiveBack(bytes, "a-stranger").status, 400);
  EXPECT_EQ(TextAt(Send("GET", "/hostedzonecount"), {"HostedZoneCount"}), "0");
}

TEST_F(RecoveryTest, DataOfVersion01IsReadOnBothSides) {
  Found();
  // Version 0.1 kept neither digests nor lineage nor batches, and sent format 1.
  storage::WriteBatch old;
  for (const char* key : {"route53/digest", "route53/lineage"})
    old.Delete(storage::Space::kMeta, key);
  old.DeleteRange(storage::Space::kMeta, "route53/batch/", "route53/batch0");
  EXPECT_TRUE(engine.Write(old).ok());
  json::Value first = json::Parse(bytes).value();
  first.if_object()->Set("format", 1);
  for (const char* member : {"generation", "digest", "previous", "lineage", "base"})
    first.if_object()->Erase(member);
  bytes = json::Write(first);
  held = DecodeSnapshot(bytes)->held();
  EXPECT_EQ(held.digest, "");
  Start();
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Finding(), "");
  Add("b");
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Names(), "ab");

  PutBack({});  // And a lost disk is filled from a copy of format 1.
  bytes = json::Write(first);
  held = DecodeSnapshot(bytes)->held();
  Start();
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Listed(), "a");
}

TEST_F(RecoveryTest, OnlyTheNewestBatchesAreKept) {
  Found();
  Add("b");
  EXPECT_TRUE(Sync());
  const storage::WriteBatch ahead = Image();
  PutBack(image);
  Start();
  scheduler.Advance(kAskingTime);
  for (size_t i = 0; i < kMaxBatches + 10; ++i) {
    EXPECT_EQ(Change(zone, RecordChange("UPSERT", "c.example.com", "A",
                                        {"192.0.2." + std::to_string(i % 250)}))
                  .status,
              200);
  }
  EXPECT_TRUE(Sync());
  EXPECT_EQ(Names(), "abc");
  EXPECT_NE(Finding().find("1000 changes that were acknowledged since were made again. 10 changes "
                           "could not be made again, because they are no longer kept"),
            std::string::npos)
      << Finding();
}

TEST(SnapshotTest, ADigestThatDoesNotFitIsNoticed) {
  TestWorld world;
  world.CreateZone("example.com");
  const std::string text = (*world.Poll({}))->body;
  ASSERT_TRUE(DecodeSnapshot(text).ok());
  for (const char* word : {"\"number\":1", "\"previous\":\"", "example.com", "\"first\":0"}) {
    std::string damaged = text;
    const size_t at = damaged.find(word);
    ASSERT_NE(at, std::string::npos) << word;
    damaged[at + std::string(word).size() - 1] ^= 3;
    EXPECT_FALSE(DecodeSnapshot(damaged).ok()) << word;
  }
}

}  // namespace
}  // namespace lifeboat::route53
