#include "drill/grader/validity.h"

#include <algorithm>

#include "drill/grader/run_grade.h"
#include "drill/timeline.h"

namespace lifeboat::drill {
namespace {

double Seconds(Micros us) { return static_cast<double>(us) / 1e6; }

/// The commonest thing that went wrong before the fault; empty when nothing
/// did.
std::string Commonest(const RunGrade& g) {
  for (const Cause& cause : g.causes)
    if (cause.when == "before" || cause.when == "seed") return "; commonest " + Describe(cause);
  return "";
}

void CheckBaseline(const RunGrade& g, Validity& out) {
  const std::optional<Micros> from = g.facts.PhaseStart("baseline");
  const std::optional<Micros> to = g.facts.PhaseStart("fault");
  if (from)
    for (const Request& r : g.requests) {
      if (r.scheduled < *from || (to && r.scheduled >= *to)) continue;
      ++out.baseline_requests;
      out.baseline_correct += r.correct ? 1 : 0;
    }
  const double all = static_cast<double>(out.baseline_requests);
  const bool good = out.baseline_requests > 0 && static_cast<double>(out.baseline_correct) >=
                                                     g.facts.rules.baseline_success * all - 1e-9;
  out.baseline_ok = from && to && good;
  if (from && out.baseline_requests > 0 && !good)
    out.run.push_back(fmt::format(
        "bad baseline: {} of {} requests correct ({:.2f} %), {:g} % asked{}", out.baseline_correct,
        out.baseline_requests, 100 * static_cast<double>(out.baseline_correct) / all,
        g.facts.rules.baseline_success * 100, Commonest(g)));
  else if (!out.baseline_ok)
    out.run.push_back("the baseline was not completed" + Commonest(g));
}

void CheckFault(const RunGrade& g, Validity& out) {
  out.fault_confirmed = g.first().confirmed;
  for (const OutageGrade& outage : g.outages)
    if (!outage.outage.confirmed) out.run.push_back(outage.outage.failure);
  if (!g.first().t0 || g.first().t0_source == "control") return;
  if (!g.counted.empty()) return;
  std::string shares;
  for (const Exposure& one : g.exposure)
    shares +=
        fmt::format("{}{} {:.0f} %", shares.empty() ? "" : ", ", one.cohort, 100 * one.share());
  out.run.push_back(
      fmt::format("nobody was exposed: {} answered {} in the last window before the "
                  "fault, {:.0f} % asked",
                  g.first().region, shares, 100 * ExposedFrom(g.facts.rules)));
}

void CheckSamples(const RunGrade& g, Validity& out) {
  const OutageGrade& outage = g.outages.front();
  const Micros span = outage.outage.until - outage.outage.t0.value_or(0);
  for (const SeriesRecovery& series : outage.recovery.series) {
    if (!series.counted) continue;
    out.samples += series.samples;
    if (series.judged > 0) continue;
    const double in_window = span <= 0 ? 0
                                       : static_cast<double>(series.samples) *
                                             Seconds(g.facts.rules.window.window) / Seconds(span);
    out.rto.push_back(
        fmt::format("too few samples: about {:.0f} {} requests "
                    "of cohort {} in a window, {} asked",
                    in_window, ToString(series.request_class), series.cohort,
                    g.facts.rules.window.min_samples));
  }
}

void CheckGenerator(const RunGrade& g, Validity& out) {
  out.generator_late_p99 = GeneratorLateP99(g.requests);
  if (out.generator_late_p99 > g.facts.rules.max_late_us)
    out.rto.push_back(
        fmt::format("the generator was late by {:.3f}s (p99), {:g}s at most: this machine "
                    "is too slow for the "
                    "scenario's rates",
                    Seconds(out.generator_late_p99), Seconds(g.facts.rules.max_late_us)));
  for (const std::string& cohort : g.beyond_worst)
    out.rto.push_back(
        fmt::format("cohort {} still went to {} after the worst by rule: the "
                    "instrument did not keep its own "
                    "rules",
                    cohort, g.first().region));
}

void CheckAudit(const RunGrade& g, Validity& out) {
  if (!g.first().t0) return;
  if (!g.audit.ended) {
    out.rpo.push_back("the writes were not audited");
    return;
  }
  const auto heal = g.first().heal_asked;
  if (heal && *g.audit.end > *heal)
    out.rpo.push_back("RPO not measurable: the region was healed before the audit had ended");
  if (g.audit.unaudited > 0)
    out.rpo.push_back(
        fmt::format("{} keys could not be audited on every survivor", g.audit.unaudited));
  if (g.rpo.lower_bound && g.rpo.seconds <= g.facts.rules.rpo_us)
    out.rpo.push_back(
        fmt::format("RPO is at least {:.1f}s: the oldest missing "
                    "write is among the first ones, so the "
                    "baseline was too short to see more",
                    Seconds(g.rpo.seconds)));
}

void CheckEnd(const RunGrade& g, Validity& out) {
  if (g.facts.end() == nullptr) {
    out.data.push_back("the run did not end");
  } else if (g.facts.end()->reason != "complete") {
    const EndLine& end = *g.facts.end();
    out.data.push_back(fmt::format("the run ended early: {}{}{}", end.reason,
                                   end.error.empty() ? "" : ": ", end.error));
  } else if (g.first().t0 && !g.aftermath.known) {
    out.data.push_back(g.aftermath.unknown);
  }
  if (g.conflicts.unknown_keys > 0)
    out.data.push_back(
        fmt::format("the final value of {} shared keys is not known", g.conflicts.unknown_keys));
}

}  // namespace

std::vector<std::string> Validity::All() const {
  std::vector<std::string> all;
  for (const auto* one : {&run, &rto, &rpo, &data}) all.insert(all.end(), one->begin(), one->end());
  return all;
}

Micros GeneratorLateP99(const std::vector<Request>& requests) {
  std::vector<Micros> late;
  for (const Request& r : requests) late.push_back(r.sent - r.scheduled);
  if (late.empty()) return 0;
  const size_t rank = (late.size() * 99 + 99) / 100;
  std::nth_element(late.begin(), late.begin() + static_cast<std::ptrdiff_t>(rank - 1), late.end());
  return late[rank - 1];
}

Validity CheckValidity(const RunGrade& g) {
  Validity out;
  for (const std::string& contradiction : g.contradictions)
    out.run.push_back("the journal can't be believed: " + contradiction);
  CheckBaseline(g, out);
  if (out.baseline_ok || g.first().t0) CheckFault(g, out);
  if (g.first().t0) CheckSamples(g, out);
  CheckGenerator(g, out);
  CheckAudit(g, out);
  CheckEnd(g, out);
  return out;
}

}  // namespace lifeboat::drill
