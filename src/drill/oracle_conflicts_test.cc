// Writers in two regions that write the same keys while the regions don't hear of each other.
#include <gtest/gtest.h>

#include "drill/testing/oracle.h"

namespace lifeboat::drill {
namespace {

constexpr char kSharedForms[] =
    "\n    put: {method: PUT, path: \"/products/{{id}}\","
    " body: {drillWriter: \"{{writer}}\", drillSeq: \"{{seq:number}}\"}}"
    "\n    put_if: {method: PUT, path: \"/products/{{id}}\", body: {ifUpdatedAt: \"{{version}}\","
    " drillWriter: \"{{writer}}\", drillSeq: \"{{seq:number}}\"}}"
    "\n    increment: {method: PUT, path: \"/products/{{id}}\", body: {stockChange: 1}}"
    "\n  version: $.updatedAt"
    "\n  item: {table: products, writer: drillWriter, counter: stock,";

constexpr char kWriters[] =
    "\n  - {name: east, via: us-east-1, counted: false, share: 25%,"
    " keys: {shared: pool, count: 12, ops: [put, put_if, increment]}}"
    "\n  - {name: west, via: us-west-2, counted: false, share: 25%,"
    " keys: {shared: pool, count: 12, ops: [put, put_if, increment]}}"
    "\nbaseline:";

constexpr char kKill[] = "  - {kind: kill, region: us-east-1, at: {after: baseline, jitter: 2s}}\n";
constexpr char kCut[] =
    "  - {kind: replication-pause, link: 'us-east-1:us-west-2', at: {after: baseline}}\n"
    "  - {kind: replication-pause, link: 'us-west-2:us-east-1', at: {after: baseline}}\n";

std::string Split(const std::string& faults) {
  return Small({{"\n  item: {table: products,", kSharedForms},
                {"drillSeq: \"{{seq:number}}\"}\n",
                 "stock: \"{{seq:number}}\", drillWriter: \"{{writer}}\","
                 " drillSeq: \"{{seq:number}}\"}\n"},
                {"\nbaseline:", kWriters},
                {"reads: {rate: 20/s}", "reads: {rate: 40/s}"},
                {"rate: 20/s, create", "rate: 40/s, create"},
                {kKill, faults}});
}

/// One drill with a cut, for all tests that look at it.
const DrillRun& Cut() {
  static const DrillRun run = RunDrill(Split(kCut));
  return run;
}

/// Acknowledged increments while both links were cut, by key and region, and when the last was.
struct Increments {
  std::map<std::string, int64_t> count;
  std::map<std::string, double> last;
};
std::map<std::string, Increments> InTheCut(const DrillRun& run) {
  const double from = std::max(*FaultAt(run, 0, "in-force"), *FaultAt(run, 1, "in-force"));
  const double to = std::min(*FaultAt(run, 0, "cleared"), *FaultAt(run, 1, "cleared"));
  std::map<std::string, Increments> out;
  for (const json::Value& line : Lines(run, "attempt")) {
    if (line.GetString("op") != "increment" || line.GetString("outcome") != "acknowledged")
      continue;
    if (At(line) < from || At(line) > to) continue;
    Increments& key = out[line.GetString("key")];
    ++key.count[line.GetString("region")];
    key.last[line.GetString("region")] = At(line);
  }
  return out;
}

TEST(OracleConflicts, IncrementsOfTheRegionThatLosesAreLost) {
  const DrillRun& run = Cut();
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  // The last writer wins: with it all that its region has counted, and nothing of the other's.
  int64_t expected = 0;
  for (const auto& [key, increments] : InTheCut(run)) {
    ASSERT_EQ(increments.count.size(), 2u) << key;
    const bool east_wins = increments.last.at("us-east-1") > increments.last.at("us-west-2");
    expected += increments.count.at(east_wins ? "us-west-2" : "us-east-1");
  }
  EXPECT_GT(expected, 20);
  EXPECT_EQ(run.At({"conflicts", "lost_increments"}).as_int(), expected);
  EXPECT_EQ(run.report.exit_code, 1) << run.report.verdict.back();
}

TEST(OracleConflicts, AValueThatWasOvertakenIsListedAndNotLost) {
  const DrillRun& run = Cut();
  EXPECT_GT(run.At({"conflicts", "overtaken"}).as_int(), 20);
  EXPECT_EQ(run.At({"conflicts", "lost"}).as_int(), 0);
  std::map<std::string, int> statuses;
  for (const json::Value& line : Lines(run, "attempt"))
    if (line.GetString("op") == "put_if") ++statuses[line.GetString("outcome")];
  EXPECT_GT(statuses["acknowledged"], 20);
}

TEST(OracleConflicts, WithoutACutNothingIsLost) {
  const DrillRun run = RunDrill(Split(kKill));
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  EXPECT_EQ(run.At({"conflicts", "lost"}).as_int(), 0);
  EXPECT_EQ(run.At({"conflicts", "lost_increments"}).as_int(), 0);
}

TEST(OracleConflicts, AWritersNumbersOfAKeyHaveNoGaps) {
  const DrillRun& run = Cut();
  std::map<std::pair<std::string, std::string>, std::set<int64_t>> numbers;
  for (const json::Value& line : Lines(run, "attempt"))
    if (line.GetString("key").find("pool") != std::string::npos && line.GetString("op") != "get")
      numbers[{line.GetString("key"), line.GetString("writer")}].insert(line.Find("seq")->as_int());
  EXPECT_GT(numbers.size(), 100u);
  for (const auto& [id, seen] : numbers)
    EXPECT_EQ(*seen.rbegin(), static_cast<int64_t>(seen.size())) << id.first << " " << id.second;
}

}  // namespace
}  // namespace lifeboat::drill
