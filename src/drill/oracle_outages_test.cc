// A second outage after the failback, in virtual time: it has times of its own and is judged as the
// first one is.
#include <gtest/gtest.h>

#include "drill/testing/oracle.h"

namespace lifeboat::drill {
namespace {

constexpr char kAgain[] =
    "  - {kind: kill, region: us-east-1, at: {after: failback, delay: 5s}}\n"
    "recovered_when:";

/// The values of a run's outages, in their order.
std::vector<double> OfOutages(const DrillRun& run, std::initializer_list<std::string_view> path) {
  std::vector<double> out;
  for (const json::Value& outage : run.At({"outages"}).as_array()) {
    const json::Value* found = outage.FindPath(path);
    out.push_back(found == nullptr || found->is_null() ? -1 : found->as_double(-2));
  }
  return out;
}

TEST(OracleOutages, AFaultAfterTheFailbackBeginsAnOutageWithTimesOfItsOwn) {
  const DrillRun run = RunDrill(Small({{"recovered_when:", kAgain}}));
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  const std::vector<double> t0 = OfOutages(run, {"t0"}), t4 = OfOutages(run, {"t4"}),
                            t6 = OfOutages(run, {"t6"});
  ASSERT_EQ(t0.size(), 2u);
  EXPECT_NEAR(t0[1], *FaultAt(run, 1, "in-force"), 0.1);
  // The first one's region was back for a window before the second began.
  EXPECT_GE(t0[1], t6[0] + 10 + 5);
  // The same system, and clients in every phase of their caches: the same figures.
  const std::vector<double> rto = OfOutages(run, {"rto_s"});
  EXPECT_GT(rto[0], 12);
  EXPECT_NEAR(rto[1], rto[0], 5);
  const std::vector<double> failback = OfOutages(run, {"failback", "rto_s"});
  EXPECT_NEAR(failback[1], failback[0], 5);
  EXPECT_GT(t6[1], t4[1]);
  EXPECT_EQ(run.report.exit_code, 0) << run.report.verdict.back();
}

TEST(OracleOutages, ASecondOutageThatTakesTooLongIsMissed) {
  // The objective lies between what the first and the second detection take.
  const DrillRun run =
      RunDrill(Small({{"recovered_when:", kAgain}, {"rto: 30m", "rto: 20s, failback: 5m"}}),
               {.detection_grows = Duration::Seconds(20)});
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  EXPECT_LT(OfOutages(run, {"rto_s"})[0], 20);
  EXPECT_EQ(run.report.exit_code, 1) << run.report.verdict.back();
}

TEST(OracleOutages, TheTerminalShowsEachTimeOfBothOutages) {
  const DrillRun run = RunDrill(Small({{"recovered_when:", kAgain}}));
  std::map<std::string, int> shown;
  for (const std::string& line : run.display.lines)
    for (const char* mark : {" T0 ", " T1 ", " T3 ", " T4 ", "failed back"})
      shown[mark] += line.find(mark) != std::string::npos ? 1 : 0;
  for (const auto& [mark, times] : shown) EXPECT_EQ(times, 2) << mark;
}

}  // namespace
}  // namespace lifeboat::drill
