// What the numbers mean, one definition of docs/drill.md a test, on journals made by hand.
#include <gtest/gtest.h>

#include "drill/grader/causes.h"
#include "drill/grader/grade.h"
#include "drill/testing/hand_journal.h"

namespace lifeboat::drill {
namespace {

Report MustGrade(const HandJournal& journal) {
  Result<Report> report = Grade(journal.Sealed());
  EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().message);
  return report.ok() ? std::move(report).value() : Report{};
}

const json::Value& At(const Report& report, std::initializer_list<std::string_view> path) {
  static const json::Value kNone;
  const json::Value* found = report.json.FindPath(path);
  EXPECT_NE(found, nullptr) << "no " << *(path.end() - 1);
  return found == nullptr ? kNone : *found;
}
double Number(const Report& report, std::initializer_list<std::string_view> path) {
  const json::Value& value = At(report, path);
  EXPECT_TRUE(value.is_number()) << *(path.end() - 1);
  return value.as_double(static_cast<double>(value.as_int()));
}
std::string Text(const Report& report, std::initializer_list<std::string_view> path) {
  return At(report, path).as_string();
}
std::string Reasons(const Report& report) {
  return json::Write(At(report, {"verdict", "reasons"}));
}
std::string Terminal(const Report& report) {
  std::string out;
  for (const std::string& line : report.verdict) out += line + "\n";
  return out;
}
bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The usual drill with a pause of the replication from 5 s on, as fault `pause` of the file.
Report PauseThenKill(int64_t pause, int64_t kill) {
  HandJournal j;
  j.Phase(0, "baseline");
  j.Phase(4, "fault");
  j.Fault(4.9, "asked", pause, "replication-pause", "");
  j.Fault(5, "in-force", pause, "replication-pause", "");
  j.Fault(9.8, "asked", kill, "kill", "us-east-1");
  j.Fault(10, "in-force", kill, "kill", "us-east-1");
  j.Health(12, "us-east-1", false);
  for (double t = 0; t < 38; t += 0.5) j.Dns(t, t < 12.5 || t >= 33 ? "us-east-1" : "us-west-2");
  j.Line("audit-begin", 19.9, {});
  j.Line("audit-end", 25, {});
  j.Fault(30, "heal-asked", kill, "kill", "us-east-1");
  j.Fault(31, "cleared", kill, "kill", "us-east-1");
  j.Fault(31, "heal-asked", pause, "replication-pause", "");
  j.Fault(32, "cleared", pause, "replication-pause", "");
  j.Phase(38, "settle");
  j.Convergence(39, true, true);
  j.Line("end", 40, {{"reason", "complete"}});
  j.Traffic(0, 38, 10, 15);
  j.Acked(Op::kCreate, "paused", 1, 5.0);
  j.Audit("paused", std::nullopt);
  j.FinalBoth("paused", 1);
  return MustGrade(j);
}

TEST(Definitions, T0IsTheFaultThatTakesARegionInAnyOrderOfTheFile) {
  for (const auto& [pause, kill] : {std::pair{0, 1}, std::pair{1, 0}}) {
    const Report report = PauseThenKill(pause, kill);
    EXPECT_DOUBLE_EQ(Number(report, {"rto", "headline_s"}), 4.7);
    EXPECT_DOUBLE_EQ(Number(report, {"rto", "uncertainty_s"}), 0.2);
    // The pause lasted for 5 s before the kill, which is what is missing.
    EXPECT_DOUBLE_EQ(Number(report, {"rpo", "seconds"}), 5);
    EXPECT_EQ(report.exit_code, 0) << Reasons(report);
    EXPECT_TRUE(Has(Terminal(report), "replication paused by fault"));
    EXPECT_FALSE(Has(Terminal(report), "loopback"));
    int faults = 0;
    for (const std::string& line : report.timeline) faults += Has(line, "fault in force") ? 1 : 0;
    EXPECT_EQ(faults, 2);
  }
}

TEST(Definitions, T0IsTheFirstFailureAfterTheFaultWasAskedFor) {
  HandJournal j = HandJournal::Usual();
  j.Write(Op::kCreate, "early", 1, {{9.8, 9.9, Outcome::kFailed, 0}});
  const Report report = MustGrade(j);
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "uncertainty_s"}), 0.1);
  EXPECT_DOUBLE_EQ(At(report, {"outages"}).as_array()[0].Find("t0")->as_double(), 9.9);
  EXPECT_EQ(At(report, {"outages"}).as_array()[0].GetString("t0_source"), "first-failure");
}

