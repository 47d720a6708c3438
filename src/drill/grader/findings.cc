// report.json's `findings`: what an engineer should look at, each with its
// evidence and a remedy; and `not_tested`.
#include "drill/grader/run_report.h"
#include "drill/grader/run_timeline.h"

namespace lifeboat::drill {
namespace {

void Add(json::Array& out, std::string_view id, std::string_view severity, std::string evidence,
         std::string_view remedy) {
  out.push_back(json::Object{{"id", id},
                             {"severity", severity},
                             {"evidence", std::move(evidence)},
                             {"remedy", remedy},
                             {"owner", nullptr},
                             {"due", nullptr},
                             {"retest", nullptr}});
}

double Seconds(Micros us) { return static_cast<double>(us) / 1e6; }

void FindInClients(const RunGrade& g, json::Array& out) {
  const OutageGrade& first = g.outages.front();
  const Outage& outage = first.outage;
  if (!outage.t0) return;
  for (const std::string& cohort : NeverRecovered(g.facts.rules, first.recovery))
    Add(out, "client-never-recovered", Contains(g.counted, cohort) ? "high" : "medium",
        fmt::format("cohort {} had no lasting good window", cohort),
        "Let clients ask DNS again: bound the resolver's cache and the age of "
        "connections.");
  for (const Exposure& one : g.exposure)
    if (!one.exposed && g.facts.rules.Counted(one.cohort))
      Add(out, "cohort-not-exposed", "medium",
          fmt::format("{} had {:.0f} % of its answers from {}: not counted", one.cohort,
                      100 * one.share(), outage.region),
          "Drill the region that serves these clients.");
  if (outage.t3 && first.t4 && *first.t4 - *outage.t3 > *outage.t3 - *outage.t0)
    Add(out, "clients-are-the-slowest-part", "medium",
        fmt::format("{:.1f}s of {:.1f}s passed after DNS had answered the standby",
                    Seconds(*first.t4 - *outage.t3), Seconds(*first.t4 - *outage.t0)),
        "Lower the record's TTL and what clients add to it; close connections "
        "on errors.");
}

void FindInOutages(const RunGrade& g, json::Array& out) {
  for (const OutageGrade& one : g.outages) {
    const Outage& outage = one.outage;
    if (one.recovered_by == "heal" && g.facts.rules.control == "none")
      Add(out, "failover-not-tested", "high",
          "the clients recovered because the region came back, not by the "
          "failover",
          "Let the fault last longer than detection, decision and execution "
          "take.");
    if (outage.detected_after_heal)
      Add(out, "failover-after-the-heal", "high",
          fmt::format("the check of {} turned red after the region had been "
                      "healed; {} bad seconds "
                      "in all",
                      outage.region, WorstBadSeconds(one.bad)),
          "Detect faster, or hold the decision while the region is coming "
          "back.");
    for (const Relapse& relapse : one.relapses)
      Add(out, "relapse", "high",
          fmt::format("{} of cohort {} were served badly again for {:.1f}s ({})",
                      ToString(relapse.request_class), relapse.cohort,
                      Seconds(relapse.to - relapse.from), relapse.cause),
          "Look at what changed then: the failback, the capacity of the "
          "standby, or the checks.");
    for (const std::string& server : outage.dead_servers)
      Add(out, "name-server-dead", "medium",
          fmt::format("{} answered nothing between T0 and the heal", server),
          "Clients lose time on it; keep name servers outside of the region "
          "that fails.");
    if (one.failback.expected && !one.failback.t6)
      Add(out, "failback-never-good", "high", one.failback.waits_for,
          "Rehearse the way back: capacity, configuration and data of the "
          "region that returns.");
  }
}

void FindInData(const RunGrade& g, json::Array& out) {
  const Aftermath& a = g.aftermath;
  if (!g.missing.writes.empty())
    Add(out, "acknowledged-writes-missing", "high",
        fmt::format("{} acknowledged writes of {} keys were missing on the "
                    "survivor ({})",
                    g.missing.writes.size(), g.missing.keys.size(), kMissingKeysFile),
        "Asynchronous replication loses what it has not sent: state it as the "
        "RPO, or replicate "
        "synchronously.");
  if (!g.survivor_missing.writes.empty())
    Add(out, "survivor-lost-writes", "high",
        fmt::format("{} writes that a survivor had acknowledged were not found "
                    "there, first {}",
                    g.survivor_missing.writes.size(), g.survivor_missing.writes.front().key),
        "Look at the durability of the standby's own writes.");
  if (a.overwritten > 0)
    Add(out, "overwritten", "medium",
        fmt::format("{} missing writes lost to later ones that another region took", a.overwritten),
        "Use conditional writes, or merge instead of replacing.");
  if (a.lost + a.lost_within_rpo > 0)
    Add(out, "lost-for-good", "high",
        fmt::format("{} acknowledged writes are not in every region at the "
                    "end, {} of them were "
                    "not missing at the audit",
                    a.lost + a.lost_within_rpo, a.lost),
        "Look at the durability of the lost region's disk and at the "
        "replication backlog.");
  if (a.resurrected > 0)
    Add(out, "resurrected", "high",
        fmt::format("{} deleted items are visible, first {}", a.resurrected,
                    a.resurrected_keys.front()),
        "Mark items as deleted instead of deleting them, and purge later.");
  if (a.duplicate > 0)
    Add(out, "duplicates", "high", fmt::format("{} items hold a write a second time", a.duplicate),
        "Let the client choose the id, or keep an idempotency key with the "
        "item.");
  if (a.ghost > 0)
    Add(out, "ghosts", "medium",
        fmt::format("{} writes took effect although the client was told that "
                    "they failed, first {}",
                    a.ghost, a.ghost_keys.front()),
        "Answer an error only when nothing was written; make retries "
        "idempotent.");
}

void FindInConflicts(const RunGrade& g, json::Array& out) {
  const Conflicts& c = g.conflicts;
  if (c.overtaken > 0)
    Add(out, "conflicting-writes-overtaken", "medium",
        fmt::format("{} acknowledged writes of shared keys gave way to another "
                    "region's",
                    c.overtaken),
        "Last writer wins: use conditional writes, counters that merge, or one "
        "writing region.");
  if (c.lost > 0 || c.lost_increments > 0)
    Add(out, "conflicts-lost-writes", "high",
        fmt::format("{} shared keys end with nobody's last write, {} "
                    "increments are lost",
                    c.lost, c.lost_increments),
        "Let one region write a counter, or keep one counter a region and add "
        "them up.");
}

void FindInReads(const RunGrade& g, json::Array& out) {
  if (g.reads.stale > 0)
    Add(out, "stale-reads", "medium",
        fmt::format("{} reads found less than had been acknowledged before, {} "
                    "of them the "
                    "reader's own writes",
                    g.reads.stale, g.reads.read_your_writes),
        "Hold the failback until replication has caught up.");
  if (g.reads.wrong_content > 0 || !g.audit.wrong_content.empty())
    Add(out, "wrong-content", "high",
        fmt::format("{} reads and {} audited keys held other content than was written",
                    g.reads.wrong_content, g.audit.wrong_content.size()),
        "Compare the item's fields in all regions; look for partial or mixed "
        "updates.");
  if (!g.audit.disagreeing.empty())
    Add(out, "api-and-table-differ", "high",
        fmt::format("{} keys looked different through the API and in the "
                    "table, first {}",
                    g.audit.disagreeing.size(), g.audit.disagreeing.front()),
        "Check which table, region and consistency the functions read with.");
  if (g.aftermath.known && !g.digests_equal)
    Add(out, "not-converged", "high", "the regions' contents still differ at the end",
        "Look at the replication backlog and its errors.");
}

void FindInDecisions(const RunGrade& g, json::Array& out) {
  for (const DecisionLine& line : g.facts.decisions) {
    if (line.state != "false-alarm") continue;
    Add(out, "false-alarm", "medium",
        fmt::format("{} decided to fail over at {:.1f} s, when no fault was in force", line.by,
                    Seconds(line.t)),
        "Say by which signals, and for how long, the decision is made.");
  }
}

void FindInChecks(const RunGrade& g, json::Array& out) {
  for (const PreflightLine& line : g.facts.preflights)
    if (!line.ok)
      Add(out, "preflight", "high",
          fmt::format("{}{}{}: {}", line.check, line.region.empty() ? "" : " in ", line.region,
                      line.detail),
          "Mend it before the next drill: the standby was not ready before the "
          "fault.");
  const Sustained& s = g.sustained;
  if (s.measured && s.requests > 0 && s.failed * 100 > s.requests)
    Add(out, "standby-does-not-carry-the-load", "high",
        fmt::format("{} of {} requests failed under the whole load, {} throttled", s.failed,
                    s.requests, s.throttled),
        "Raise the standby's limits and capacity to the primary's.");
}

}  // namespace

json::Array Findings(const RunGrade& g) {
  json::Array out;
  FindInClients(g, out);
  FindInOutages(g, out);
  FindInData(g, out);
  FindInConflicts(g, out);
  FindInReads(g, out);
  FindInDecisions(g, out);
  FindInChecks(g, out);
  return out;
}

std::string LagNote(const RunGrade& g) {
  std::string note;
  for (const OutageFault& fault : g.first().faults)
    if (fault.in_force && !fault.takes_region &&
        (fault.kind == "replication-pause" || fault.kind == "replication-lag" ||
         fault.kind == "cut"))
      note += fmt::format("{}replication {} by fault {}", note.empty() ? "" : ", ",
                          fault.kind == "replication-pause" ? "paused"
                          : fault.kind == "cut"             ? "cut"
                                                            : "delayed",
                          fault.index + 1);
  if (g.facts.rules.assumed_lag) note += fmt::format("{}assumed lag", note.empty() ? "" : ", ");
  if (!note.empty()) return note;
  return g.facts.header.scenario.GetString("world") == "external" ? "the world's own lag"
                                                                  : "loopback lag";
}

json::Array NotTested(const RunGrade& g) {
  json::Array out{"quotas and throttling", "IAM permissions"};
  const std::string note = LagNote(g);
  out.push_back(fmt::format("real AWS replication lag ({})",
                            note == "loopback lag"  ? "loopback has milliseconds"
                            : note == "assumed lag" ? "assumed and injected"
                                                    : note));
  out.push_back("public DNS resolvers between the clients and the name servers");
  return out;
}

}  // namespace lifeboat::drill
