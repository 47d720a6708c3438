// Decisions that a person types, in virtual time.
#include <gtest/gtest.h>

#include "drill/testing/oracle.h"

namespace lifeboat::drill {
namespace {

constexpr char kFault[] = "jitter: 2s}";
constexpr char kUnknownMoment[] = "jitter: 60s}";
constexpr Duration kSurely = Duration::Seconds(130);  ///< By now the fault is in force.

Changes Prompted(const std::string& decision, const std::string& failback = "by: health-check") {
  return {{kFault, kUnknownMoment},
          {"observe_for: 3m", "decision: {by: prompt" + decision + "}\nobserve_for: 3m"},
          {"failback: {by: health-check, watch: 20s}", "failback: {" + failback + "}"}};
}

/// The times of decision lines, by their state.
std::map<std::string, double> Decisions(const DrillRun& run) {
  std::map<std::string, double> out;
  for (const json::Value& line : Lines(run, "decision")) out[line.GetString("state")] = At(line);
  return out;
}

std::string All(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

TEST(OraclePrompt, WhoDecidesBlindSeesNothingOfTheFaultUntilTheyHaveDecided) {
  const DrillRun run = RunDrill(
      Small(Prompted("")),
      {.typed = {{kSurely, "decide  Ada Lovelace "}, {kSurely + Duration::Seconds(20), "done"}}});
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  ASSERT_EQ(run.shown.size(), 2u);
  EXPECT_LT(*FaultAt(run, 0, "in-force"), kSurely.seconds() - 1);
  for (const char* secret : {"T0", "T1", "fault", "kill", "failure", "cohort"})
    EXPECT_EQ(All(run.shown[0]).find(secret), std::string::npos) << All(run.shown[0]);
  EXPECT_EQ(run.progress[0], "you: type `decide NAME` when you decide to fail over");
  // What was hidden comes with the decision.
  for (const char* told : {"T0", "T1", "us-east-1 killed", "T2", "Ada Lovelace"})
    EXPECT_NE(All(run.shown[1]).find(told), std::string::npos) << told;
  EXPECT_NEAR(run.At({"outages"}).as_array()[0].Find("t2")->as_double(), Decisions(run)["decided"],
              1e-3);
  EXPECT_EQ(run.At({"outages"}).as_array()[0].GetString("t2_source"), "Ada Lovelace");
  EXPECT_NEAR(Decisions(run)["command-ended"] - Decisions(run)["decided"], 20, 0.1);
  // The failover counts as executed when it was done, not when the answers had changed.
  EXPECT_NEAR(run.At({"outages"}).as_array()[0].Find("t3")->as_double(),
              Decisions(run)["command-ended"], 1e-3);
}

TEST(OraclePrompt, WhoIsNotBlindSeesTheFault) {
  const DrillRun run = RunDrill(Small(Prompted(", blind: false, run: ./failover.sh")),
                                {.typed = {{kSurely, "decide Ada"}}});
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  EXPECT_NE(All(run.shown[0]).find("T0"), std::string::npos);
  // The scenario's command fails over, so nobody types `done`.
  EXPECT_TRUE(Decisions(run).contains("command-ended"));
}

TEST(OraclePrompt, ADecisionBeforeTheFaultIsAFalseAlarm) {
  const DrillRun run = RunDrill(
      Small(Prompted(", run: ./failover.sh")),
      {.typed = {
           {Duration::Seconds(18), "decide Ada"}, {kSurely, "DECIDE"}, {kSurely, "decide Bo"}}});
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  const auto decisions = Decisions(run);
  ASSERT_TRUE(decisions.contains("false-alarm"));
  EXPECT_LT(decisions.at("false-alarm"), *FaultAt(run, 0, "in-force"));
  // Ada is blind: she is not told so before the end.
  EXPECT_EQ(All(run.shown[1]).find("false alarm"), std::string::npos);
  EXPECT_NE(All(run.shown[1]).find("noted; the drill goes on"), std::string::npos);
  const auto& findings = run.At({"findings"}).as_array();
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [](const json::Value& finding) {
    return finding.GetString("id") == "false-alarm" &&
           finding.GetString("evidence").starts_with("Ada decided to fail over at ");
  }));
  // A decision without a name is asked for again.
  EXPECT_EQ(run.At({"outages"}).as_array()[0].GetString("t2_source"), "Bo");
}

TEST(OraclePrompt, WithoutADecisionTheObservationEndsAtItsLimit) {
  const DrillRun run = RunDrill(Small(Prompted("")));
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  EXPECT_GE(*PhaseAt(run, "audit") - *FaultAt(run, 0, "in-force"), 3 * 60);
  EXPECT_TRUE(Decisions(run).empty());
  EXPECT_NE(All(run.display.lines).find("T0"), std::string::npos);
}

TEST(OraclePrompt, AHeldFailbackBeginsWhenSomebodyCommits) {
  const Duration healed = Duration::Seconds(330);
  const DrillRun run =
      RunDrill(Small(Prompted(", run: ./failover.sh", "by: prompt, when: [digests-equal]")),
               {.typed = {{kSurely, "decide Ada"},
                          {healed, "done"},
                          {healed + Duration::Seconds(1), "failback Bo"},
                          {healed + Duration::Seconds(9), "done"}}});
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  const auto decisions = Decisions(run);
  ASSERT_TRUE(decisions.contains("failback-command-ended"));
  EXPECT_NEAR(decisions.at("failback-decided"), healed.seconds() + 1, 1);
  EXPECT_NEAR(decisions.at("failback-command-ended") - decisions.at("failback-decided"), 8, 0.1);
  EXPECT_NEAR(run.At({"failback", "begin"}).as_double(), decisions.at("failback-decided"), 1e-3);
  EXPECT_EQ(run.At({"failback", "begin_source"}).as_string(), "decision");
}

TEST(OraclePrompt, ACancelledBlindDrillShowsWhatItHid) {
  const DrillRun run = RunDrill(Small(Prompted("")), {}, Control::kNone, kSurely);
  EXPECT_TRUE(run.end->interrupted);
  EXPECT_NE(All(run.display.lines).find("T0"), std::string::npos);
  EXPECT_TRUE(FaultAt(run, 0, "cleared").has_value());
}

}  // namespace
}  // namespace lifeboat::drill