TEST(Definitions, TheUncertaintyIsPartOfTheVerdict) {
  HandJournal j = HandJournal::Usual();
  j.Change("\"rto_s\":10", "\"rto_s\":4.8");  // 4.7, and uncertain by 0.2.
  EXPECT_EQ(Text(MustGrade(j), {"verdict", "rto"}), "missed");
}

TEST(Definitions, PhasesSumUpToTheRto) {
  const Report report = MustGrade(HandJournal::Usual());
  double sum = 0;
  for (const char* phase : {"detect_s", "decide_s", "execute_s", "clients_s"})
    sum += Number(report, {"rto", "phases", phase});
  EXPECT_NEAR(sum, Number(report, {"rto", "headline_s"}), 1e-9);
}

TEST(Definitions, TheStandbysOwnCheckIsNoDetection) {
  HandJournal j = HandJournal::Usual();
  j.Health(10.5, "us-west-2", false);
  j.Health(10.6, "", false);
  EXPECT_DOUBLE_EQ(Number(MustGrade(j), {"rto", "phases", "detect_s"}), 2);
}

TEST(Definitions, ACohortThatTheLostRegionDidNotServeIsNotExposed) {
  HandJournal j;
  j.UsualEvents();
  j.back_at = 0;  // All of it is us-east-1's ...
  j.Traffic(0, 38, 99, 99);
  for (std::string& line : j.lines)  // ... and now us-west-2's.
    if (Has(line, "\"attempt\"")) line.replace(line.find("us-east-1"), 9, "us-west-2");
  const Report report = MustGrade(j);
  EXPECT_EQ(report.exit_code, 3);
  EXPECT_TRUE(Has(Reasons(report), "nobody was exposed")) << Reasons(report);
  EXPECT_TRUE(Has(Terminal(report), "?"));
}

TEST(Definitions, ALossAfterTheAuditIsALoss) {
  HandJournal j = HandJournal::Usual();
  j.Acked(Op::kCreate, "k", 1, 17, "us-west-2");
  j.Audit("k", 1);  // There at the audit, and gone from one region at the end.
  j.Final("us-west-2", "k", 1);
  const Report report = MustGrade(j);
  EXPECT_EQ(Number(report, {"writes", "lost"}), 1);
  EXPECT_EQ(report.exit_code, 1);
  ASSERT_EQ(report.artifacts.size(), 1u);
  EXPECT_TRUE(Has(report.artifacts[0].content, "k,1,create,c,17.000000,us-west-2,lost,us-east-1"));
}

// Nothing brings the lost region up to date where no failback is planned: that it lacks what the
// survivor took is no loss, and what the survivor lacks still is.
TEST(Definitions, WithoutAFailbackTheSurvivorsAloneShouldHold) {
  HandJournal j = HandJournal::Usual();
  j.Change("\"expect\":", "\"failback\":{\"by\":\"none\"},\"expect\":");
  j.Acked(Op::kCreate, "k", 1, 17, "us-west-2");
  j.Audit("k", 1);
  j.Final("us-west-2", "k", 1);
  j.Acked(Op::kCreate, "gone", 1, 17, "us-west-2");
  j.Audit("gone", 1);
  j.Final("us-east-1", "gone", 1);
  const Report report = MustGrade(j);
  EXPECT_EQ(Number(report, {"writes", "lost"}), 1);
  ASSERT_EQ(report.artifacts.size(), 1u);
  EXPECT_FALSE(Has(report.artifacts[0].content, "\nk,1,"));
  EXPECT_TRUE(
      Has(report.artifacts[0].content, "gone,1,create,c,17.000000,us-west-2,lost,us-west-2"));
}

