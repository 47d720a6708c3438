// report.json's `rto`, `failback` and `outages`.
#include "drill/grader/run_report.h"
#include "drill/grader/run_timeline.h"

namespace lifeboat::drill {
namespace {

json::Value ByClass(const RunGrade& g) {
  const OutageGrade& first = g.outages.front();
  const std::optional<Micros> t0 = first.outage.t0;
  json::Object out;
  for (const RequestClass request_class : {RequestClass::kRead, RequestClass::kWrite}) {
    std::optional<Micros> worst = t0;
    for (const SeriesRecovery& s : first.recovery.series)
      if (s.counted && s.request_class == request_class && worst)
        worst = s.good_from ? std::optional(std::max(*worst, *s.good_from)) : std::nullopt;
    out.Append(std::string(ToString(request_class)), BetweenJson(t0, worst));
  }
  return out;
}

json::Value ClientsJson(const ClientRecovery& c) {
  return json::Object{{"count", c.clients},
                      {"never", c.never},
                      {"p50_s", SecondsJson(c.p50)},
                      {"p90_s", SecondsJson(c.p90)},
                      {"p99_s", SecondsJson(c.p99)},
                      {"max_s", SecondsJson(c.max)},
                      {"resolution_s", SecondsJson(c.resolution)}};
}

json::Value ByCohort(const RunGrade& g) {
  const OutageGrade& first = g.outages.front();
  const std::optional<Micros> t0 = first.outage.t0;
  json::Object out;
  for (const CohortRule& cohort : g.facts.rules.cohorts) {
    json::Object one{{"counted", cohort.counted}};
    for (const Exposure& e : g.exposure)
      if (e.cohort == cohort.name) {
        one.Append("exposed", e.exposed);
        one.Append("exposure", e.share());
      }
    one.Append("s", BetweenJson(t0, CohortGoodFrom(first.recovery, cohort.name)));
    for (const SeriesRecovery& s : first.recovery.series)
      if (s.cohort == cohort.name)
        one.Append(fmt::format("{}_s", ToString(s.request_class)), BetweenJson(t0, s.good_from));
    for (const ClientRecovery& c : g.clients)
      if (c.cohort == cohort.name) one.Append("clients", ClientsJson(c));
    for (const WorstByRule& w : g.worst)
      if (w.cohort == cohort.name) one.Append("worst_by_rule_s", SecondsJson(w.seconds));
    out.Append(cohort.name, std::move(one));
  }
  return out;
}

json::Value PhasesJson(const OutageGrade& g) {
  return json::Object{{"detect_s", SecondsJson(g.phases.detect)},
                      {"decide_s", SecondsJson(g.phases.decide)},
                      {"execute_s", SecondsJson(g.phases.execute)},
                      {"clients_s", SecondsJson(g.phases.clients)},
                      {"verify_s", BetweenJson(g.t4, g.t5)}};
}

json::Array RelapsesJson(const OutageGrade& g) {
  json::Array out;
  for (const Relapse& r : g.relapses)
    out.push_back(json::Object{{"cohort", r.cohort},
                               {"class", ToString(r.request_class)},
                               {"from", SecondsJson(r.from)},
                               {"to", SecondsJson(r.to)},
                               {"cause", r.cause}});
  return out;
}

json::Array BadJson(const OutageGrade& g) {
  json::Array out;
  for (const BadSeconds& b : g.bad)
    out.push_back(json::Object{{"cohort", b.cohort},
                               {"class", ToString(b.request_class)},
                               {"counted", b.counted},
                               {"seconds", b.seconds},
                               {"failed", b.failed},
                               {"scheduled", b.scheduled}});
  return out;
}

}  // namespace

json::Value RtoReport(const RunGrade& g) {
  const OutageGrade& first = g.outages.front();
  return json::Object{
      {"headline_s", SecondsJson(g.rto())},
      {"uncertainty_s", first.outage.t0 ? SecondsJson(first.outage.uncertainty()) : json::Value()},
      {"limit_s", SecondsJson(RtoLimit(g.facts.rules))},
      {"verified_s", BetweenJson(first.outage.t0, first.t5)},
      {"recovered_by", first.recovered_by.empty() ? json::Value() : first.recovered_by},
      {"worst_by_rule_s", SecondsJson(WorstOfAll(g))},
      {"bad_s", WorstBadSeconds(first.bad)},
      {"bad", BadJson(first)},
      {"phases", PhasesJson(first)},
      {"by_class", ByClass(g)},
      {"by_cohort", ByCohort(g)},
      {"relapses", RelapsesJson(first)}};
}

json::Value FailbackReport(const Failback& f) {
  return json::Object{
      {"expected", f.expected},
      {"begin", SecondsJson(f.begin)},
      {"begin_source", f.begin ? json::Value(f.begin_source) : json::Value()},
      {"observed_t", f.names_apply ? SecondsJson(f.named) : json::Value()},
      {"seconds_after_heal", f.names_apply ? BetweenJson(f.begin, f.named) : json::Value()},
      {"good_t", SecondsJson(f.good)},
      {"clients_t", SecondsJson(f.clients)},
      {"t6", SecondsJson(f.t6)},
      {"rto_s", SecondsJson(f.rto())},
      {"bad_s", f.begin ? json::Value(f.bad_seconds) : json::Value()},
      {"rpo",
       json::Object{
           {"count", f.lacking}, {"oldest_s", SecondsJson(f.lacking_age)}, {"source", "reads"}}},
      {"waits_for", f.waits_for.empty() ? json::Value() : f.waits_for}};
}

json::Array OutagesReport(const RunGrade& g) {
  json::Array out;
  for (const OutageGrade& one : g.outages) {
    const Outage& o = one.outage;
    out.push_back(
        json::Object{{"group", o.group},
                     {"region", o.region.empty() ? json::Value() : o.region},
                     {"t0", SecondsJson(o.t0)},
                     {"t0_source", o.t0 ? json::Value(o.t0_source) : json::Value()},
                     {"asked", SecondsJson(o.asked)},
                     {"t1", SecondsJson(o.t1)},
                     {"t1_source", o.t1 ? json::Value(o.t1_source) : json::Value()},
                     {"t2", SecondsJson(o.t2)},
                     {"t2_source", o.t2 ? json::Value(o.t2_source) : json::Value()},
                     {"t3", SecondsJson(o.t3)},
                     {"t4", SecondsJson(one.t4)},
                     {"t5", SecondsJson(one.t5)},
                     {"t6", SecondsJson(one.failback.t6)},
                     {"heal_asked", SecondsJson(o.heal_asked)},
                     {"healed", SecondsJson(o.healed)},
                     {"rto_s", SecondsJson(one.rto())},
                     {"recovered_by", one.recovered_by.empty() ? json::Value() : one.recovered_by},
                     {"phases", PhasesJson(one)},
                     {"bad_s", WorstBadSeconds(one.bad)},
                     {"relapses", RelapsesJson(one)},
                     {"failback", FailbackReport(one.failback)},
                     {"dead_servers", TextsJson(o.dead_servers)}});
  }
  return out;
}

}  // namespace lifeboat::drill
