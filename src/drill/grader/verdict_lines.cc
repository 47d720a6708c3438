// The lines that end the terminal's output.
#include <algorithm>

#include "base/bytes.h"
#include "base/time.h"
#include "drill/grader/run_report.h"
#include "drill/grader/run_timeline.h"
#include "drill/grader/sanity.h"
#include "drill/timeline.h"

namespace lifeboat::drill {
namespace {

using Lines = std::vector<std::string>;

double Seconds(Micros us) { return static_cast<double>(us) / 1e6; }

std::string Limit(Micros us) { return FormatDuration(Duration::Micros(us)); }

std::string_view Word(Answer answer) {
  return answer == Answer::kMet ? "MET" : answer == Answer::kMissed ? "MISSED" : "?";
}

std::string Short(std::optional<Micros> us, std::string_view none = "never") {
  return us ? fmt::format("{:.1f}", Seconds(*us)) : std::string(none);
}

std::string ClassRto(const OutageGrade& outage, RequestClass request_class) {
  Micros worst = *outage.outage.t0;
  for (const SeriesRecovery& s : outage.recovery.series) {
    if (!s.counted || s.request_class != request_class) continue;
    if (!s.good_from) return "never";
    worst = std::max(worst, *s.good_from);
  }
  return fmt::format("{:.1f}s", Seconds(worst - *outage.outage.t0));
}

std::string SpreadOf(const Spread& spread) {
  if (spread.runs <= 1) return "n = 1, no spread";
  if (spread.rto.empty()) return fmt::format("n = {}: never", spread.runs);
  return fmt::format("n = {}: {:.1f}, {:.1f}, {:.1f}{}", spread.runs, Seconds(spread.rto.front()),
                     Seconds(Median(spread.rto)), Seconds(spread.rto.back()),
                     static_cast<int64_t>(spread.rto.size()) < spread.runs ? ", never" : "");
}

std::string CohortText(const RunGrade& g, const CohortRule& cohort) {
  const OutageGrade& first = g.outages.front();
  const std::optional<Micros> good = CohortGoodFrom(first.recovery, cohort.name);
  std::string text =
      fmt::format("{} {}", cohort.name,
                  good ? Short(std::optional<Micros>(*good - *first.outage.t0)) : "never");
  for (const Exposure& e : g.exposure)
    if (e.cohort == cohort.name && !e.exposed) text += " (not exposed)";
  for (const ClientRecovery& c : g.clients)
    if (c.cohort == cohort.name && c.clients > 1)
      text += fmt::format(" (clients p50 {}, p90 {}, {}max {})", Short(c.p50), Short(c.p90),
                          c.p99 ? fmt::format("p99 {}, ", Short(c.p99)) : "", Short(c.max));
  return text + (cohort.counted ? "" : " (not counted)");
}

void AddRto(const RunGrade& g, const Spread& spread, Lines& out) {
  const OutageGrade& first = g.outages.front();
  if (!first.outage.t0) return;
  const std::string values =
      fmt::format("{} writes, {} reads", ClassRto(first, RequestClass::kWrite),
                  ClassRto(first, RequestClass::kRead));
  const Rules& rules = g.facts.rules;
  const std::optional<Micros> worst = WorstOfAll(g);
  out.push_back(fmt::format(
      "RTO       {:<34} <= {}{}  {}   ({}{})", values, Limit(RtoLimit(rules)),
      RtoLimit(rules) < rules.rto_us ? " (observe_for)" : "", Word(g.verdict.rto),
      worst ? fmt::format("worst by rule {:.1f}; ", Seconds(*worst)) : "", SpreadOf(spread)));
  std::string cohorts;
  for (const CohortRule& cohort : rules.cohorts)
    cohorts += (cohorts.empty() ? "" : " | ") + CohortText(g, cohort);
  out.push_back("  cohort  " + cohorts);
  int64_t failed = 0, scheduled = 0;
  for (const BadSeconds& b : first.bad) {
    failed += b.counted ? b.failed : 0;
    scheduled += b.counted ? b.scheduled : 0;
  }
  out.push_back(
      fmt::format("  bad     {} s of the worst class and cohort, {} "
                  "of {} requests, failback included",
                  WorstBadSeconds(first.bad), FormatCount(failed), FormatCount(scheduled)));
  if (!first.recovered_by.empty() && first.recovered_by != "failover")
    out.push_back("  by      recovered by " +
                  std::string(first.recovered_by == "heal" ? "the heal" : "the clients alone"));
}

void AddFurtherOutages(const RunGrade& g, Lines& out) {
  for (size_t i = 1; i < g.outages.size(); ++i) {
    const OutageGrade& one = g.outages[i];
    out.push_back(fmt::format("OUTAGE {}  RTO {}s, failback {}s, {} s bad", one.outage.group + 1,
                              Short(one.rto()), Short(one.failback.rto()),
                              WorstBadSeconds(one.bad)));
  }
}

void AddRpo(const RunGrade& g, Lines& out) {
  if (!g.first().t0 || !g.audit.ended) {
    out.push_back("RPO       ?  the writes were not audited");
    return;
  }
  const std::string values = fmt::format(
      "{}{:.1f}s  {} of {} missing", g.rpo.lower_bound ? "at least " : "", Seconds(g.rpo.seconds),
      FormatCount(static_cast<int64_t>(g.missing.writes.size())), FormatCount(g.audit.acked));
  out.push_back(fmt::format("RPO       {:<34} <= {}  {}   ({}, resolution {:.3g}s)", values,
                            Limit(g.facts.rules.rpo_us), Word(g.verdict.rpo), LagNote(g),
                            Seconds(g.rpo.resolution)));
}

void AddLosses(const RunGrade& g, Lines& out) {
  const Aftermath& a = g.aftermath;
  const size_t survivors = g.survivor_missing.writes.size();
  if (!a.known) {
    out.push_back(fmt::format("LOST      ?  survivor missing {}", survivors));
    return;
  }
  out.push_back(
      fmt::format("LOST      {}  within RPO {}, survivor missing {}, "
                  "late {}, overwritten {}, "
                  "resurrected {}, ghosts {}, duplicates {}",
                  a.lost, a.lost_within_rpo, survivors, a.late, a.overwritten, a.resurrected,
                  a.ghost, a.duplicate));
  const Conflicts& c = g.conflicts;
  if (!c.keys.empty())
    out.push_back(
        fmt::format("CONFLICTS {} shared keys: overtaken {}, "
                    "nobody's last write {}, lost increments {}",
                    c.keys.size(), c.overtaken, c.lost, c.lost_increments));
}

void AddFailback(const RunGrade& g, Lines& out) {
  const Failback& f = g.outages.front().failback;
  if (!f.begin) return;
  if (!f.t6) {
    out.push_back(fmt::format("FAILBACK  never: {}  {}", f.waits_for, Word(g.verdict.failback)));
    return;
  }
  std::string lacking = "every write there at first";
  if (f.lacking > 0)
    lacking = fmt::format("{} writes not yet there at first, oldest {:.1f}s", f.lacking,
                          Seconds(f.lacking_age));
  const auto& limit = g.facts.rules.failback_us;
  out.push_back(fmt::format(
      "FAILBACK  {:.1f}s  {} s bad, {}{}  {}", Seconds(*f.rto()), f.bad_seconds, lacking,
      limit ? fmt::format("  <= {}", Limit(*limit)) : "", Word(g.verdict.failback)));
}

/// The commonest cause of each class, with the next two.
void AddCauses(const RunGrade& g, Lines& out) {
  constexpr int kShown = 3;
  std::string text;
  for (const RequestClass request_class : {RequestClass::kWrite, RequestClass::kRead}) {
    std::string causes;
    int shown = 0;
    for (const Cause& cause : g.causes) {
      if (ClassOf(cause.op) != request_class || shown == kShown) continue;
      ++shown;
      causes += (causes.empty() ? "" : ", ") + Describe(cause);
    }
    if (!causes.empty())
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", ToString(request_class), causes);
  }
  if (!text.empty()) out.push_back("CAUSES    " + text);
}

void AddCounts(const RunGrade& g, Lines& out) {
  const Unknowns& u = g.unknowns;
  const std::string unsettled = u.unsettled > 0 ? fmt::format(", {} not settled", u.unsettled) : "";
  out.push_back(
      fmt::format("UNKNOWN   {}: {} present, {} absent, {} "
                  "superseded{} (not counted as lost)",
                  u.total(), u.present, u.absent, u.superseded, unsettled));
  const ReadFindings& r = g.reads;
  out.push_back(
      fmt::format("READS     stale {}, read-your-writes broken {}, non-monotonic {}, of "
                  "missing items {}, wrong content {}",
                  r.stale, r.read_your_writes, r.non_monotonic, r.missing_item, r.wrong_content));
}

void AddFindings(const RunGrade& g, Lines& out) {
  std::string not_tested;
  for (const json::Value& finding : Findings(g))
    out.push_back(fmt::format("FINDINGS  {:<6} {}", finding.GetString("severity"),
                              finding.GetString("evidence")));
  for (const json::Value& what : NotTested(g))
    not_tested += (not_tested.empty() ? "" : "; ") + what.as_string();
  out.push_back("NOT TESTED " + not_tested);
}

/// `CONTROL no-recovery: came out missed, as it must (exit 0)`, or the verdict.
std::string LastLine(const RunGrade& g) {
  const Verdict& v = g.verdict;
  const std::string& control = g.facts.rules.control;
  if (control == "none" || v.status == VerdictStatus::kInconclusive)
    return fmt::format("VERDICT   {} (exit {})", ToUpper(ToString(v.status)), v.exit_code);
  return fmt::format("CONTROL   {}: came out {}, as it must{} (exit {})", control,
                     ToString(v.status), v.control_behaved ? "" : " not", v.exit_code);
}

}  // namespace

Micros Median(const std::vector<Micros>& sorted) {
  return sorted.empty() ? 0 : sorted[(sorted.size() - 1) / 2];
}

std::vector<std::string> RtoAndRpoLines(const RunGrade& g, const Spread& spread) {
  Lines out;
  AddRto(g, spread, out);
  AddFurtherOutages(g, out);
  AddRpo(g, out);
  return out;
}

std::vector<std::string> VerdictLines(const RunGrade& g, const Spread& spread,
                                      const Integrity& integrity) {
  Lines out = RtoAndRpoLines(g, spread);
  AddLosses(g, out);
  AddFailback(g, out);
  AddCauses(g, out);
  AddCounts(g, out);
  AddFindings(g, out);
  for (const std::string& reason : g.verdict.missed) out.push_back("MISSED    " + reason);
  for (const std::string& reason : g.verdict.inconclusive) out.push_back("UNCLEAR   " + reason);
  out.push_back(fmt::format("{}   chain {}, {}", LastLine(g), ShortChain(integrity.chain),
                            integrity.chained ? "unsigned" : "not noted in the journal"));
  return out;
}

}  // namespace lifeboat::drill