TEST(Definitions, WithoutAFinalStateNothingIsConcludedAboutLosses) {
  HandJournal j = HandJournal::Usual();
  j.fills_finals = false;
  j.Acked(Op::kCreate, "k", 1, 17, "us-west-2");
  j.Audit("k", 1);
  const Report report = MustGrade(j);
  EXPECT_EQ(report.exit_code, 3);
  EXPECT_TRUE(At(report, {"writes", "lost"}).is_null());
  EXPECT_TRUE(Has(Terminal(report), "LOST      ?"));
  // What could be measured stays measured.
  EXPECT_EQ(Text(report, {"verdict", "rto"}), "met");
}

TEST(Definitions, WhatASurvivorLosesIsNotTheRecoveryPoint) {
  HandJournal j = HandJournal::Usual();
  j.Acked(Op::kCreate, "k", 1, 17, "us-west-2");
  j.Audit("k", std::nullopt);
  j.FinalBoth("k", 1);
  const Report report = MustGrade(j);
  EXPECT_DOUBLE_EQ(Number(report, {"rpo", "seconds"}), 0);
  EXPECT_EQ(Number(report, {"writes", "survivor_missing"}), 1);
  EXPECT_EQ(report.exit_code, 1);
}

TEST(Definitions, AnOldestMissingWriteAmongTheFirstIsALowerBound) {
  HandJournal j = HandJournal::Usual();
  j.Change("\"rpo_s\":5", "\"rpo_s\":60");
  j.Acked(Op::kCreate, "k", 1, 0.9);  // The first was acknowledged at 0.05; 2 / rate is 1 s.
  j.Audit("k", std::nullopt);
  j.FinalBoth("k", 1);
  const Report report = MustGrade(j);
  EXPECT_TRUE(At(report, {"rpo", "lower_bound"}).as_bool());
  EXPECT_EQ(Text(report, {"verdict", "rpo"}), "unknown");
  EXPECT_TRUE(Has(Terminal(report), "at least 9.1s"));
  EXPECT_EQ(report.exit_code, 3);
  // What is missed anyway is missed.
  j.Change("\"rpo_s\":60", "\"rpo_s\":5");
  EXPECT_EQ(Text(MustGrade(j), {"verdict", "rpo"}), "missed");
}

TEST(Definitions, AnOrdinarySuccessorHasNotOverwritten) {
  HandJournal j = HandJournal::Usual();
  j.Acked(Op::kCreate, "k", 1, 8.0);
  j.Acked(Op::kUpdate, "k", 2, 9.0);
  j.Audit("k", std::nullopt);
  j.FinalBoth("k", 2);  // Both came back; 2 follows 1, by the same region.
  const Report report = MustGrade(j);
  EXPECT_EQ(Number(report, {"writes", "overwritten"}), 0);
  EXPECT_EQ(Number(report, {"writes", "late"}), 2);
}

TEST(Definitions, AFailbackThatBreaksTheTrafficIsMissed) {
  HandJournal j;
  j.UsualEvents();
  j.Traffic(0, 33, 10, 15);
  j.Traffic(33, 38, 33, 38, "c", "back");  // Everything fails again once DNS names it.
  const Report report = MustGrade(j);
  EXPECT_EQ(Text(report, {"verdict", "rto"}), "met");
  EXPECT_EQ(Text(report, {"verdict", "failback"}), "missed");
  EXPECT_TRUE(Has(Reasons(report), "the failback never was good"));
  EXPECT_EQ(report.exit_code, 1);
}

TEST(Definitions, AFailbackThatDnsNeverShowsIsMissed) {
  HandJournal j;
  j.UsualEvents();
  std::erase_if(j.lines, [](const std::string& line) {
    return Has(line, "\"dns\"") && Has(line, "us-east-1") && !Has(line, "\"t\":0,") &&
           (*json::Parse(line)).Find("t")->as_int() > 30'000'000;
  });
  j.Dns(37, "us-west-2");
  j.Traffic(0, 38, 10, 15);
  const Report report = MustGrade(j);
  EXPECT_TRUE(Has(Reasons(report), "the answers never named us-east-1 again")) << Reasons(report);
}

