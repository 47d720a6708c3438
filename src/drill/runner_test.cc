// Whole drills in virtual time against a world whose every number is set by hand: what the report
// says must be what was done to the world.
#include "drill/runner.h"

#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "drill/testing/drill_run.h"

namespace lifeboat::drill {
namespace {

using Changes = std::vector<std::pair<std::string, std::string>>;

/// A shorter drill: one cohort, windows of 10 s, a TTL of 10 s (in Quick()), and no more load than
/// the samples that a window needs.
std::string QuickScenario(Changes changes = {}) {
  Changes all = {{"  - {name: jvm, dns: ttl+30s, connections: keep-alive, attempts: 3, backoff: "
                  "100ms-2s}\n",
                  ""},
                 {"  - {name: fresh, dns: none, connections: per-request, attempts: 1}\n", ""},
                 {"reads: {rate: 30/s}", "reads: {rate: 16/s}"},
                 {"rate: 30/s", "rate: 16/s"},
                 {"for: 20s", "for: 15s"},
                 {", for: 3m", ""},
                 {"keep-alive, attempts: 2", "keep-alive, lifetime: 20s, attempts: 2"},
                 {"window: 20s", "window: 10s"},
                 {"watch: 20s", "watch: 15s"},
                 {"observe_for: 5m", "observe_for: 2m"}};
  for (auto& change : changes) all.push_back(std::move(change));
  return ScenarioText(all);
}

FakeWorldOptions Quick() {
  FakeWorldOptions options;
  options.ttl = 10;
  return options;
}

double Number(const DrillRun& run, std::initializer_list<std::string_view> path) {
  const json::Value& value = run.At(path);
  EXPECT_TRUE(value.is_number()) << *(path.end() - 1);
  return value.as_double(static_cast<double>(value.as_int()));
}

bool Shows(const std::vector<std::string>& lines, const std::string& text) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

/// The independent grader's view of the same journal; it names what differs from the report.
json::Value Regrade(const DrillRun& run) {
  // Parts of this program run at the same time.
  const std::string prefix = fmt::format("{}regrade-{}-", testing::TempDir(), getpid());
  const std::string path = prefix + "journal.jsonl";
  std::ofstream file(path);
  for (const std::string& line : run.journal.lines) file << line << "\n";
  file.close();
  const std::string report = prefix + "report.json";
  std::ofstream(report) << ReportJson(run.report);
  const std::string command =
      "python3 " LIFEBOAT_SOURCE_DIR "/tests/drill/regrade.py " + path + " " + report;
  FILE* pipe = popen(command.c_str(), "r");
  std::string out;
  char buffer[4096];
  while (const size_t n = fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, n);
  EXPECT_EQ(pclose(pipe), 0);
  std::remove(path.c_str());
  std::remove(report.c_str());
  const Result<json::Value> graded = json::Parse(out);
  EXPECT_TRUE(graded.ok()) << out;
  return graded.ok() ? *graded : json::Value();
}

/// RTO, RPO and the missing writes of both graders are the same.
void ExpectBothGradersAgree(const DrillRun& run) {
  const json::Value graded = Regrade(run);
  const int64_t number = run.At({"run", "number"}).as_int();
  for (const json::Value& other : graded.as_array()) {
    if (other.Find("run")->as_int() != number) continue;
    const auto same = [&](const char* key, std::initializer_list<std::string_view> path) {
      const json::Value& ours = run.At(path);
      const json::Value& theirs = *other.Find(key);
      EXPECT_EQ(ours.is_null(), theirs.is_null()) << key;
      EXPECT_NEAR(ours.as_double(), theirs.as_double(), 1e-9) << key;
    };
    same("rto_s", {"rto", "headline_s"});
    same("rpo_s", {"rpo", "seconds"});
    const json::Array& missing = other.Find("missing")->as_array();
    EXPECT_EQ(static_cast<int64_t>(missing.size()), run.At({"rpo", "missing_count"}).as_int());
    const std::string csv = run.report.artifacts.empty() ? "" : run.report.artifacts[0].content;
    for (const json::Value& write : missing)
      EXPECT_NE(csv.find(fmt::format("\n{},{},", write.as_array()[0].as_string(),
                                     write.as_array()[1].as_int())),
                std::string::npos);
    return;
  }
  FAIL() << "the other grader has no run " << number;
}

TEST(Runner, AKilledRegionIsSurvivedAndReported) {
  // Detection takes 12 s; `fresh` asks DNS each time. The others lose their connections at T0;
  // whose answer has run out, or does so before T3, is named the dead region once more and keeps
  // that for 60 s, `jvm` for 90 s: until T3 + 60 s at the latest.
  const DrillRun run = RunDrill(
      ScenarioText({{", for: 3m", ""},
                    {"create: 60%, update: 30%", "create: 20%, update: 70%"},
                    {"keep-alive, attempts: 2", "keep-alive, lifetime: 2m, attempts: 2"},
                    {"keep-alive, attempts: 3", "keep-alive, lifetime: 2m, attempts: 3"}}));
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  EXPECT_EQ(run.report.exit_code, 0) << json::Write(run.At({"verdict", "reasons"}));
  EXPECT_NEAR(Number(run, {"rto", "phases", "detect_s"}), 12.0, 0.1);
  EXPECT_NEAR(Number(run, {"rto", "phases", "execute_s"}), 0.2, 0.3);
  EXPECT_NEAR(Number(run, {"rto", "by_cohort", "fresh", "s"}), 12.0, 0.4);
  const double browser = Number(run, {"rto", "by_cohort", "browser", "s"});
  const double jvm = Number(run, {"rto", "by_cohort", "jvm", "s"});
  EXPECT_NEAR(browser, 66, 8);
  EXPECT_NEAR(jvm, browser + 30, 8);
  EXPECT_DOUBLE_EQ(Number(run, {"rto", "headline_s"}), jvm);
  EXPECT_DOUBLE_EQ(Number(run, {"rpo", "seconds"}), 0);
  EXPECT_TRUE(run.At({"convergence", "equal"}).as_bool());
  // The live timeline says what the report says.
  for (const char* mark : {" T0 ", " T1 ", " T3 ", " T4 "})
    for (const std::string& line : run.report.timeline) {
      if (line.find(mark) == std::string::npos) continue;
      EXPECT_TRUE(Shows(run.display.lines, line))
          << line << "\nin\n"
          << fmt::format("{}", fmt::join(run.display.lines, "\n"));
    }
  EXPECT_TRUE(Shows(run.display.lines, "T6  failback good"));
  const auto& assumptions = run.At({"assumptions"}).as_array();
  EXPECT_TRUE(std::any_of(assumptions.begin(), assumptions.end(), [](const json::Value& line) {
    return line.as_string() == "nodejs22.x runs on Node.js 20.11.1";
  }));
  EXPECT_TRUE(Shows(run.display.lines, "test  run 1/1  seed 42  era today"));
  EXPECT_TRUE(Shows(run.report.verdict, "VERDICT   MET (exit 0)"));
  ExpectBothGradersAgree(run);
  // What is told before the failback is what the report says.
  std::string until_heal;
  for (const std::string& line : run.journal.lines) {
    if (line.find(R"("name":"heal")") != std::string::npos) break;
    until_heal += line + "\n";
  }
  const Result<std::vector<std::string>> told = RtoAndRpoSoFar(until_heal);
  ASSERT_TRUE(told.ok()) << told.error().message;
  for (const std::string& line : {told->front(), told->back()})
    EXPECT_TRUE(Shows(run.report.verdict, line)) << line;
}

class InjectedLag : public testing::TestWithParam<std::pair<int64_t, std::string>> {};

TEST_P(InjectedLag, MissesLagTimesRateAndItsRecoveryPointIsTheLag) {
  const auto& [lag_ms, mix] = GetParam();
  const DrillRun run = RunDrill(
      QuickScenario({{"setup:", fmt::format("assume: {{replication_lag: {}ms}}\nsetup:", lag_ms)},
                     {"rate: 16/s, create: 60%, update: 30%, delete: 10%", "rate: 20/s, " + mix},
                     // So many items that the missing ones are few of the answers.
                     {"for: 15s", "for: 70s"}}),
      Quick());
  const double lag = static_cast<double>(lag_ms) / 1000;
  const double rate = 20;
  const double resolution = 1 / rate;
  // The answers of one or two writes were under way at T0, and a write takes some milliseconds.
  EXPECT_NEAR(Number(run, {"rpo", "missing_count"}), lag * rate, 2);
  EXPECT_NEAR(Number(run, {"rpo", "seconds"}), lag, 2 * resolution);
  EXPECT_EQ(run.At({"writes", "late"}).as_int() + run.At({"writes", "overwritten"}).as_int(),
            run.At({"rpo", "missing_count"}).as_int());
  EXPECT_EQ(run.At({"writes", "lost"}).as_int(), 0);
  EXPECT_TRUE(run.At({"convergence", "equal"}).as_bool());
  EXPECT_EQ(run.report.exit_code, 0) << json::Write(run.At({"verdict", "reasons"}));
  EXPECT_TRUE(Shows(run.display.lines, "assumed and injected"));
  EXPECT_TRUE(Shows(run.report.verdict, "(assumed lag"));
  ExpectBothGradersAgree(run);
}

INSTANTIATE_TEST_SUITE_P(
    Lags, InjectedLag,
    testing::Values(std::pair<int64_t, std::string>{1000, "create: 60%, update: 40%, delete: 0%"},
                    std::pair<int64_t, std::string>{2000, "create: 60%, update: 30%, delete: 10%"},
                    std::pair<int64_t, std::string>{3000, "create: 100%, update: 0%, delete: 0%"}));

TEST(Runner, AFrozenRegionHangsItsClients) {
  const DrillRun run = RunDrill(QuickScenario({{"kind: kill", "kind: freeze"}}), Quick());
  EXPECT_EQ(run.report.exit_code, 0) << json::Write(run.At({"verdict", "reasons"}));
  // Sent and never answered: unknown, and settled at the audit.
  EXPECT_GT(run.At({"writes", "unknown", "total"}).as_int(), 0);
  EXPECT_EQ(run.At({"writes", "unknown", "unsettled"}).as_int(), 0);
  EXPECT_TRUE(Shows(run.report.timeline, "us-east-1 frozen"));
  EXPECT_TRUE(Shows(run.report.timeline, "us-east-1 thawed"));
  ExpectBothGradersAgree(run);
}

TEST(Runner, ADiskThatForgetsIsFound) {
  FakeWorldOptions options = Quick();
  options.loses_disk = true;
  const DrillRun run = RunDrill(QuickScenario({{"setup:", "assume: {replication_lag: 2s}\nsetup:"},
                                               {"create: 60%, update: 30%, delete: 10%",
                                                "create: 100%, update: 0%, delete: 0%"}}),
                                options);
  EXPECT_NEAR(Number(run, {"rpo", "missing_count"}), 32, 2);
  EXPECT_EQ(run.At({"writes", "late"}).as_int(), 0);
  EXPECT_TRUE(Shows({json::Write(run.At({"findings"}))}, "acknowledged-writes-missing"));
}

TEST(Runner, TheControlWithoutAFaultIsClean) {
  const DrillRun run = RunDrill(QuickScenario(), Quick(), Control::kNoFault);
  EXPECT_EQ(run.report.exit_code, 0) << json::Write(run.At({"verdict", "reasons"}));
  EXPECT_DOUBLE_EQ(Number(run, {"rto", "headline_s"}), 0);
  EXPECT_EQ(run.At({"rto", "bad_s"}).as_int(), 0);
  EXPECT_TRUE(Shows(run.report.verdict, "CONTROL   no-fault: came out met, as it must (exit 0)"));
  ExpectBothGradersAgree(run);
}

TEST(Runner, TheControlWithoutAStandbyRecordIsMissed) {
  const DrillRun run = RunDrill(QuickScenario(), Quick(), Control::kNoRecovery);
  EXPECT_EQ(run.report.exit_code, 0) << json::Write(run.At({"verdict", "reasons"}));
  EXPECT_EQ(run.At({"verdict", "status"}).as_string(), "missed");
  EXPECT_EQ(run.At({"rto", "recovered_by"}).as_string(), "heal");
  EXPECT_TRUE(
      Shows(run.report.verdict, "CONTROL   no-recovery: came out missed, as it must (exit 0)"));
  ExpectBothGradersAgree(run);
}

TEST(Runner, AFaultThatFailsIsInconclusive) {
  FakeWorldOptions options = Quick();
  options.refuses_faults = true;
  const DrillRun run = RunDrill(QuickScenario(), options);
  EXPECT_FALSE(run.end->status.ok());
  EXPECT_EQ(run.report.exit_code, 3);
  EXPECT_TRUE(Shows(run.report.verdict, "the fault failed: no such process"));
}

TEST(Runner, AFaultOfTheUsersOwnCommandsIsOneAsAnyOther) {
  const DrillRun own = RunDrill(
      QuickScenario(
          {{"kind: kill, region: us-east-1",
            "kind: run, region: us-east-1, start: kill us-east-1, stop: start us-east-1"}}),
      Quick());
  const DrillRun kill = RunDrill(QuickScenario(), Quick());
  EXPECT_EQ(own.report.exit_code, 0);
  EXPECT_GT(Number(own, {"rto", "headline_s"}), 1);
  EXPECT_EQ(own.At({"rto", "headline_s"}), kill.At({"rto", "headline_s"}));
}

TEST(Runner, AFailedSetUpEndsTheDrillBeforeItsFirstLine) {
  Result<Scenario> scenario = ParseScenario(ScenarioText(), "drill.yaml");
  ASSERT_TRUE(scenario.ok());
  VirtualTime time;
  FakeWorld world(time, {});
  world.command_exits["setup"] = 1;
  MemoryJournal journal;
  MemoryDisplay display;
  Runner runner({time.clock(), time, world, world, world, world, journal, display}, *scenario,
                {Control::kNone, "t1"});
  std::optional<RunEnd> end;
  runner.Start([&](const RunEnd& e) { end = e; });
  ASSERT_TRUE(time.RunUntil([&] { return end.has_value(); }));
  EXPECT_EQ(end->status.error().message,
            "the set-up ended with status 1; its output is in setup.log");
  EXPECT_TRUE(journal.lines.empty());
  EXPECT_EQ(world.setup_environment.at("HEALTH_INTERVAL"), "10");
  EXPECT_EQ(world.setup_environment.at("LIFEBOAT_CONTROL"), "none");
}

TEST(Runner, CancelLeavesAJournalThatCanBeGraded) {
  for (const int64_t after : {8, 30, 60}) {
    const DrillRun run =
        RunDrill(QuickScenario(), Quick(), Control::kNone, Duration::Seconds(after));
    EXPECT_TRUE(run.end->interrupted);
    EXPECT_EQ(run.report.exit_code, 130) << after;
    EXPECT_NE(run.journal.lines.back().find("\"interrupted\""), std::string::npos);
  }
}

TEST(Runner, SeveralRunsAndTheWorstDecides) {
  const DrillRun run =
      RunDrill(QuickScenario({{"observe_for: 2m", "repeat: {runs: 2}\nobserve_for: 2m"}}), Quick());
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  const json::Array& runs = run.At({"runs"}).as_array();
  ASSERT_EQ(runs.size(), 2u);
  const double worst =
      std::max(runs[0].Find("rto_s")->as_double(), runs[1].Find("rto_s")->as_double());
  EXPECT_DOUBLE_EQ(Number(run, {"rto", "headline_s"}), worst);
  ExpectBothGradersAgree(run);
}

TEST(Runner, TheSameSeedLeavesTheSameJournal) {
  const DrillRun a = RunDrill(QuickScenario(), Quick());
  const DrillRun b = RunDrill(QuickScenario(), Quick());
  EXPECT_EQ(a.journal.lines, b.journal.lines);
}

}  // namespace
}  // namespace lifeboat::drill
