// report.json's `findings`: what an engineer should look at, each with its evidence and a remedy;
// and `not_tested`.
#include "drill/grader/run_report.h"
#include "drill/grader/run_timeline.h"

namespace lifeboat::drill {
namespace {

void Add(json::Array& out, std::string_view id, std::string_view severity, std::string evidence,
         std::string_view remedy) {
  out.push_back(json::Object{
      {"id", id}, {"severity", severity}, {"evidence", std::move(evidence)}, {"remedy", remedy}});
}

void FindInClients(const RunGrade& g, json::Array& out) {
  for (const std::string& cohort : NeverRecovered(g.facts.rules, g.recovery))
    if (g.fault.t0)
      Add(out, "client-never-recovered", g.facts.rules.Counted(cohort) ? "high" : "medium",
          fmt::format("cohort {} had no lasting good window before the heal", cohort),
          "Let clients ask DNS again: bound the resolver's cache and the age of connections.");
  if (g.t3 && g.t4 && g.fault.t0 && (*g.t4 - *g.t3) > (*g.t3 - *g.fault.t0))
    Add(out, "clients-are-the-slowest-part", "medium",
        fmt::format("{:.1f}s of {:.1f}s passed after DNS had answered the standby",
                    static_cast<double>(*g.t4 - *g.t3) / 1e6,
                    static_cast<double>(*g.t4 - *g.fault.t0) / 1e6),
        "Lower the record's TTL and what clients add to it; close connections on errors.");
}

void FindInData(const RunGrade& g, json::Array& out) {
  const Aftermath& a = g.aftermath;
  if (!g.missing.writes.empty())
    Add(out, "acknowledged-writes-missing", "high",
        fmt::format("{} acknowledged writes of {} keys were missing on the survivor ({})",
                    g.missing.writes.size(), g.missing.keys.size(), kMissingKeysFile),
        "Asynchronous replication loses what it has not sent: state it as the RPO, or replicate "
        "synchronously.");
  if (a.overwritten > 0)
    Add(out, "overwritten", "medium",
        fmt::format("{} missing writes lost to later ones of the same key", a.overwritten),
        "Use conditional writes, or merge instead of replacing.");
  if (a.lost > 0)
    Add(out, "lost-for-good", "high",
        fmt::format("{} missing writes did not come back with the region", a.lost),
        "Look at the durability of the lost region's disk and at the replication backlog.");
  if (a.resurrected > 0)
    Add(out, "resurrected", "high",
        fmt::format("{} deleted items are visible, first {}", a.resurrected,
                    a.resurrected_keys.front()),
        "Mark items as deleted instead of deleting them, and purge later.");
  if (a.duplicate > 0)
    Add(out, "duplicates", "high", fmt::format("{} items hold a write a second time", a.duplicate),
        "Let the client choose the id, or keep an idempotency key with the item.");
  if (a.ghost > 0)
    Add(out, "ghosts", "medium",
        fmt::format("{} writes took effect although the client was told that they failed, first {}",
                    a.ghost, a.ghost_keys.front()),
        "Answer an error only when nothing was written; make retries idempotent.");
}

void FindInReads(const RunGrade& g, json::Array& out) {
  if (g.reads.stale > 0)
    Add(out, "stale-reads", "medium",
        fmt::format("{} reads found less than had been acknowledged before, {} of them the "
                    "reader's own writes",
                    g.reads.stale, g.reads.read_your_writes),
        "Hold the failback until replication has caught up.");
  if (!g.audit.disagreeing.empty())
    Add(out, "api-and-table-differ", "high",
        fmt::format("{} keys looked different through the API and in the table, first {}",
                    g.audit.disagreeing.size(), g.audit.disagreeing.front()),
        "Check which table, region and consistency the functions read with.");
  if (g.aftermath.known && !g.digests_equal)
    Add(out, "not-converged", "high", "the regions' contents still differ at the end",
        "Look at the replication backlog and its errors.");
}

}  // namespace

json::Array Findings(const RunGrade& g) {
  json::Array out;
  FindInClients(g, out);
  FindInData(g, out);
  FindInReads(g, out);
  return out;
}

json::Array NotTested(const RunGrade& g) {
  json::Array out{"quotas and throttling", "IAM permissions"};
  out.push_back(g.facts.rules.assumed_lag ? "real AWS replication lag (assumed and injected)"
                                          : "real AWS replication lag (loopback has milliseconds)");
  out.push_back("public DNS resolvers between the clients and the name servers");
  return out;
}

}  // namespace lifeboat::drill