TEST(Definitions, ARelapseAfterTheRtoWasFixedIsNamedWithItsCause) {
  HandJournal j;
  j.UsualEvents();
  j.Change("\"rto_s\":10", "\"rto_s\":10,\"bad_s\":6");
  j.Traffic(0, 34, 10, 15);
  j.Traffic(34, 35, 34, 35, "c", "relapse");
  j.Traffic(35, 38, 99, 99, "c", "after");
  const Report report = MustGrade(j);
  EXPECT_DOUBLE_EQ(Number(report, {"rto", "headline_s"}), 4.7);
  const json::Array& relapses = At(report, {"rto", "relapses"}).as_array();
  ASSERT_FALSE(relapses.empty());
  EXPECT_EQ(relapses[0].GetString("cause"), "failback");
  // Five seconds from T0, and the one from 34: within the six that are allowed.
  EXPECT_EQ(Text(report, {"verdict", "bad"}), "met");
}

TEST(Definitions, AStandbyThatIsRedAndSilentIsMissedAsSoonAsItIsCertain) {
  HandJournal j;
  j.Change("\"rto_s\":10", "\"rto_s\":600");
  j.Phase(0, "baseline");
  j.Phase(9.5, "fault");
  j.Fault(9.8, "asked");
  j.Fault(10, "in-force");
  j.Health(1, "us-west-2", false);
  j.Health(12, "us-east-1", false);
  for (double t = 0; t < 48; t += 0.5) j.Dns(t, "us-east-1");
  j.Phase(48, "settle");
  j.Line("end", 50, {{"reason", "complete"}});
  j.Traffic(0, 48, 10, 99);
  std::erase_if(j.lines, [](const std::string& line) { return Has(line, "\"audit\""); });
  const Report report = MustGrade(j);
  EXPECT_EQ(Text(report, {"verdict", "rto"}), "missed") << Reasons(report);
  EXPECT_TRUE(Has(Reasons(report), "the standby was red and gave no correct answer for 30 s"));
  EXPECT_EQ(Text(report, {"verdict", "rpo"}), "unknown");
  EXPECT_EQ(report.exit_code, 1);
}

TEST(Definitions, ABadBaselineNamesItsCommonestError) {
  HandJournal j = HandJournal::Usual();
  for (int i = 0; i < 3; ++i)
    j.Write(Op::kDelete, "d" + std::to_string(i), 1,
            {{5, 5.1, Outcome::kUnknown, 500, "us-east-1"}});
  const Report report = MustGrade(j);
  EXPECT_TRUE(Has(Reasons(report), "commonest 3 delete: 500 from us-east-1")) << Reasons(report);
  EXPECT_TRUE(Has(Terminal(report), "RTO")) << Terminal(report);
  EXPECT_FALSE(Has(Terminal(report), "MISSED"));
  EXPECT_EQ(report.exit_code, 3);
}

TEST(Definitions, ReadsMayBeBehindByTheAssumedLag) {
  HandJournal j = HandJournal::Usual();
  j.Change("\"assumed_lag\":null", "\"assumed_lag\":{\"max_s\":2}");
  j.Acked(Op::kCreate, "k", 1, 20.5, "us-east-1");
  j.Acked(Op::kUpdate, "k", 2, 21, "us-east-1");
  j.FinalBoth("k", 2);
  j.Read("k", 1, 23.9);  // Behind by 2.9 s of another region: the lag, and a second.
  j.Read("k", 1, 24.1);  // Too far behind.
  const Report report = MustGrade(j);
  EXPECT_EQ(Number(report, {"reads", "stale"}), 2);
  EXPECT_EQ(Number(report, {"reads", "stale_beyond_lag"}), 1);
}

TEST(Definitions, AReadWithTheRightNumberAndOtherContentIsWrong) {
  HandJournal j = HandJournal::Usual();
  j.Read("c-0", 1, 5.2, "c", "us-east-1", false);
  const Report report = MustGrade(j);
  EXPECT_EQ(Number(report, {"reads", "wrong_content"}), 1);
  EXPECT_TRUE(Has(Reasons(report), "bad baseline: 38 of 39"));
}

