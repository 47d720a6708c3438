#include "drill/grader/run_report.h"

#include <algorithm>
#include <cmath>

#include "drill/grader/run_timeline.h"

namespace lifeboat::drill {
namespace {

/// Seconds, to the microsecond.
json::Value Seconds(Micros us) { return static_cast<double>(us) / 1e6; }
json::Value Seconds(std::optional<Micros> us) { return us ? Seconds(*us) : json::Value(); }
json::Value Between(std::optional<Micros> from, std::optional<Micros> to) {
  return from && to ? Seconds(*to - *from) : json::Value();
}
json::Value Copy(const json::Value* value) { return value == nullptr ? json::Value() : *value; }

json::Value RunIdentity(const RunGrade& g) {
  const RunLine& h = g.facts.header;
  const json::Value* scenario = &h.scenario;
  return json::Object{{"id", h.id},
                      {"number", g.facts.run},
                      {"seed", h.seed},
                      {"version", h.lifeboat},
                      {"era", scenario->GetString("era")},
                      {"target", Copy(scenario->Find("target"))},
                      {"scenario", scenario->GetString("name")},
                      {"strategy", scenario->GetString("strategy")},
                      {"scenario_digest", scenario->GetString("digest")},
                      {"deployment_digest", h.deployment_digest},
                      {"started_at", h.started_at},
                      {"control", g.facts.rules.control}};
}

json::Value VerdictJson(const RunGrade& g) {
  json::Array reasons;
  for (const std::string& reason : g.verdict.reasons) reasons.push_back(reason);
  return json::Object{{"status", ToString(g.verdict.status)},
                      {"exit_code", g.verdict.exit_code},
                      {"reasons", std::move(reasons)}};
}

json::Value ValidityJson(const Validity& v) {
  return json::Object{{"baseline_ok", v.baseline_ok},
                      {"fault_confirmed", v.fault_confirmed},
                      {"generator_late_p99", Seconds(v.generator_late_p99)},
                      {"samples", v.samples},
                      {"rpo_resolution_s", v.rpo_resolution_s}};
}

json::Value TimelineJson(const RunGrade& g) {
  json::Array out;
  for (const TimelineEntry& entry : BuildTimeline(g)) out.push_back(ToJson(entry));
  return out;
}

/// The worst counted series of each class, and of each cohort; null when one never recovered.
json::Value RtoJson(const RunGrade& g) {
  const std::optional<Micros> t0 = g.fault.t0;
  json::Object by_class;
  for (const RequestClass request_class : {RequestClass::kRead, RequestClass::kWrite}) {
    std::optional<Micros> worst = t0;
    for (const SeriesRecovery& s : g.recovery.series)
      if (s.counted && s.request_class == request_class && worst)
        worst = s.good_from ? std::optional(std::max(*worst, *s.good_from)) : std::nullopt;
    by_class.Append(std::string(ToString(request_class)), Between(t0, worst));
  }
  json::Object by_cohort;
  for (const CohortRule& cohort : g.facts.rules.cohorts) {
    json::Object classes{{"counted", cohort.counted},
                         {"s", Between(t0, CohortGoodFrom(g.recovery, cohort.name))}};
    for (const SeriesRecovery& s : g.recovery.series)
      if (s.cohort == cohort.name)
        classes.Append(fmt::format("{}_s", ToString(s.request_class)), Between(t0, s.good_from));
    by_cohort.Append(cohort.name, std::move(classes));
  }
  return json::Object{{"headline_s", Seconds(g.rto())},
                      {"verified_s", Between(t0, g.t5)},
                      {"bad_s", g.bad_seconds},
                      {"phases", json::Object{{"detect_s", Between(t0, g.t1)},
                                              {"decide_s", Between(g.t1, g.t2)},
                                              {"execute_s", Between(g.t2, g.t3)},
                                              {"clients_s", Between(g.t3, g.t4)},
                                              {"verify_s", Between(g.t4, g.t5)}}},
                      {"by_class", std::move(by_class)},
                      {"by_cohort", std::move(by_cohort)}};
}

json::Value RpoJson(const RunGrade& g) {
  json::Value oldest;
  if (!g.missing.writes.empty()) {
    const Write& write = g.missing.writes.front();
    oldest =
        json::Object{{"key", write.key}, {"seq", write.seq}, {"acked_t", Seconds(write.acked)}};
  }
  return json::Object{
      {"seconds", g.rpo_known ? Seconds(g.rpo) : json::Value()},
      {"missing_count", static_cast<int64_t>(g.missing.writes.size())},
      {"missing_keys", static_cast<int64_t>(g.missing.keys.size())},
      {"resolution_s", g.validity.rpo_resolution_s},
      {"assumed_lag", Copy(g.facts.header.scenario.Find("assumed_lag"))},
      {"keys_file", g.missing.writes.empty() ? json::Value() : json::Value(kMissingKeysFile)},
      {"oldest", std::move(oldest)}};
}

json::Value WritesJson(const RunGrade& g) {
  int64_t acked = 0, failed = 0;
  for (const auto& [name, key] : g.history)
    for (const Write& write : key.writes) {
      acked += write.outcome == Outcome::kAcknowledged ? 1 : 0;
      failed += write.outcome == Outcome::kFailed ? 1 : 0;
    }
  const Unknowns& u = g.unknowns;
  const Aftermath& a = g.aftermath;
  return json::Object{{"acked", acked},
                      {"failed", failed},
                      {"audited", g.audit.writes},
                      {"unknown", json::Object{{"total", u.total()},
                                               {"present", u.present},
                                               {"absent", u.absent},
                                               {"superseded", u.superseded},
                                               {"unsettled", u.unsettled}}},
                      {"late", a.late},
                      {"overwritten", a.overwritten},
                      {"lost", a.lost},
                      {"resurrected", a.resurrected},
                      {"ghost", a.ghost},
                      {"duplicate", a.duplicate}};
}

json::Value ReadsJson(const ReadFindings& r) {
  return json::Object{{"stale", r.stale},
                      {"ryw", r.read_your_writes},
                      {"nonmonotonic", r.non_monotonic},
                      {"missing_item", r.missing_item}};
}

/// Only the answers that differ from the one before of the same server.
json::Array DnsJson(const RunFacts& facts) {
  json::Array out;
  std::map<std::string, std::vector<std::string>> before;
  for (const DnsLine& line : facts.dns) {
    std::vector<std::string> now = line.addresses;
    now.push_back(line.error);
    if (const auto it = before.find(line.server); it != before.end() && it->second == now) continue;
    before[line.server] = now;
    json::Array addresses, regions;
    for (const std::string& address : line.addresses) addresses.push_back(address);
    for (const std::string& region : line.regions) regions.push_back(region);
    out.push_back(json::Object{{"t", Seconds(line.t)},
                               {"server", line.server},
                               {"addresses", std::move(addresses)},
                               {"regions", std::move(regions)},
                               {"ttl", line.ttl},
                               {"error", line.error}});
  }
  return out;
}

json::Array HealthJson(const RunFacts& facts) {
  json::Array out;
  for (const HealthLine& line : facts.health)
    out.push_back(json::Object{{"t", Seconds(line.t)},
                               {"check", line.check},
                               {"name", line.name},
                               {"region", line.region},
                               {"healthy", line.healthy},
                               {"checkers_healthy", line.checkers_healthy},
                               {"checkers", line.checkers},
                               {"source", "nameserver"}});
  return out;
}

json::Array FaultsJson(const RunFacts& facts) {
  json::Array out;
  std::set<int64_t> indexes;
  for (const FaultLine& line : facts.faults) indexes.insert(line.index);
  for (const int64_t index : indexes) {
    const auto time_of = [&](std::string_view state) {
      const FaultLine* line = facts.FindFault(index, state);
      return line == nullptr ? json::Value() : Seconds(line->t);
    };
    json::Value what;
    for (const FaultLine& line : facts.faults)
      if (line.index == index && what.is_null()) what = line.what;
    out.push_back(json::Object{{"what", std::move(what)},
                               {"asked", time_of("asked")},
                               {"in_force", time_of("in-force")},
                               {"cleared", time_of("cleared")}});
  }
  return out;
}

json::Value ConvergenceJson(const RunGrade& g) {
  json::Object digests;
  for (const ConvergenceLine& line : g.facts.convergence)
    if (line.last)
      for (const auto& [region, digest] : line.digests) digests.Set(region, digest);
  return json::Object{{"equal", g.digests_equal},
                      {"seconds_after_heal", Between(g.fault.healed, g.converged)},
                      {"digests", std::move(digests)}};
}

json::Array ControlsJson(const RunGrade& g) {
  if (g.facts.rules.control == "none") return {};
  return {json::Object{{"name", g.facts.rules.control}, {"behaved", g.verdict.control_behaved}}};
}

json::Array Assumptions(const RunGrade& g) {
  json::Array out;
  for (const std::string& line : g.facts.header.assumptions) out.push_back(line);
  return out;
}

}  // namespace

json::Object RunReport(const RunGrade& g) {
  return {{"run", RunIdentity(g)},
          {"assumptions", Assumptions(g)},
          {"objectives", Copy(g.facts.header.scenario.Find("objectives"))},
          {"verdict", VerdictJson(g)},
          {"validity", ValidityJson(g.validity)},
          {"timeline", TimelineJson(g)},
          {"rto", RtoJson(g)},
          {"rpo", RpoJson(g)},
          {"writes", WritesJson(g)},
          {"reads", ReadsJson(g.reads)},
          {"traffic", TrafficTable(g)},
          {"dns", DnsJson(g.facts)},
          {"health", HealthJson(g.facts)},
          {"faults", FaultsJson(g.facts)},
          {"failback", json::Object{{"observed_t", Seconds(g.failback)},
                                    {"seconds_after_heal", Between(g.fault.healed, g.failback)}}},
          {"convergence", ConvergenceJson(g)},
          {"controls", ControlsJson(g)},
          {"findings", Findings(g)},
          {"not_tested", NotTested(g)}};
}

std::string MissingWritesCsv(const RunGrade& g) {
  std::string out = "key,seq,op,cohort,acked_s\n";
  for (const Write& w : g.missing.writes)
    out += fmt::format("{},{},{},{},{:.6f}\n", w.key, w.seq, ToString(w.op), w.cohort,
                       static_cast<double>(w.acked) / 1e6);
  return out;
}

}  // namespace lifeboat::drill
