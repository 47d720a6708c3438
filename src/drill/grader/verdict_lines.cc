// The lines that end the terminal's output.
#include "base/bytes.h"
#include "base/time.h"
#include "drill/grader/run_report.h"
#include "drill/grader/run_timeline.h"
#include "drill/timeline.h"

namespace lifeboat::drill {
namespace {

double Seconds(Micros us) { return static_cast<double>(us) / 1e6; }

std::string Limit(Micros us) { return FormatDuration(Duration::Micros(us)); }

std::string ClassRto(const RunGrade& g, RequestClass request_class) {
  Micros worst = *g.fault.t0;
  for (const SeriesRecovery& s : g.recovery.series) {
    if (!s.counted || s.request_class != request_class) continue;
    if (!s.good_from) return "never";
    worst = std::max(worst, *s.good_from);
  }
  return fmt::format("{:.1f}s", Seconds(worst - *g.fault.t0));
}

std::string_view MetWord(bool met) { return met ? "MET" : "MISSED"; }

void AddRto(const RunGrade& g, std::vector<std::string>& out) {
  if (!g.fault.t0) return;
  const std::string values = fmt::format("{} writes, {} reads", ClassRto(g, RequestClass::kWrite),
                                         ClassRto(g, RequestClass::kRead));
  out.push_back(fmt::format("RTO       {:<34} <= {}  {}", values, Limit(g.facts.rules.rto_us),
                            MetWord(g.verdict.rto_met)));
  std::string cohorts;
  for (const CohortRule& cohort : g.facts.rules.cohorts) {
    const std::optional<Micros> good = CohortGoodFrom(g.recovery, cohort.name);
    cohorts += fmt::format(" {} {}{}", cohort.name,
                           good ? fmt::format("{:.1f}", Seconds(*good - *g.fault.t0)) : "never",
                           cohort.counted ? "" : " (not counted)");
  }
  out.push_back("  cohort " + cohorts);
  out.push_back(fmt::format("  bad     {} s in all, failback included", g.bad_seconds));
}

void AddRpo(const RunGrade& g, std::vector<std::string>& out) {
  if (!g.rpo_known) {
    out.push_back("RPO       not known: the writes were not audited");
    return;
  }
  const std::string values = fmt::format("{:.1f}s  {} of {} missing", Seconds(g.rpo),
                                         FormatCount(static_cast<int64_t>(g.missing.writes.size())),
                                         FormatCount(g.audit.acked));
  out.push_back(fmt::format("RPO       {:<34} <= {}  {} ({} lag, resolution {:.3g}s)", values,
                            Limit(g.facts.rules.rpo_us), MetWord(g.verdict.rpo_met),
                            g.facts.rules.assumed_lag ? "assumed" : "loopback",
                            g.validity.rpo_resolution_s));
  const Aftermath& a = g.aftermath;
  if (a.known)
    out.push_back(
        fmt::format("  healed  {} late, {} overwritten, {} lost, {} resurrected, {} ghosts, {} "
                    "duplicates",
                    a.late, a.overwritten, a.lost, a.resurrected, a.ghost, a.duplicate));
}

void AddCounts(const RunGrade& g, std::vector<std::string>& out) {
  const Unknowns& u = g.unknowns;
  std::string unsettled = u.unsettled > 0 ? fmt::format(", {} not settled", u.unsettled) : "";
  out.push_back(
      fmt::format("UNKNOWN   {}: {} present, {} absent, {} superseded{} (not counted as "
                  "lost)",
                  u.total(), u.present, u.absent, u.superseded, unsettled));
  const ReadFindings& r = g.reads;
  out.push_back(
      fmt::format("READS     stale {}, read-your-writes broken {}, non-monotonic {}, of "
                  "missing items {}",
                  r.stale, r.read_your_writes, r.non_monotonic, r.missing_item));
}

}  // namespace

std::vector<std::string> VerdictLines(const RunGrade& g) {
  std::vector<std::string> out;
  AddRto(g, out);
  AddRpo(g, out);
  AddCounts(g, out);
  std::string not_tested;
  for (const json::Value& what : NotTested(g))
    not_tested += (not_tested.empty() ? "" : "; ") + what.as_string();
  out.push_back("NOT TESTED " + not_tested);
  for (const std::string& reason : g.verdict.reasons) out.push_back("BECAUSE   " + reason);
  const std::string& control = g.facts.rules.control;
  if (control != "none")
    out.push_back(fmt::format(
        "CONTROL   {} {}", control,
        g.verdict.control_behaved ? "behaved as it must" : "did NOT behave as it must"));
  out.push_back(fmt::format("VERDICT   {} (exit {})", ToUpper(ToString(g.verdict.status)),
                            g.verdict.exit_code));
  return out;
}

}  // namespace lifeboat::drill
