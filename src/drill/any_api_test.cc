// Drills of an API that is nothing like TechModa's: it makes the ids itself, locks by version, has
// a composite key and wants a secret in a header.
#include <gtest/gtest.h>

#include "drill/testing/drill_run.h"

namespace lifeboat::drill {
namespace {

constexpr char kOrdersTarget[] = R"(
  url: https://api.orders-example.com
  headers: {x-api-key: "${KEY}"}
  requests:
    create: {method: POST, path: /orders, body: {reference: "{{key}}", quantity: "{{seq:number}}"}}
    update: {method: PUT, path: "/orders/{{id}}", body: {reference: "{{key}}", quantity: "{{seq:number}}", version: "{{version:number}}"}}
    get: {method: GET, path: "/orders/{{id}}", seq: $.order.quantity}
    delete: {method: DELETE, path: "/orders/{{id}}"}
  id: $.order.id
  version: $.order.version
  item: {table: shop, key: {pk: "ORDER#{{id}}", sk: META}, name: reference, seq: quantity}
)";

std::string OrdersScenario(std::vector<std::pair<std::string, std::string>> changes = {}) {
  std::string text = ScenarioText(
      {{"attempts: 1}", "attempts: 2, clients: 10}"}, {"for: 3m", "for: until-audited"}});
  const size_t others = text.find("  - {name: browser"), baseline = text.find("baseline:");
  text.erase(others, baseline - others);
  const size_t from = text.find("target:") + 7, to = text.find("workload:");
  text.replace(from, to - from, kOrdersTarget);
  for (const auto& [before, after] : changes) {
    const size_t at = text.find(before);
    EXPECT_NE(at, std::string::npos) << before;
    if (at != std::string::npos) text.replace(at, before.size(), after);
  }
  return text;
}

DrillRun RunOrders(FakeWorldOptions world, const std::string& scenario = OrdersScenario(),
                   const std::string& secret = "a-secret") {
  world.has_orders = true;
  RunOptions options{Control::kNone, "t1", {}};
  options.headers.Set("x-api-key", secret);
  return RunDrill(scenario, world, options);
}

/// The journal's lines of a type that `wanted` takes.
int Count(const DrillRun& run, const std::string& type,
          const std::function<bool(const json::Value&)>& wanted) {
  int count = 0;
  for (const std::string& text : run.journal.lines) {
    const json::Value line = *json::Parse(text);
    if (line.GetString("type") == type && wanted(line)) ++count;
  }
  return count;
}

int64_t AuditBegan(const DrillRun& run) {
  for (const std::string& text : run.journal.lines)
    if (const json::Value line = *json::Parse(text); line.GetString("type") == "audit-begin")
      return line.Find("t")->as_int();
  return 0;
}

/// Updates that were refused because of their version, but for repeats of one that was executed
/// though its answer never came. After the audit the load writes what was missing on purpose.
int RefusedBeforeTheAudit(const DrillRun& run) {
  const int64_t audit = AuditBegan(run);
  return Count(run, "attempt", [&](const json::Value& line) {
    return line.Find("status")->as_int() == 409 && line.Find("n")->as_int() == 1 &&
           line.Find("t")->as_int() < audit;
  });
}

TEST(AnyApi, IsDrilledByItsDescription) {
  const DrillRun run =
      RunOrders({}, OrdersScenario({{"setup:", "assume: {replication_lag: 2s}\nsetup:"}}));
  EXPECT_EQ(run.At({"verdict", "status"}).as_string(), "met") << json::Write(run.At({"verdict"}));
  EXPECT_NEAR(run.At({"rpo", "seconds"}).as_double(), 2, 0.3);
  EXPECT_EQ(run.At({"writes", "duplicate"}).as_int(), 0);
  // Each update names the version that the last answer told.
  EXPECT_GT(Count(run, "attempt",
                  [](const json::Value& line) {
                    return line.GetString("op") == "update" && line.Find("status")->as_int() == 200;
                  }),
            100);
  EXPECT_EQ(RefusedBeforeTheAudit(run), 0);
  // Creates that got no answer are looked for by name, and read by the id that the table told.
  EXPECT_GT(Count(run, "final",
                  [](const json::Value& line) {
                    const json::Value* item = line.Find("item");
                    return item->is_string() && item->as_string().starts_with("ORDER#us-") &&
                           item->as_string().ends_with("|META") &&
                           line.GetString("key").starts_with("drill-t1-1-");
                  }),
            200);
  EXPECT_EQ(run.At({"validity", "baseline_ok"}).as_bool(), true);
}

TEST(AnyApi, SecretsAreInNoJournalAndNoReport) {
  const DrillRun run = RunOrders({});
  ASSERT_GT(run.journal.lines.size(), 100u);
  for (const std::string& line : run.journal.lines)
    EXPECT_EQ(line.find("a-secret"), std::string::npos) << line;
  EXPECT_EQ(json::Write(run.report.json).find("a-secret"), std::string::npos);
}

TEST(AnyApi, AnItemWhoseVersionIsNotKnownIsReadBeforeItIsWritten) {
  FakeWorldOptions world;
  world.forgets_versions = true;
  const DrillRun run = RunOrders(world);
  EXPECT_EQ(run.At({"verdict", "status"}).as_string(), "met") << json::Write(run.At({"verdict"}));
  const auto updates = [](const json::Value& line) { return line.GetString("op") == "update"; };
  EXPECT_GT(Count(run, "attempt", updates), 100);
  EXPECT_EQ(RefusedBeforeTheAudit(run), 0);
}

TEST(AnyApi, AWrongKeyOrADescriptionThatDoesNotFitEndsTheRunWithTheReason) {
  const DrillRun wrong_key = RunOrders({}, OrdersScenario(), "another");
  ASSERT_FALSE(wrong_key.end->status.ok());
  EXPECT_NE(wrong_key.end->status.error().message.find("did not take"), std::string::npos);
  const DrillRun wrong_id = RunOrders({}, OrdersScenario({{"id: $.order.id", "id: $.order.uid"}}));
  ASSERT_FALSE(wrong_id.end->status.ok());
  EXPECT_NE(wrong_id.end->status.error().message.find("no id where `target.id` says"),
            std::string::npos);
}

}  // namespace
}  // namespace lifeboat::drill
