// The scenario as the journal's first line keeps it (docs/drill.md, "run").
#include "drill/scenario.h"

namespace lifeboat::drill {
namespace {

std::string_view DnsName(client::DnsPolicy policy) {
  switch (policy) {
    case client::DnsPolicy::kNone:
      return "none";
    case client::DnsPolicy::kTtl:
      return "ttl";
    case client::DnsPolicy::kTtlPlus:
      return "ttl+";
    case client::DnsPolicy::kForever:
      return "forever";
  }
  return "ttl";
}

json::Value CohortEcho(const CohortSpec& cohort, Duration timeout) {
  const client::CohortPolicy& p = cohort.policy;
  std::string dns(DnsName(p.dns));
  if (p.dns == client::DnsPolicy::kTtlPlus) dns += FormatDuration(p.dns_extra);
  const bool keep = p.connections == client::ConnectionPolicy::kKeepAlive;
  json::Value keys;
  if (cohort.shared)
    keys = json::Object{{"shared", cohort.shared->pool}, {"count", cohort.shared->count}};
  return json::Object{{"name", p.name},
                      {"keys", std::move(keys)},
                      {"counted", cohort.counted},
                      {"clients", cohort.clients},
                      {"share", cohort.share},
                      {"dns", dns},
                      {"dns_extra_s", p.dns_extra.seconds()},
                      {"connections", keep ? "keep-alive" : "per-request"},
                      {"lifetime_s", keep ? p.lifetime.seconds() : 0},
                      {"attempts", p.attempts},
                      {"timeout_s", timeout.seconds()},
                      {"backoff_max_s", p.backoff_max.seconds()},
                      {"via", cohort.via}};
}

json::Value FaultEcho(const FaultSpec& fault) {
  json::Value what = fault::ToJson(fault.what, {});
  json::Object& out = *what.if_object();
  out.Erase("id");
  out.Set("region", fault.what.region());
  out.Append("what", fault::Begun(fault.what));
  out.Append("takes_region", fault::TakesRegion(fault.what));
  out.Append("after", fault.after_failback ? "failback" : "baseline");
  out.Append("delay_s", fault.delay.seconds());
  out.Append("jitter_s", fault.jitter.seconds());
  out.Append("for_s", fault.lasts ? json::Value(fault.lasts->seconds()) : json::Value());
  return what;
}

json::Value DecisionEcho(const DecisionSpec& d) {
  if (d.by == DecisionSpec::By::kHealthCheck) return json::Object{{"by", "health-check"}};
  if (d.by == DecisionSpec::By::kPrompt)
    return json::Object{{"by", "prompt"}, {"blind", d.blind}, {"run", d.run.run}};
  return json::Object{{"by", "operator"}, {"reaction_s", d.reaction.seconds()}, {"run", d.run.run}};
}

json::Value FailbackEcho(const Scenario& s) {
  const FailbackSpec::By by = s.failback.by;
  return json::Object{{"by", by == FailbackSpec::By::kHealthCheck ? "health-check"
                             : by == FailbackSpec::By::kOperator  ? "operator"
                             : by == FailbackSpec::By::kPrompt    ? "prompt"
                                                                  : "none"},
                      {"run", s.failback.run.run},
                      {"watch_s", s.failback_watch.seconds()}};
}

std::string_view UseName(WorldSpec::Use use) {
  if (use == WorldSpec::Use::kRunning) return "running";
  return use == WorldSpec::Use::kExternal ? "external" : "own";
}

json::Array Names(const std::vector<std::string>& names) {
  json::Array out;
  for (const std::string& name : names) out.push_back(name);
  return out;
}

json::Value WorkloadEcho(const WorkloadSpec& w) {
  return json::Object{{"seed", static_cast<int64_t>(w.seed)},
                      {"timeout_s", w.timeout.seconds()},
                      {"read_rate", w.read_rate},
                      {"write_rate", w.write_rate},
                      {"create", w.create_percent},
                      {"update", w.update_percent},
                      {"delete", w.delete_percent}};
}

json::Value WindowEcho(const RecoveryRule& r) {
  return json::Object{{"window_s", r.window.seconds()}, {"success", r.success},
                      {"bucket_s", r.bucket.seconds()}, {"bucket_success", r.bucket_success},
                      {"p99_s", r.p99.seconds()},       {"min_samples", r.min_samples}};
}

/// Headers by name only: their values may be secrets.
json::Value TargetEcho(const Scenario& s) {
  json::Object requests, regional;
  for (const auto& [op, form] : s.api.requests)
    requests.Append(std::string(ToString(op)), json::Object{{"method", form.method}});
  for (const auto& [region, url] : s.api.regional) regional.Append(region, url.host);
  json::Array headers;
  for (const auto& [name, value] : s.api.headers) headers.push_back(name);
  return json::Object{{"url", s.target_url},
                      {"table", s.api.item ? json::Value(s.api.item->table) : json::Value()},
                      {"requests", std::move(requests)},
                      {"regional", std::move(regional)},
                      {"headers", std::move(headers)},
                      {"version", s.api.version_in_answer.has_value()}};
}

}  // namespace

json::Value ScenarioEcho(const Scenario& s) {
  json::Array cohorts, faults;
  for (const CohortSpec& cohort : s.cohorts)
    cohorts.push_back(CohortEcho(cohort, s.workload.timeout));
  for (const FaultSpec& fault : s.faults) faults.push_back(FaultEcho(fault));
  json::Object expect;
  for (const auto& [key, limit] : s.expect) expect.Append(key, limit);
  json::Value lag;
  if (s.assumed_lag)
    lag = json::Object{{"p50_s", s.assumed_lag->p50.seconds()},
                       {"max_s", s.assumed_lag->max.seconds()}};
  return json::Object{
      {"name", s.name},
      {"strategy", s.strategy},
      {"digest", s.digest},
      {"regions", Names(s.world.regions)},
      {"primary", s.world.primary},
      {"era", s.world.era},
      {"world", UseName(s.world.use)},
      {"lost_region", s.lost_region()},
      {"survivors", Names(s.survivors())},
      {"objectives",
       json::Object{{"rpo_s", s.rpo.seconds()},
                    {"rto_s", s.rto.seconds()},
                    {"failback_s", s.failback_rto.seconds()},
                    {"bad_s", s.bad ? json::Value(s.bad->seconds()) : json::Value()}}},
      {"max_lag_s", s.max_lag().seconds()},
      {"max_late_s", s.workload.max_late.seconds()},
      {"early_verdict", s.early_verdict},
      {"preflight", s.preflight_reports ? "report" : "stop"},
      {"decision", DecisionEcho(s.decision)},
      {"failback", FailbackEcho(s)},
      {"assumed_lag", std::move(lag)},
      {"target", TargetEcho(s)},
      {"id_source", s.api.ids_from_answers() ? "answer" : "key"},
      {"workload", WorkloadEcho(s.workload)},
      {"cohorts", std::move(cohorts)},
      {"baseline", json::Object{{"for_s", s.baseline.seconds()}, {"success", s.baseline_success}}},
      {"faults", std::move(faults)},
      {"recovered_when", WindowEcho(s.recovered)},
      {"observe_for_s", s.observe_for.seconds()},
      {"failback_watch_s", s.failback_watch.seconds()},
      {"expect", std::move(expect)},
      {"runs", s.runs},
      {"report", json::Object{{"function", s.report.function},
                              {"criticality", s.report.criticality},
                              {"people", s.report.people}}}};
}

}  // namespace lifeboat::drill