TEST(Definitions, ConflictsHaveAWinnerAndTheOvertaken) {
  HandJournal j = HandJournal::Usual();
  const auto put = [&](const std::string& key, Op op, const std::string& writer, int64_t seq,
                       double acked, const std::string& region) {
    j.Write(op, key, seq, {{acked - 0.05, acked, Outcome::kAcknowledged, 200, region}}, "c",
            writer);
  };
  put("pool-1", Op::kPut, "east/0", 1, 22, "us-east-1");
  put("pool-1", Op::kPut, "west/0", 1, 23, "us-west-2");
  put("pool-2", Op::kPut, "east/0", 1, 22, "us-east-1");
  put("pool-2", Op::kPut, "east/0", 2, 23, "us-east-1");
  for (const char* region : {"us-east-1", "us-west-2"}) {
    j.Final(region, "pool-1", 1, "", "west/0");
    j.Final(region, "pool-2", 1, "", "east/0");  // Not the writer's last: lost.
    j.Final(region, "counter", 1);
  }
  put("counter", Op::kIncrement, "east/0", 1, 22, "us-east-1");
  put("counter", Op::kIncrement, "west/0", 1, 22, "us-west-2");
  const Report report = MustGrade(j);
  EXPECT_EQ(Number(report, {"conflicts", "overtaken"}), 1);
  EXPECT_EQ(Number(report, {"conflicts", "lost"}), 1);
  EXPECT_EQ(Number(report, {"conflicts", "lost_increments"}), 1);
  EXPECT_EQ(At(report, {"conflicts", "keys"}).as_array()[1].GetString("winner"), "west/0");
  EXPECT_EQ(Number(report, {"rpo", "missing_count"}), 0);
  EXPECT_EQ(report.exit_code, 1);
}

TEST(Definitions, TheWorstByRuleIsShownBesideTheRto) {
  HandJournal j = HandJournal::Usual();
  j.Change("{\"name\":\"c\",",
           "{\"dns\":\"ttl\",\"attempts\":2,\"backoff_max_s\":1,\"name\":\"c\",");
  // T3 2.5 s after T0, a TTL of 60 s, 2 x 5 s and 1 s between, a request each 1 / 4 s.
  EXPECT_DOUBLE_EQ(Number(MustGrade(j), {"rto", "worst_by_rule_s"}), 2.5 + 60 + 11 + 0.25);
}

TEST(Definitions, AClientIsBackWithItsFirstGoodRequestAfterTheLastBadOne) {
  const Report report = MustGrade(HandJournal::Usual());
  const json::Value& clients = At(report, {"rto", "by_cohort", "c", "clients"});
  EXPECT_EQ(clients.Find("count")->as_int(), 1);
  // The last bad read was scheduled at 14.6; the write at 15.0 is the next request.
  EXPECT_DOUBLE_EQ(clients.Find("max_s")->as_double(), 5);
  EXPECT_TRUE(clients.Find("p99_s")->is_null());
  EXPECT_DOUBLE_EQ(clients.Find("resolution_s")->as_double(), 0.25);
}

TEST(Definitions, WhatIsNotOursIsNotCalledARehearsalOnThisMachine) {
  HandJournal j = HandJournal::Usual();
  EXPECT_EQ(At(MustGrade(j), {"scope", "environment"}).as_string(),
            "a rehearsal on one machine, AWS emulated");
  EXPECT_EQ(At(MustGrade(j), {"rpo", "note"}).as_string(), "loopback lag");
  j.Change("\"era\":\"today\"", "\"era\":\"today\",\"world\":\"external\"");
  EXPECT_EQ(At(MustGrade(j), {"scope", "environment"}).as_string(),
            "an external world, which the drill did not make");
  EXPECT_EQ(At(MustGrade(j), {"rpo", "note"}).as_string(), "the world's own lag");
}

TEST(Causes, AnErrorIsTheSameAtEveryAddress) {
  const std::pair<std::string, std::string> rows[] = {
      {"connect to 127.0.11.1:20231: refused", "connect to (address): refused"},
      {"127.0.0.1: no route", "no route"},
      {"127.0.11.1:8443: Connection refused", "Connection refused"},
      {"10.0.0.1:80", "(address)"},
      {"from 10.0.0.1:80 to 10.0.0.2:443", "from (address) to (address)"},
      {"HTTP/1.1 400", "HTTP/1.1 400"},
      {"version 1.2.3", "version 1.2.3"},
      {"at 1.2.3.4.5", "at 1.2.3.4.5"},
      {"v1.2.3.4", "v1.2.3.4"},
      {"", ""},
  };
  for (const auto& [error, cause] : rows) EXPECT_EQ(WithoutAddresses(error), cause);
}

}  // namespace
}  // namespace lifeboat::drill
