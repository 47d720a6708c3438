#include "drill/grader/recovery.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

FaultTimes FindFaultTimes(const RunFacts& facts) {
  FaultTimes times;
  const auto time_of = [&](std::string_view state) -> std::optional<Micros> {
    const FaultLine* line = facts.FindFault(0, state);
    return line == nullptr ? std::nullopt : std::optional(line->t);
  };
  times.asked = time_of("asked");
  times.t0 = time_of("in-force");
  times.confirmed = times.t0.has_value();
  if (facts.rules.control == "no-fault") {
    times.t0 = time_of("skipped");
    times.asked = times.t0;
    times.confirmed = times.t0.has_value();
  }
  times.heal_asked = time_of("heal-asked");
  times.healed = time_of("cleared");
  return times;
}

const HealthLine* FindDetection(const RunFacts& facts, const FaultTimes& fault) {
  if (!fault.asked || facts.rules.control == "no-fault") return nullptr;
  for (const HealthLine& line : facts.health) {
    if (line.t < *fault.asked || line.healthy) continue;
    if (fault.heal_asked && line.t > *fault.heal_asked) continue;
    if (line.region.empty() || line.region == facts.rules.lost_region) return &line;
  }
  return nullptr;
}

bool NamesSurvivorsOnly(const RunFacts& facts, const DnsLine& line) {
  if (line.regions.empty() || line.regions.size() != line.addresses.size()) return false;
  return std::all_of(line.regions.begin(), line.regions.end(), [&](const std::string& region) {
    return Contains(facts.rules.survivors, region);
  });
}

std::optional<Micros> FindExecution(const RunFacts& facts, Micros t0, Micros until) {
  std::map<std::string, std::optional<Micros>> since;  // By server, since its last other answer.
  for (const DnsLine& line : facts.dns) {
    if (line.t < t0 || line.t > until) continue;
    std::optional<Micros>& from = since[line.server];
    if (!line.error.empty()) continue;  // No answer says nothing about what it would have been.
    if (!NamesSurvivorsOnly(facts, line)) {
      from.reset();
    } else if (!from) {
      from = line.t;
    }
  }
  std::optional<Micros> last;
  for (const auto& [server, from] : since) {
    if (!from) return std::nullopt;
    last = std::max(last.value_or(*from), *from);
  }
  return last;
}

std::optional<Micros> FindFailback(const RunFacts& facts, Micros heal) {
  std::map<std::string, Micros> first;
  std::map<std::string, bool> servers;
  for (const DnsLine& line : facts.dns) {
    servers[line.server] = true;
    if (line.t < heal || !Contains(line.regions, facts.rules.lost_region)) continue;
    first.try_emplace(line.server, line.t);
  }
  if (first.empty() || first.size() < servers.size()) return std::nullopt;
  Micros last = 0;
  for (const auto& [server, t] : first) last = std::max(last, t);
  return last;
}

Recovery FindRecovery(const Rules& rules, const std::vector<Request>& requests, Micros t0,
                      Micros until) {
  Recovery recovery;
  for (const CohortRule& cohort : rules.cohorts)
    for (const RequestClass request_class : {RequestClass::kRead, RequestClass::kWrite}) {
      const double rate = request_class == RequestClass::kRead ? rules.read_rate : rules.write_rate;
      if (rate <= 0) continue;
      SeriesRecovery series{cohort.name, request_class, cohort.counted, std::nullopt, 0};
      GoodWindow window(rules.window, t0);
      for (const Request& r : requests) {
        if (r.cohort != cohort.name || ClassOf(r.op) != request_class) continue;
        if (r.scheduled < t0 || r.scheduled >= until) continue;
        window.Add(r.point());
        ++series.samples;
      }
      window.Advance(until);
      series.good_from = window.start();
      recovery.series.push_back(std::move(series));
    }
  SumUp(recovery);
  return recovery;
}

void SumUp(Recovery& recovery) {
  recovery.t4.reset();
  recovery.last_cohort.clear();
  for (const SeriesRecovery& series : recovery.series) {
    if (!series.counted) continue;
    if (!series.good_from) {
      recovery.t4.reset();
      recovery.last_cohort = series.cohort;
      return;
    }
    if (recovery.t4 && *series.good_from <= *recovery.t4) continue;
    recovery.t4 = series.good_from;
    recovery.last_cohort = series.cohort;
  }
}

int64_t CountBadSeconds(const Rules& rules, const std::vector<Request>& requests, Micros from,
                        Micros to) {
  constexpr Micros kSecond = 1'000'000;
  if (to <= from) return 0;
  struct Count {
    int64_t all = 0;
    int64_t correct = 0;
  };
  std::vector<Count> seconds(static_cast<size_t>((to - from) / kSecond));
  for (const Request& r : requests) {
    if (r.scheduled < from || !rules.Counted(r.cohort)) continue;
    const size_t at = static_cast<size_t>((r.scheduled - from) / kSecond);
    if (at >= seconds.size()) continue;
    ++seconds[at].all;
    seconds[at].correct += r.correct ? 1 : 0;
  }
  return std::count_if(seconds.begin(), seconds.end(), [&](const Count& c) {
    return c.all == 0 || static_cast<double>(c.correct) <
                             rules.window.bucket_success * static_cast<double>(c.all) - 1e-9;
  });
}

}  // namespace lifeboat::drill
