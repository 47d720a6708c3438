// GET /health/deep: writes this region's canary to the table and reads it back; 503 when it can't.
// Only what is in this region counts: the other regions' canaries are reported, not judged, because
// a fault over there must not turn this region red.
#include <optional>

#include "canary.h"
#include "clock.h"
#include "event.h"
#include "handler.h"

namespace techmoda {
namespace {

/// Health checkers come about twice a second; each answer stands for so long.
constexpr auto kHealthyFor = std::chrono::milliseconds(2000);
constexpr auto kUnhealthyFor = std::chrono::milliseconds(1000);
/// All calls of one check together: a checker gives up 2 seconds after it has connected.
constexpr auto kBudget = std::chrono::milliseconds(1500);
/// A canary that someone else has just written proves as much as our own.
constexpr int64_t kFreshMillis = 5000;

struct Verdict {
  int status = 200;
  nlohmann::json body;
  Deadline until;
};

class Checker {
 public:
  explicit Checker(App& app) : app_(app), end_(SteadyClock::now() + kBudget) {}

  Verdict Check() {
    const int64_t now = NowMillis();
    const std::string& region = app_.settings.region;
    nlohmann::json body{{"region", region}, {"checkedAt", FormatMillis(now)}};
    const std::string problem = CheckOwn(now, body);
    body["status"] = problem.empty() ? "healthy" : "unhealthy";
    if (!problem.empty()) {
      body["message"] = problem;
      return {503, body, SteadyClock::now() + kUnhealthyFor};
    }
    body["replication"] = Others();
    return {200, body, SteadyClock::now() + kHealthyFor};
  }

 private:
  DynamoResult Call(const std::string& operation, const nlohmann::json& parameters) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end_ - SteadyClock::now());
    return app_.dynamo.Call(operation, parameters, left, 2);
  }

  /// Empty, or why this region is not healthy.
  std::string CheckOwn(int64_t now, nlohmann::json& body) {
    const std::string& table = app_.settings.table;
    const std::string& region = app_.settings.region;
    const DynamoResult written = Call("UpdateItem", MakeCanaryWrite(table, region, now));
    if (!written.ok && !written.condition_failed()) {
      return "The canary cannot be written: " + written.error;
    }
    const DynamoResult read = Call("GetItem", MakeCanaryRead(table, region, true));
    if (!read.ok) return "The canary cannot be read: " + read.error;
    const int64_t at = CanaryTime(*read.answer);
    if (at < now - kFreshMillis) return "The canary that was written is not there.";
    body["canaryAt"] = FormatMillis(at);
    return {};
  }

  /// How old each other region's canary is here: its own age plus the replication lag.
  nlohmann::json Others() {
    nlohmann::json list = nlohmann::json::array();
    for (const std::string& region : OtherRegions(app_.settings.regions, app_.settings.region)) {
      const DynamoResult read = Call("GetItem", MakeCanaryRead(app_.settings.table, region, false));
      const int64_t at = read.ok ? CanaryTime(*read.answer) : -1;
      nlohmann::json entry{{"region", region}};
      if (at >= 0) {
        entry["canaryAt"] = FormatMillis(at);
        entry["ageSeconds"] = static_cast<double>(NowMillis() - at) / 1000;
      }
      list.push_back(std::move(entry));
    }
    return list;
  }

  App& app_;
  Deadline end_;
};

nlohmann::json DeepHealth(App& app, const nlohmann::json&) {
  static std::optional<Verdict> cached;
  if (!cached || SteadyClock::now() >= cached->until) cached = Checker(app).Check();
  return Answer(cached->status, cached->body);
}

}  // namespace
}  // namespace techmoda

int main() { return techmoda::RunFunction(techmoda::DeepHealth); }
