#include "drill/grader/validity.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

void CheckBaseline(const RunFacts& facts, const std::vector<Request>& requests, Validity& out) {
  const std::optional<Micros> from = facts.PhaseStart("baseline");
  const std::optional<Micros> to = facts.PhaseStart("fault");
  if (!from || !to) {
    out.objections.push_back("the baseline was not completed");
    return;
  }
  for (const Request& r : requests) {
    if (r.scheduled < *from || r.scheduled >= *to) continue;
    ++out.baseline_requests;
    out.baseline_correct += r.correct ? 1 : 0;
  }
  const double all = static_cast<double>(out.baseline_requests);
  out.baseline_ok = out.baseline_requests > 0 && static_cast<double>(out.baseline_correct) >=
                                                     facts.rules.baseline_success * all - 1e-9;
  if (!out.baseline_ok)
    out.objections.push_back(fmt::format("bad baseline: {} of {} requests correct, {:g} % asked",
                                         out.baseline_correct, out.baseline_requests,
                                         facts.rules.baseline_success * 100));
}

Micros GeneratorLateP99(const std::vector<Request>& requests) {
  std::vector<Micros> late;
  for (const Request& r : requests) late.push_back(r.sent - r.scheduled);
  if (late.empty()) return 0;
  const size_t rank = (late.size() * 99 + 99) / 100;
  std::nth_element(late.begin(), late.begin() + static_cast<std::ptrdiff_t>(rank - 1), late.end());
  return late[rank - 1];
}

/// Enough when a window at the rate of the whole span has the samples that the rule asks for.
void CheckSamples(const Rules& rules, const Recovery& recovery, Micros span, Validity& out) {
  for (const SeriesRecovery& series : recovery.series) {
    out.samples += series.samples;
    if (!series.counted || span < rules.window.window) continue;
    const double in_window = static_cast<double>(series.samples) *
                             static_cast<double>(rules.window.window) / static_cast<double>(span);
    if (in_window + 1 < static_cast<double>(rules.window.min_samples))
      out.objections.push_back(fmt::format(
          "too few samples: about {:.0f} {} requests of cohort {} in a window, {} asked", in_window,
          ToString(series.request_class), series.cohort, rules.window.min_samples));
  }
  if (span < rules.window.window)
    out.objections.push_back("too few samples: healed before one good window could pass");
}

}  // namespace

Validity CheckValidity(const RunFacts& facts, const std::vector<Request>& requests,
                       const FaultTimes& fault, const Recovery& recovery, const Audit& audit,
                       Micros until) {
  Validity out;
  CheckBaseline(facts, requests, out);
  out.fault_confirmed = fault.confirmed;
  if (!fault.confirmed) {
    const FaultLine* failed = facts.FindFault(0, "failed");
    out.objections.push_back(failed == nullptr ? "the fault was not confirmed"
                                               : "the fault failed: " + failed->error);
  } else {
    CheckSamples(facts.rules, recovery, until - *fault.t0, out);
    if (!audit.ended)
      out.objections.push_back("the writes were not audited");
    else if (audit.unaudited > 0)
      out.objections.push_back(
          fmt::format("{} keys could not be audited on the survivor", audit.unaudited));
  }
  out.generator_late_p99 = GeneratorLateP99(requests);
  if (out.generator_late_p99 > kMaxGeneratorLate)
    out.objections.push_back(
        fmt::format("the generator was late by {:.3f}s (p99): this machine is too slow for the "
                    "scenario's rates",
                    static_cast<double>(out.generator_late_p99) / 1e6));
  if (facts.rules.write_rate > 0) out.rpo_resolution_s = 1 / facts.rules.write_rate;
  if (!facts.end() || facts.end()->reason != "complete")
    out.objections.push_back(
        !facts.end() ? "the run did not end"
                     : fmt::format("the run ended early: {}{}{}", facts.end()->reason,
                                   facts.end()->error.empty() ? "" : ": ", facts.end()->error));
  return out;
}

}  // namespace lifeboat::drill
