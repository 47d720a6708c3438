#include "drill/grader/clients.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lifeboat::drill {
namespace {

constexpr double kExposedActivePassive = 0.95;
constexpr double kExposedMultiSite = 0.2;
/// What T3 and the grid of windows are uncertain by: DNS is asked four times a
/// second, windows begin every tenth of one.
constexpr Micros kWorstTolerance = 350'000;

/// How often one client of the cohort sends a request, reads and writes
/// together.
Micros ClientInterval(const Rules& rules, const CohortRule& cohort) {
  const double rate = cohort.share * (rules.read_rate + rules.write_rate);
  if (rate <= 0) return 0;
  return std::llround(static_cast<double>(cohort.clients) / rate * 1e6);
}

struct Spell {
  Micros first_good = -1;  ///< After the last bad one.
  bool failed = false;
};

/// The value at nearest rank, with `never` clients behind all values.
std::optional<Micros> Percentile(const std::vector<Micros>& sorted, int64_t never,
                                 int64_t percent) {
  const int64_t all = static_cast<int64_t>(sorted.size()) + never;
  if (all == 0) return std::nullopt;
  const int64_t rank = std::max<int64_t>(1, (all * percent + 99) / 100);
  if (rank > static_cast<int64_t>(sorted.size())) return std::nullopt;
  return sorted[static_cast<size_t>(rank - 1)];
}

/// The longest that an answer given before T3 may have been kept; nullopt: for
/// ever.
std::optional<Micros> LongestKept(const RunFacts& facts, const std::vector<Request>& requests,
                                  const CohortRule& cohort, const Outage& outage,
                                  std::optional<Micros> t4) {
  if (cohort.dns == "forever") return std::nullopt;
  constexpr Micros kSecond = 1'000'000;
  Micros kept = 0;
  if (cohort.dns != "none") {
    for (const DnsLine& line : facts.dns) {
      if (line.t > *outage.t3 || !line.error.empty()) continue;
      kept = std::max(kept, line.ttl * kSecond + cohort.dns_extra);
      if (line.t >= *outage.t0 && line.negative_ttl)
        kept = std::max(kept, *line.negative_ttl * kSecond);
    }
  }
  if (!cohort.keep_alive) return kept;
  // A connection that goes on to be answered, with errors, is kept until its
  // lifetime ends.
  const bool answered = std::any_of(requests.begin(), requests.end(), [&](const Request& r) {
    return r.cohort == cohort.name && r.region == outage.region && r.scheduled >= *outage.t0 &&
           (!t4 || r.scheduled < *t4) && r.status >= 500;
  });
  if (!answered) return kept;
  if (cohort.lifetime <= 0) return std::nullopt;
  return kept + cohort.lifetime;
}

}  // namespace

double ExposedFrom(const Rules& rules) {
  const bool active_passive = !rules.strategy.empty() && rules.strategy != "multi-site";
  return active_passive ? kExposedActivePassive : kExposedMultiSite;
}

Micros LongestRequest(const CohortRule& cohort) {
  return cohort.attempts * cohort.timeout + (cohort.attempts - 1) * cohort.backoff_max;
}

std::vector<Exposure> FindExposure(const Rules& rules, const std::vector<Request>& requests,
                                   const Outage& outage, Micros baseline) {
  std::vector<Exposure> out;
  const Micros end = outage.asked ? std::min(*outage.asked, *outage.t0) : 0;
  const Micros begin = std::max(baseline, end - rules.window.window);
  for (const CohortRule& cohort : rules.cohorts) {
    Exposure one;
    one.cohort = cohort.name;
    for (const Request& r : requests) {
      if (r.cohort != cohort.name || r.scheduled < begin || r.scheduled >= end) continue;
      ++one.requests;
      one.by_lost += r.status != 0 && r.region == outage.region ? 1 : 0;
    }
    one.exposed =
        !outage.takes_region() || outage.t0_source == "control" ||
        (one.requests > 0 && static_cast<double>(one.by_lost) >=
                                 ExposedFrom(rules) * static_cast<double>(one.requests) - 1e-9);
    out.push_back(std::move(one));
  }
  return out;
}

CountedCohorts CountedOf(const Rules& rules, const std::vector<Exposure>& exposure) {
  CountedCohorts counted;
  for (const Exposure& one : exposure)
    if (one.exposed && rules.Counted(one.cohort)) counted.push_back(one.cohort);
  return counted;
}

std::vector<ClientRecovery> FindClientRecovery(const Rules& rules,
                                               const std::vector<Request>& requests, Micros t0,
                                               Micros until) {
  std::map<std::string, std::map<int64_t, Spell>> spells;
  for (const Request& r : requests) {  // By scheduled time.
    if (r.scheduled < t0 || r.scheduled >= until) continue;
    Spell& spell = spells[r.cohort][r.client];
    if (!r.correct) {
      spell.failed = true;
      spell.first_good = -1;
    } else if (spell.failed && spell.first_good < 0) {
      spell.first_good = r.scheduled;
    }
  }
  std::vector<ClientRecovery> out;
  for (const CohortRule& cohort : rules.cohorts) {
    ClientRecovery one;
    one.cohort = cohort.name;
    one.resolution = ClientInterval(rules, cohort);
    std::vector<Micros> times;
    for (const auto& [client, spell] : spells[cohort.name]) {
      ++one.clients;
      if (spell.failed && spell.first_good < 0)
        ++one.never;
      else
        times.push_back(spell.failed ? spell.first_good - t0 : 0);
    }
    std::sort(times.begin(), times.end());
    one.p50 = Percentile(times, one.never, 50);
    one.p90 = Percentile(times, one.never, 90);
    if (one.clients >= kClientsForP99) one.p99 = Percentile(times, one.never, 99);
    one.max = Percentile(times, one.never, 100);
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<WorstByRule> FindWorst(const RunFacts& facts, const std::vector<Request>& requests,
                                   const Outage& outage, std::optional<Micros> t4) {
  std::vector<WorstByRule> out;
  for (const CohortRule& cohort : facts.rules.cohorts) {
    WorstByRule one;
    one.cohort = cohort.name;
    one.known = outage.t0 && outage.t3;
    if (one.known) {
      const auto kept = LongestKept(facts, requests, cohort, outage, t4);
      if (kept)
        one.seconds = *outage.t3 + *kept + LongestRequest(cohort) +
                      ClientInterval(facts.rules, cohort) - *outage.t0;
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<std::string> BeyondWorst(const Rules& rules, const std::vector<Request>& requests,
                                     const Outage& outage, const std::vector<WorstByRule>& worst) {
  std::vector<std::string> out;
  for (const WorstByRule& one : worst) {
    const CohortRule* cohort = rules.FindCohort(one.cohort);
    if (!one.seconds || !cohort->counted || !cohort->via.empty()) continue;
    const Micros bound = *outage.t0 + *one.seconds + kWorstTolerance;
    const bool beyond = std::any_of(requests.begin(), requests.end(), [&](const Request& r) {
      return r.cohort == one.cohort && !r.correct && r.region == outage.region &&
             r.scheduled > bound && r.scheduled < outage.observed_until;
    });
    if (beyond) out.push_back(one.cohort);
  }
  return out;
}

}  // namespace lifeboat::drill
