// report.json's `rpo`, `writes`, `reads`, `conflicts`, `convergence`, `causes`
// and `sustained`.
#include "drill/grader/run_report.h"

namespace lifeboat::drill {

json::Value RpoReport(const RunGrade& g) {
  json::Value oldest;
  if (!g.missing.writes.empty()) {
    const Write& write = g.missing.writes.front();
    oldest =
        json::Object{{"key", write.key}, {"seq", write.seq}, {"acked_t", SecondsJson(write.acked)}};
  }
  const bool known = g.first().t0 && g.audit.ended;
  const json::Value* lag = g.facts.header.scenario.Find("assumed_lag");
  return json::Object{
      {"seconds", known ? SecondsJson(g.rpo.seconds) : json::Value()},
      {"lower_bound", g.rpo.lower_bound},
      {"missing_count", static_cast<int64_t>(g.missing.writes.size())},
      {"missing_keys", static_cast<int64_t>(g.missing.keys.size())},
      {"of", g.audit.acked},
      {"resolution_s", g.first().t0 ? SecondsJson(g.rpo.resolution) : json::Value()},
      {"assumed_lag", lag == nullptr ? json::Value() : *lag},
      {"note", LagNote(g)},
      {"keys_file", g.aftermath.fates.empty() ? json::Value() : json::Value(kMissingKeysFile)},
      {"oldest", std::move(oldest)}};
}

json::Value WritesReport(const RunGrade& g) {
  int64_t acked = 0, failed = 0;
  for (const auto& [name, key] : g.history)
    for (const Write& write : key.writes) {
      acked += write.acknowledged() ? 1 : 0;
      failed += write.outcome == Outcome::kFailed ? 1 : 0;
    }
  const Unknowns& u = g.unknowns;
  const Aftermath& a = g.aftermath;
  const auto at_end = [&](int64_t count) { return a.known ? json::Value(count) : json::Value(); };
  return json::Object{{"acked", acked},
                      {"failed", failed},
                      {"audited", g.audit.writes},
                      {"unknown", json::Object{{"total", u.total()},
                                               {"present", u.present},
                                               {"absent", u.absent},
                                               {"superseded", u.superseded},
                                               {"unsettled", u.unsettled}}},
                      {"survivor_missing", static_cast<int64_t>(g.survivor_missing.writes.size())},
                      {"late", at_end(a.late)},
                      {"overwritten", at_end(a.overwritten)},
                      {"lost_within_rpo", at_end(a.lost_within_rpo)},
                      {"lost", at_end(a.lost)},
                      {"resurrected", at_end(a.resurrected)},
                      {"ghost", a.ghost},
                      {"duplicate", a.duplicate},
                      {"poisoned", nullptr}};
}

json::Value ReadsReport(const RunGrade& g) {
  const ReadFindings& r = g.reads;
  return json::Object{{"stale", r.stale},
                      {"stale_beyond_lag", r.stale_beyond},
                      {"ryw", r.read_your_writes},
                      {"nonmonotonic", r.non_monotonic},
                      {"missing_item", r.missing_item},
                      {"wrong_content", r.wrong_content}};
}

json::Value ConflictsReport(const RunGrade& g) {
  json::Array keys;
  for (const Conflict& c : g.conflicts.keys)
    keys.push_back(json::Object{{"key", c.key},
                                {"kind", c.counter ? "counter" : "value"},
                                {"known", c.known},
                                {"winner", c.winner.empty() ? json::Value() : c.winner},
                                {"number", c.known ? json::Value(c.number) : json::Value()},
                                {"region", c.region.empty() ? json::Value() : c.region},
                                {"acknowledged", c.acknowledged},
                                {"unknown", c.unknown},
                                {"overtaken", c.overtaken},
                                {"lost", c.lost},
                                {"lost_increments", c.lost_increments}});
  return json::Object{{"keys", std::move(keys)},
                      {"overtaken", g.conflicts.overtaken},
                      {"lost", g.conflicts.lost},
                      {"lost_increments", g.conflicts.lost_increments}};
}

json::Value ConvergenceReport(const RunGrade& g) {
  json::Object digests;
  if (const ConvergenceLine* last = LastConvergence(g.facts))
    for (const auto& [region, digest] : last->digests) digests.Set(region, digest);
  return json::Object{{"equal", g.digests_equal},
                      {"seconds_after_heal", BetweenJson(g.first().healed, g.converged)},
                      {"digests", std::move(digests)}};
}

json::Array CausesReport(const RunGrade& g) {
  json::Array out;
  for (const Cause& c : g.causes)
    out.push_back(json::Object{{"when", c.when},
                               {"op", ToString(c.op)},
                               {"region", c.region.empty() ? json::Value() : c.region},
                               {"status", c.status},
                               {"error", c.error},
                               {"count", c.count}});
  return out;
}

json::Value SustainedReport(const RunGrade& g) {
  const Sustained& s = g.sustained;
  if (!s.measured) return nullptr;
  const double all = static_cast<double>(std::max<int64_t>(1, s.requests));
  return json::Object{{"seconds_on_standby", SecondsJson(s.to - s.from)},
                      {"load_share", static_cast<double>(s.by_standby) / all},
                      {"requests", s.requests},
                      {"failed", s.failed},
                      {"throttled", s.throttled},
                      {"p99_s", SecondsJson(s.p99)},
                      {"baseline_p99_s", SecondsJson(s.baseline_p99)},
                      {"attempts_per_request", s.attempts_per_request},
                      {"baseline_attempts_per_request", s.baseline_attempts_per_request}};
}

std::string MissingWritesCsv(const RunGrade& g) {
  std::string out = "key,seq,op,cohort,acked_s,region,fate,behind\n";
  for (const Fate& f : g.aftermath.fates) {
    std::string behind;
    for (const std::string& region : f.regions) behind += (behind.empty() ? "" : " ") + region;
    out += fmt::format("{},{},{},{},{:.6f},{},{},{}\n", f.write.key, f.write.seq,
                       ToString(f.write.op), f.write.cohort,
                       static_cast<double>(f.write.acked) / 1e6, f.write.region, f.fate, behind);
  }
  return out;
}

}  // namespace lifeboat::drill
