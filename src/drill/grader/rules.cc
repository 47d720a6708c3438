#include "drill/grader/rules.h"

#include <algorithm>
#include <cmath>

namespace lifeboat::drill {
namespace {

/// The generator's p99 lateness that a run may have at most, unless its
/// scenario says otherwise.
constexpr int64_t kMaxLate = 100'000;
constexpr int64_t kMaxLateVersion1 = 250'000;

using Path = std::initializer_list<std::string_view>;

std::optional<double> MaybeNumber(const json::Value& value, Path path) {
  const json::Value* found = value.FindPath(path);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->as_double(static_cast<double>(found->as_int()));
}

double Number(const json::Value& value, Path path, double fallback = 0) {
  return MaybeNumber(value, path).value_or(fallback);
}

std::optional<int64_t> MaybeMicros(const json::Value& value, Path path) {
  const std::optional<double> seconds = MaybeNumber(value, path);
  return seconds ? std::optional<int64_t>(std::llround(*seconds * 1e6)) : std::nullopt;
}

int64_t MicrosOf(const json::Value& value, Path path, int64_t fallback = 0) {
  return MaybeMicros(value, path).value_or(fallback);
}

int64_t Integer(const json::Value& value, Path path, int64_t fallback = 0) {
  return std::llround(Number(value, path, static_cast<double>(fallback)));
}

bool Flag(const json::Value& value, std::string_view key, bool fallback) {
  const json::Value* found = value.Find(key);
  return found == nullptr ? fallback : found->as_bool(fallback);
}

const json::Array& Members(const json::Value& value, std::string_view key) {
  static const json::Array kNone;
  const json::Value* found = value.Find(key);
  return found == nullptr ? kNone : found->as_array();
}

std::vector<std::string> Texts(const json::Value& value, std::string_view key) {
  std::vector<std::string> out;
  for (const json::Value& text : Members(value, key)) out.push_back(text.as_string());
  return out;
}

WindowRule ReadWindow(const json::Value& scenario) {
  WindowRule rule;
  rule.window = MicrosOf(scenario, {"recovered_when", "window_s"});
  rule.success = Number(scenario, {"recovered_when", "success"});
  rule.bucket = MicrosOf(scenario, {"recovered_when", "bucket_s"});
  rule.bucket_success = Number(scenario, {"recovered_when", "bucket_success"});
  rule.p99 = MicrosOf(scenario, {"recovered_when", "p99_s"});
  rule.min_samples = Integer(scenario, {"recovered_when", "min_samples"});
  return rule;
}

CohortRule ReadCohort(const json::Value& cohort, int64_t timeout, size_t cohorts) {
  CohortRule rule;
  rule.name = cohort.GetString("name");
  rule.counted = Flag(cohort, "counted", true);
  rule.clients = std::max<int64_t>(1, Integer(cohort, {"clients"}, 1));
  rule.share = Number(cohort, {"share"}, 1.0 / static_cast<double>(std::max<size_t>(1, cohorts)));
  rule.dns = cohort.GetString("dns");
  rule.dns_extra = MicrosOf(cohort, {"dns_extra_s"});
  rule.keep_alive = cohort.GetString("connections") == "keep-alive";
  rule.lifetime = MicrosOf(cohort, {"lifetime_s"});
  rule.attempts = std::max<int64_t>(1, Integer(cohort, {"attempts"}, 1));
  rule.timeout = MicrosOf(cohort, {"timeout_s"}, timeout);
  rule.backoff_max = MicrosOf(cohort, {"backoff_max_s"});
  rule.via = cohort.GetString("via");
  if (const json::Value* keys = cohort.Find("keys")) rule.pool = keys->GetString("shared");
  return rule;
}

FaultRule ReadFault(const json::Value& fault) {
  FaultRule rule;
  rule.kind = fault.GetString("kind");
  rule.takes_region = Flag(fault, "takes_region", rule.kind == "kill" || rule.kind == "freeze");
  rule.region = fault.GetString("region");
  if (const std::string& after = fault.GetString("after"); !after.empty()) rule.after = after;
  return rule;
}

std::string TextAt(const json::Value& value, Path path, std::string_view fallback) {
  const json::Value* found = value.FindPath(path);
  return std::string(found == nullptr || !found->is_string() ? fallback : found->as_string());
}

void ReadObjectives(const json::Value& scenario, Rules& rules) {
  rules.rpo_us = MicrosOf(scenario, {"objectives", "rpo_s"});
  rules.rto_us = MicrosOf(scenario, {"objectives", "rto_s"});
  rules.failback_us = MaybeMicros(scenario, {"objectives", "failback_s"});
  rules.bad_us = MaybeMicros(scenario, {"objectives", "bad_s"});
  const json::Value* expect = scenario.Find("expect");
  if (expect != nullptr)
    for (const auto& [key, value] : expect->as_object()) rules.expect[key] = value.as_int();
  // Zero unless the scenario says otherwise, whether the journal spells it out
  // or not.
  for (const char* name :
       {"lost", "survivor_missing", "resurrected", "poisoned", "lost_increments"})
    rules.expect.try_emplace(name, 0);
}

void ReadLoad(const json::Value& scenario, Rules& rules) {
  rules.window = ReadWindow(scenario);
  rules.baseline_success = Number(scenario, {"baseline", "success"});
  rules.read_rate = Number(scenario, {"workload", "read_rate"});
  rules.write_rate = Number(scenario, {"workload", "write_rate"});
  rules.timeout_us = MicrosOf(scenario, {"workload", "timeout_s"});
  rules.observe_for_us = MicrosOf(scenario, {"observe_for_s"});
  const json::Array& cohorts = Members(scenario, "cohorts");
  for (const json::Value& cohort : cohorts)
    rules.cohorts.push_back(ReadCohort(cohort, rules.timeout_us, cohorts.size()));
}

}  // namespace

const CohortRule* Rules::FindCohort(std::string_view cohort) const {
  for (const CohortRule& rule : cohorts)
    if (rule.name == cohort) return &rule;
  return nullptr;
}

bool Rules::Counted(std::string_view cohort) const {
  const CohortRule* rule = FindCohort(cohort);
  return rule != nullptr && rule->counted;
}

bool Rules::FaultTakesRegion(int64_t index) const {
  return index >= 0 && static_cast<size_t>(index) < faults.size() &&
         faults[static_cast<size_t>(index)].takes_region;
}

bool Rules::IsSurvivor(std::string_view region) const {
  return std::find(survivors.begin(), survivors.end(), region) != survivors.end();
}

Result<Rules> RulesFromHeader(const RunLine& header) {
  const json::Value& scenario = header.scenario;
  Rules rules;
  rules.control = header.control.empty() ? "none" : header.control;
  rules.strategy = scenario.GetString("strategy");
  ReadObjectives(scenario, rules);
  ReadLoad(scenario, rules);
  if (rules.window.window <= 0 || rules.window.bucket <= 0)
    return InvalidError("a 'run' line without a good window's lengths");
  for (const json::Value& fault : Members(scenario, "faults"))
    rules.faults.push_back(ReadFault(fault));
  rules.lost_region = scenario.GetString("lost_region");
  rules.survivors = Texts(scenario, "survivors");
  rules.regions = Texts(scenario, "regions");
  if (rules.regions.empty()) {
    rules.regions = rules.survivors;
    if (!rules.lost_region.empty()) rules.regions.insert(rules.regions.begin(), rules.lost_region);
  }
  const json::Value* lag = scenario.Find("assumed_lag");
  rules.assumed_lag = lag != nullptr && !lag->is_null();
  rules.max_lag_us =
      MicrosOf(scenario, {"max_lag_s"}, MicrosOf(scenario, {"assumed_lag", "max_s"}));
  rules.max_late_us =
      MicrosOf(scenario, {"max_late_s"}, header.version < 2 ? kMaxLateVersion1 : kMaxLate);
  rules.decided_by = TextAt(scenario, {"decision", "by"}, "health-check");
  rules.failback_by = TextAt(scenario, {"failback", "by"}, "health-check");
  rules.early_verdict = Flag(scenario, "early_verdict", true);
  return rules;
}

}  // namespace lifeboat::drill
