#include "drill/grader/run_report.h"

#include <algorithm>
#include <map>
#include <set>

#include "drill/grader/run_timeline.h"

namespace lifeboat::drill {
namespace {

json::Value Copy(const json::Value* value) { return value == nullptr ? json::Value() : *value; }

json::Value RunIdentity(const RunGrade& g) {
  const RunLine& h = g.facts.header;
  const json::Value& scenario = h.scenario;
  return json::Object{{"id", h.id},
                      {"number", g.facts.run},
                      {"seed", h.seed},
                      {"version", h.lifeboat},
                      {"journal_version", h.version},
                      {"era", scenario.GetString("era")},
                      {"target", Copy(scenario.Find("target"))},
                      {"scenario", scenario.GetString("name")},
                      {"strategy", scenario.GetString("strategy")},
                      {"scenario_digest", scenario.GetString("digest")},
                      {"deployment_digest", h.deployment_digest},
                      {"started_at", h.started_at},
                      {"control", g.facts.rules.control}};
}

json::Value VerdictJson(const RunGrade& g) {
  const Verdict& v = g.verdict;
  std::vector<std::string> reasons = v.missed;
  reasons.insert(reasons.end(), v.inconclusive.begin(), v.inconclusive.end());
  return json::Object{{"status", ToString(v.status)},
                      {"exit_code", v.exit_code},
                      {"rto", ToString(v.rto)},
                      {"rpo", ToString(v.rpo)},
                      {"failback", ToString(v.failback)},
                      {"bad", ToString(v.bad)},
                      {"reasons", TextsJson(reasons)},
                      {"missed", TextsJson(v.missed)},
                      {"inconclusive", TextsJson(v.inconclusive)}};
}

json::Array HostJson(const RunFacts& facts) {
  json::Array out;
  for (const HostLine& line : facts.hosts)
    out.push_back(json::Object{{"phase", line.phase},
                               {"cpu_percent", line.cpu_percent},
                               {"steal_percent", line.steal_percent},
                               {"late_p99_s", line.late_p99_s}});
  return out;
}

json::Value ValidityJson(const RunGrade& g) {
  const Validity& v = g.validity;
  return json::Object{
      {"baseline_ok", v.baseline_ok},
      {"baseline_requests", v.baseline_requests},
      {"baseline_correct", v.baseline_correct},
      {"fault_confirmed", v.fault_confirmed},
      {"generator_late_p99", SecondsJson(v.generator_late_p99)},
      {"samples", v.samples},
      {"rpo_resolution_s", g.first().t0 ? SecondsJson(g.rpo.resolution) : json::Value()},
      {"run", TextsJson(v.run)},
      {"rto", TextsJson(v.rto)},
      {"rpo", TextsJson(v.rpo)},
      {"data", TextsJson(v.data)},
      {"host", HostJson(g.facts)}};
}

json::Value TimelineJson(const RunGrade& g) {
  json::Array out;
  for (const TimelineEntry& entry : BuildTimeline(g)) out.push_back(ToJson(entry));
  return out;
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
    out.push_back(json::Object{{"t", SecondsJson(line.t)},
                               {"server", line.server},
                               {"addresses", TextsJson(line.addresses)},
                               {"regions", TextsJson(line.regions)},
                               {"ttl", line.ttl},
                               {"error", line.error}});
  }
  return out;
}

json::Array HealthJson(const RunFacts& facts) {
  json::Array out;
  for (const HealthLine& line : facts.health)
    out.push_back(json::Object{{"t", SecondsJson(line.t)},
                               {"check", line.check},
                               {"name", line.name},
                               {"region", line.region},
                               {"healthy", line.healthy},
                               {"checkers_healthy", line.checkers_healthy},
                               {"checkers", line.checkers},
                               {"source", "nameserver"}});
  return out;
}

json::Array FaultsJson(const RunGrade& g) {
  json::Array out;
  for (const OutageGrade& outage : g.outages)
    for (const OutageFault& fault : outage.outage.faults)
      out.push_back(json::Object{
          {"index", fault.index},
          {"group", outage.outage.group},
          {"kind", fault.kind},
          {"what", fault.what},
          {"takes_region", fault.takes_region},
          {"region", fault.region.empty() ? json::Value() : fault.region},
          {"asked", SecondsJson(fault.asked)},
          {"in_force", fault.skipped ? json::Value() : SecondsJson(fault.in_force)},
          {"heal_asked", SecondsJson(fault.heal_asked)},
          {"cleared", SecondsJson(fault.cleared)},
          {"confirmed_by", fault.confirmed_by.empty() ? json::Value() : fault.confirmed_by}});
  return out;
}

json::Array PreflightJson(const RunFacts& facts) {
  json::Array out;
  for (const PreflightLine& line : facts.preflights)
    out.push_back(json::Object{{"check", line.check},
                               {"region", line.region.empty() ? json::Value() : line.region},
                               {"ok", line.ok},
                               {"detail", line.detail}});
  return out;
}

json::Array CommandsJson(const RunFacts& facts) {
  json::Array out;
  for (const CommandLine& line : facts.commands)
    if (line.state == "end")
      out.push_back(json::Object{{"t", SecondsJson(line.t)},
                                 {"name", line.name},
                                 {"exit", line.exit ? json::Value(*line.exit) : json::Value()},
                                 {"seconds", line.seconds},
                                 {"output_sha256", line.output_sha256},
                                 {"file", line.file}});
  return out;
}

json::Array DecisionsJson(const RunFacts& facts) {
  json::Array out;
  for (const DecisionLine& line : facts.decisions)
    out.push_back(json::Object{{"t", SecondsJson(line.t)},
                               {"state", line.state},
                               {"by", line.by},
                               {"source", line.source}});
  return out;
}

json::Array ControlsJson(const RunGrade& g) {
  if (g.facts.rules.control == "none") return {};
  return {json::Object{{"name", g.facts.rules.control}, {"behaved", g.verdict.control_behaved}}};
}

std::string Environment(const RunGrade& g) {
  return g.facts.header.scenario.GetString("world") == "external"
             ? "an external world, which the drill did not make"
             : "a rehearsal on one machine, AWS emulated";
}

/// What an auditor asks of a test's scope. Names of people come from a file of the user's alone.
json::Value ScopeJson(const RunGrade& g) {
  const json::Value& scenario = g.facts.header.scenario;
  const auto given = [&](std::string_view key) {
    const json::Value* value = scenario.FindPath({"report", key});
    return value == nullptr || *value == json::Value("") ? json::Value() : *value;
  };
  return json::Object{{"function", given("function")},
                      {"criticality", given("criticality")},
                      {"systems", Copy(scenario.Find("target"))},
                      {"regions", Copy(scenario.Find("regions"))},
                      {"environment", Environment(g)},
                      {"excluded", NotTested(g)}};
}

std::string TestType(const RunGrade& g) {
  if (g.facts.rules.control != "none") return "control";
  return g.outages.front().failback.expected ? "full switchover and failback" : "full switchover";
}

}  // namespace

