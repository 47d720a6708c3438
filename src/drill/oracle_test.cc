// Whole drills in virtual time whose right answer is known from what was done to the world.
#include <gtest/gtest.h>

#include <algorithm>

#include "drill/testing/oracle.h"

namespace lifeboat::drill {
namespace {

TEST(Oracle, AFaultLastsExactlyAsLongAsItShould) {
  const DrillRun run = RunDrill(Small({{"jitter: 2s}", "jitter: 2s}, for: 20s"}}));
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  EXPECT_NEAR(*FaultAt(run, 0, "heal-asked") - *FaultAt(run, 0, "in-force"), 20, 1e-3);
}

TEST(Oracle, AFaultWithoutALengthEndsWhenTheStandbyHasShownThatItCarriesTheLoad) {
  const DrillRun run = RunDrill(Small());
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  const auto ended = Lines(run, "audit-end");
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_GE(*PhaseAt(run, "heal") - At(ended[0]), 2 * 10);
  EXPECT_NEAR(*FaultAt(run, 0, "heal-asked"), *PhaseAt(run, "heal"), 0.01);
}

TEST(Oracle, TheOrderOfFaultsInTheFileChangesNothing) {
  const std::string kill = "  - {kind: kill, region: us-east-1, at: {after: baseline, jitter: 2s}";
  const std::string pause =
      "  - {kind: replication-pause, link: 'us-east-1:us-west-2', at: {after: baseline}}\n";
  const std::string late_kill =
      "  - {kind: kill, region: us-east-1, at: {after: baseline, delay: 15s}";
  for (const bool pause_first : {true, false}) {
    const DrillRun run = RunDrill(Small(
        {{kill + "}\n", pause_first ? pause + late_kill + "}\n" : late_kill + "}\n" + pause}}));
    ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
    const int64_t killed = pause_first ? 1 : 0;
    EXPECT_NEAR(*FaultAt(run, killed, "in-force") - *FaultAt(run, 1 - killed, "in-force"), 15,
                0.01);
    EXPECT_TRUE(FaultAt(run, 0, "cleared").has_value());
    EXPECT_TRUE(FaultAt(run, 1, "cleared").has_value());
    EXPECT_NEAR(run.At({"rpo", "seconds"}).as_double(), 15, 0.3) << pause_first;
  }
}

TEST(Oracle, EverySurvivorAndEveryKeyIsAudited) {
  const DrillRun run =
      RunDrill(Small({{"[us-east-1, us-west-2]", "[us-east-1, us-west-2, eu-west-1]"}}));
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  std::map<std::string, int> lines;
  for (const json::Value& line : Lines(run, "audit")) ++lines[line.GetString("region")];
  EXPECT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines["us-west-2"], lines["eu-west-1"]);
  EXPECT_GE(lines["us-west-2"], 2 * 200);
}

TEST(Oracle, TheAuditTakesAQuarterOfTheLoadAtMost) {
  const DrillRun run = RunDrill(Small());
  std::vector<double> asked;
  for (const json::Value& line : Lines(run, "audit"))
    if (line.GetString("via") == "api")
      asked.push_back(static_cast<double>(line.Find("asked")->as_int()) / 1e6);
  ASSERT_GT(asked.size(), 200u);
  std::sort(asked.begin(), asked.end());
  EXPECT_LE(static_cast<double>(asked.size() - 2) / (asked.back() - asked.front()),
            0.25 * 40 + 0.1);
}

TEST(Oracle, AStandbyWithoutItsApiStopsTheRunBeforeTheFault) {
  FakeWorldOptions options;
  options.standby_has_no_api = true;
  const DrillRun run = RunDrill(Small(), options);
  ASSERT_FALSE(run.end->status.ok());
  EXPECT_NE(run.end->status.error().message.find("pre-flight: us-west-2: its health check is red"),
            std::string::npos)
      << run.end->status.error().message;
  EXPECT_TRUE(Lines(run, "fault").empty());
  EXPECT_EQ(run.report.exit_code, 3);
}

TEST(Oracle, AStandbyThatIsDeployedOtherwiseStopsTheRun) {
  const DrillRun run = RunDrill(Small(), {.standby_memory = "128"});
  ASSERT_FALSE(run.end->status.ok());
  EXPECT_EQ(run.end->status.error().message,
            "pre-flight: us-west-2: function api: memory is 128 instead of 256");
  EXPECT_TRUE(Lines(run, "fault").empty());
  EXPECT_EQ(run.report.exit_code, 3);
}

TEST(Oracle, APilotLightIsLookedAtWithoutBeingAsked) {
  const std::string pilot = Small({{"name: test", "name: test\nstrategy: pilot-light"},
                                   {"observe_for: 3m",
                                    "observe_for: 3m\ndecision: {by: operator, "
                                    "reaction: 1m, run: ./failover.sh}"}});
  FakeWorldOptions options;
  options.standby_lacks_its_table = true;
  options.failing_command = "preflight-command";
  const DrillRun run = RunDrill(pilot, options);
  ASSERT_FALSE(run.end->status.ok());
  EXPECT_EQ(
      run.end->status.error().message,
      "pre-flight: us-west-2: its table can't be described: Requested resource not found; the "
      "failover's command can't be started: ./failover.sh");
  EXPECT_EQ(run.report.exit_code, 3);
  // Its API is red, as is expected of one: no request of the pre-flight asks it.
  for (const json::Value& line : Lines(run, "attempt"))
    EXPECT_NE(line.GetString("cohort"), "preflight");
}

TEST(Oracle, AStandbyWithoutItsApiIsMissedAsSoonAsThatIsCertain) {
  FakeWorldOptions options;
  options.standby_has_no_api = true;
  const DrillRun run =
      RunDrill(Small({{"observe_for: 3m", "observe_for: 3m\npreflight: report"}}), options);
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  EXPECT_NEAR(*PhaseAt(run, "audit") - *FaultAt(run, 0, "in-force"), 30, 1);
}

TEST(Oracle, AStandbyWithAnEmptyTableIsNotRecovered) {
  FakeWorldOptions options;
  options.standby_is_empty = true;
  const DrillRun run = RunDrill(Small({{"observe_for: 3m", "observe_for: 1m\npreflight: report"},
                                       {"rto: 30m", "rto: 30m, failback: 1m"}}),
                                options);
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  // Nobody waited for a good window: the limit, the window and the longest request passed.
  EXPECT_GE(*PhaseAt(run, "audit") - *FaultAt(run, 0, "in-force"), 60 + 10);
}

TEST(Oracle, ItemsThatVanishAfterTheHealAreAbsentFromTheFinalState) {
  FakeWorldOptions options;
  options.deleted_after_heal = 3;
  DrillRun run = RunDrill(Small(), options);
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  std::set<std::string> present;
  for (const json::Value& line : Lines(run, "audit"))
    if (line.GetString("via") == "table" && line.Find("seen")->is_int())
      present.insert(line.GetString("key"));
  for (const json::Value& line : Lines(run, "attempt"))
    if (line.GetString("op") == "delete") present.erase(line.GetString("key"));
  std::map<std::string, int> vanished;  // Keys, and in how many regions.
  for (const json::Value& line : Lines(run, "final"))
    if (line.Find("seen")->is_null() && present.contains(line.GetString("key")))
      ++vanished[line.GetString("key")];
  EXPECT_EQ(vanished, (std::map<std::string, int>{
                          {"drill-t1-1-1", 2}, {"drill-t1-1-10", 2}, {"drill-t1-1-100", 2}}));
}

TEST(Oracle, ACancelledDrillLiftsItsFaults) {
  const DrillRun run = RunDrill(Small(), {}, Control::kNone, Duration::Seconds(35));
  EXPECT_TRUE(run.end->interrupted);
  EXPECT_TRUE(FaultAt(run, 0, "in-force").has_value());
  EXPECT_TRUE(FaultAt(run, 0, "cleared").has_value());
  EXPECT_NE(run.journal.lines.back().find("\"interrupted\""), std::string::npos);
}

TEST(Oracle, AFailoverCommandThatFailsLiftsTheFaultsAndLeavesAJournal) {
  const DrillRun run = RunDrill(
      Small({{"observe_for: 3m",
              "decision: {by: operator, reaction: 10s, run: ./failover.sh}\nobserve_for: 3m"}}),
      {.failing_command = "failover"});
  ASSERT_FALSE(run.end->status.ok());
  EXPECT_TRUE(FaultAt(run, 0, "cleared").has_value());
  EXPECT_NE(run.journal.lines.back().find("failover ended with status 1"), std::string::npos);
}

TEST(Oracle, AnOperatorDecidesAfterTheReaction) {
  const DrillRun run = RunDrill(
      Small({{"observe_for: 3m",
              "decision: {by: operator, reaction: 20s, run: ./failover.sh, ready: ./ready.sh}\n"
              "observe_for: 3m"},
             {"failback: {by: health-check, watch: 20s}",
              "failback: {by: operator, run: ./failback.sh, when: [lag-zero, digests-equal]}"}}));
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  std::map<std::string, double> decided;
  for (const json::Value& line : Lines(run, "decision"))
    decided[line.GetString("state")] = At(line);
  EXPECT_NEAR(decided.at("decided") - *FaultAt(run, 0, "in-force"), 12 + 20, 1);
  EXPECT_GE(decided.at("ready"), decided.at("command-ended"));
  EXPECT_GE(decided.at("failback-command-ended"), decided.at("failback-decided"));
  EXPECT_GE(decided.at("failback-decided"), *PhaseAt(run, "failback"));
  std::vector<std::string> commands;
  for (const json::Value& line : Lines(run, "command"))
    if (line.GetString("state") == "end") commands.push_back(line.GetString("name"));
  EXPECT_EQ(commands, (std::vector<std::string>{"failover", "ready", "failback"}));
}

TEST(Oracle, ARegionThatReturnsSickKeepsTheFailbackWaitingToItsLimit) {
  FakeWorldOptions options;
  options.sick_after_heal = true;
  const DrillRun run = RunDrill(Small({{"rto: 30m", "rto: 30m, failback: 90s"}}), options);
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  EXPECT_NEAR(*PhaseAt(run, "settle") - *PhaseAt(run, "failback"), 90 + 10, 1);
}

TEST(Oracle, ABackgroundCommandRunsAllTheTime) {
  const DrillRun run = RunDrill(Small({{"observe_for: 3m",
                                        "background: [{run: ./backup.sh, every: 5s}]\n"
                                        "observe_for: 3m"}}));
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  double last = 0;
  int count = 0;
  for (const json::Value& line : Lines(run, "command")) {
    if (line.GetString("state") != "start") continue;
    if (count++ > 0) EXPECT_NEAR(At(line) - last, 5, 0.1);
    last = At(line);
  }
  EXPECT_GT(count, 10);
}

}  // namespace
}  // namespace lifeboat::drill
