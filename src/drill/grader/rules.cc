#include "drill/grader/rules.h"

#include <cmath>

namespace lifeboat::drill {
namespace {

double Number(const json::Value& value, std::initializer_list<std::string_view> path) {
  const json::Value* found = value.FindPath(path);
  return found == nullptr ? 0 : found->as_double(static_cast<double>(found->as_int()));
}

int64_t MicrosOf(const json::Value& value, std::initializer_list<std::string_view> path) {
  return std::llround(Number(value, path) * 1e6);
}

WindowRule ReadWindow(const json::Value& scenario) {
  WindowRule rule;
  rule.window = MicrosOf(scenario, {"recovered_when", "window_s"});
  rule.success = Number(scenario, {"recovered_when", "success"});
  rule.bucket = MicrosOf(scenario, {"recovered_when", "bucket_s"});
  rule.bucket_success = Number(scenario, {"recovered_when", "bucket_success"});
  rule.p99 = MicrosOf(scenario, {"recovered_when", "p99_s"});
  rule.min_samples = static_cast<int64_t>(Number(scenario, {"recovered_when", "min_samples"}));
  return rule;
}

}  // namespace

bool Rules::Counted(std::string_view cohort) const {
  for (const CohortRule& rule : cohorts)
    if (rule.name == cohort) return rule.counted;
  return false;
}

Result<Rules> RulesFromHeader(const json::Value& header) {
  const json::Value* scenario = header.Find("scenario");
  if (scenario == nullptr) return InvalidError("a 'run' line without 'scenario'");
  Rules rules;
  rules.control = header.GetString("control");
  rules.rpo_us = MicrosOf(*scenario, {"objectives", "rpo_s"});
  rules.rto_us = MicrosOf(*scenario, {"objectives", "rto_s"});
  rules.window = ReadWindow(*scenario);
  if (rules.window.window <= 0 || rules.window.bucket <= 0)
    return InvalidError("a 'run' line without a good window's lengths");
  rules.baseline_success = Number(*scenario, {"baseline", "success"});
  rules.read_rate = Number(*scenario, {"workload", "read_rate"});
  rules.write_rate = Number(*scenario, {"workload", "write_rate"});
  rules.timeout_us = MicrosOf(*scenario, {"workload", "timeout_s"});
  rules.lost_region = scenario->GetString("lost_region");
  if (const json::Value* lag = scenario->Find("assumed_lag"); lag != nullptr && !lag->is_null())
    rules.assumed_lag = true;
  if (const json::Value* cohorts = scenario->Find("cohorts"))
    for (const json::Value& cohort : cohorts->as_array()) {
      const json::Value* counted = cohort.Find("counted");
      rules.cohorts.push_back({cohort.GetString("name"), counted == nullptr || counted->as_bool()});
    }
  if (const json::Value* survivors = scenario->Find("survivors"))
    for (const json::Value& region : survivors->as_array())
      rules.survivors.push_back(region.as_string());
  if (const json::Value* expect = scenario->Find("expect"))
    for (const auto& [key, value] : expect->as_object()) rules.expect[key] = value.as_int();
  return rules;
}

}  // namespace lifeboat::drill