json::Value SecondsJson(Micros us) { return static_cast<double>(us) / 1e6; }
json::Value SecondsJson(std::optional<Micros> us) { return us ? SecondsJson(*us) : json::Value(); }
json::Value BetweenJson(std::optional<Micros> from, std::optional<Micros> to) {
  return from && to ? SecondsJson(*to - *from) : json::Value();
}
json::Array TextsJson(const std::vector<std::string>& texts) {
  json::Array out;
  for (const std::string& text : texts) out.push_back(text);
  return out;
}

json::Object RunReport(const RunGrade& g) {
  return {{"run", RunIdentity(g)},
          {"assumptions", TextsJson(g.facts.header.assumptions)},
          {"objectives", Copy(g.facts.header.scenario.Find("objectives"))},
          {"verdict", VerdictJson(g)},
          {"validity", ValidityJson(g)},
          {"timeline", TimelineJson(g)},
          {"rto", RtoReport(g)},
          {"rpo", RpoReport(g)},
          {"writes", WritesReport(g)},
          {"reads", ReadsReport(g)},
          {"conflicts", ConflictsReport(g)},
          {"failback", FailbackReport(g.outages.front().failback)},
          {"outages", OutagesReport(g)},
          {"causes", CausesReport(g)},
          {"sustained", SustainedReport(g)},
          {"traffic", TrafficTable(g)},
          {"dns", DnsJson(g.facts)},
          {"health", HealthJson(g.facts)},
          {"faults", FaultsJson(g)},
          {"preflight", PreflightJson(g.facts)},
          {"commands", CommandsJson(g.facts)},
          {"decisions", DecisionsJson(g.facts)},
          {"convergence", ConvergenceReport(g)},
          {"restore", nullptr},
          {"controls", ControlsJson(g)},
          {"findings", Findings(g)},
          {"not_tested", NotTested(g)},
          {"scope", ScopeJson(g)},
          {"test_type", TestType(g)},
          {"people", Copy(g.facts.header.scenario.FindPath({"report", "people"}))},
          {"playbook", nullptr},
          {"deviations", nullptr},
          {"control_plane_calls", nullptr},
          {"trend", nullptr},
          {"sign_off", nullptr}};
}

}  // namespace lifeboat::drill
