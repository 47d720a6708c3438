#include "drill/grader/failback.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace lifeboat::drill {
namespace {

/// Before the fault the latest answer of a server named the region.
bool NamedBefore(const RunFacts& facts, const Outage& outage) {
  std::map<std::string, bool> latest;
  for (const DnsLine& line : facts.dns)
    if (line.t < *outage.t0 && line.error.empty())
      latest[line.server] = NamesRegion(line, outage.region);
  return std::any_of(latest.begin(), latest.end(), [](const auto& one) { return one.second; });
}

/// From when on every server that answers names the region, up to the end.
std::optional<Micros> NamedAgain(const RunFacts& facts, const Outage& outage, Micros begin) {
  std::map<std::string, std::optional<Micros>> since;
  for (const DnsLine& line : facts.dns) {
    if (line.t < begin || line.t > outage.until || !line.error.empty()) continue;
    std::optional<Micros>& from = since[line.server];
    if (!NamesRegion(line, outage.region)) {
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

/// Nothing makes the cohort's clients ask again, or it is pinned to a region.
bool StaysAway(const CohortRule& cohort) {
  return cohort.dns == "forever" || !cohort.via.empty() ||
         (cohort.keep_alive && cohort.lifetime <= 0);
}

/// When 95 % of the clients of each counted cohort had had a correct answer
/// from the region.
std::optional<Micros> ClientsBack(const Rules& rules, const std::vector<Request>& requests,
                                  const CountedCohorts& counted, const Outage& outage,
                                  Micros begin) {
  std::optional<Micros> last = begin;
  for (const std::string& cohort : counted) {
    const CohortRule* rule = rules.FindCohort(cohort);
    if (StaysAway(*rule)) continue;
    std::map<int64_t, Micros> first;  // By client.
    std::set<int64_t> all;
    for (const Request& r : requests) {
      if (r.cohort != cohort) continue;
      all.insert(r.client);
      if (r.sent < begin || r.scheduled >= outage.until) continue;
      if (!r.correct || r.region != outage.region) continue;
      const auto [it, is_new] = first.try_emplace(r.client, r.done);
      if (!is_new) it->second = std::min(it->second, r.done);
    }
    const size_t clients = std::max(all.size(), static_cast<size_t>(rule->clients));
    const auto needed =
        static_cast<size_t>(std::ceil(kClientsBack * static_cast<double>(clients) - 1e-9));
    std::vector<Micros> times;
    for (const auto& [client, t] : first) times.push_back(t);
    std::sort(times.begin(), times.end());
    if (needed == 0) continue;
    if (times.size() < needed) return std::nullopt;
    last = std::max(*last, times[needed - 1]);
  }
  return last;
}

/// The first good window after the last bad one since the begin, of the slowest
/// counted series.
std::optional<Micros> GoodAgain(const RunFacts& facts, const std::vector<Request>& requests,
                                const CountedCohorts& counted, const Outage& outage, Micros begin) {
  Outage since = outage;
  since.t0 = begin;
  since.all_in_force = begin;
  return FindRecovery(facts.rules, counted, requests, since, outage.until).t4;
}

void FindLacking(const RunFacts& facts, const History& history,
                 const std::vector<Request>& requests, const Outage& outage, Failback& out) {
  std::set<std::pair<std::string, int64_t>> lacking;
  for (const Request& r : requests) {
    if (r.op != Op::kGet || r.shared || r.region != outage.region) continue;
    if (r.answered_sent < *out.begin || r.scheduled >= outage.until) continue;
    const bool absent = r.status == 404;
    if (!absent && !(r.acknowledged && r.seen)) continue;
    const auto key = history.find(r.key);
    if (key == history.end()) continue;
    const int64_t reach = key->second.Reach(absent ? std::nullopt : r.seen, r.done);
    for (const Write& write : key->second.writes) {
      if (!write.acknowledged() || write.seq <= reach || write.acked > r.answered_sent) continue;
      if (!facts.rules.IsSurvivor(write.region)) continue;
      lacking.insert({write.key, write.seq});
      out.lacking_age = std::max(out.lacking_age, r.answered_sent - write.acked);
    }
  }
  out.lacking = static_cast<int64_t>(lacking.size());
}

}  // namespace

Failback FindFailback(const RunFacts& facts, const History& history,
                      const std::vector<Request>& requests, const CountedCohorts& counted,
                      const Outage& outage) {
  Failback out;
  if (!outage.t0 || outage.t0_source == "control" || !outage.takes_region()) return out;
  out.begin = outage.healed;
  out.begin_source = "fault";
  for (const DecisionLine& line : facts.decisions)
    if (line.state == "failback-decided" && outage.healed && line.t >= *outage.healed &&
        line.t <= outage.until) {
      out.begin = line.t;
      out.begin_source = "decision";
      break;
    }
  if (!out.begin) return out;
  out.expected = facts.rules.failback_by != "none" && facts.rules.control == "none";
  const Micros begin = *out.begin;
  out.names_apply = NamedBefore(facts, outage);
  out.named = NamedAgain(facts, outage, begin);
  out.good = GoodAgain(facts, requests, counted, outage, begin);
  out.clients = ClientsBack(facts.rules, requests, counted, outage, begin);
  if (out.names_apply && !out.named) {
    out.waits_for = "the answers never named " + outage.region + " again";
  } else if (!out.good) {
    out.waits_for = "no lasting good window since the failback began";
  } else if (!out.clients) {
    out.waits_for = "fewer than 95 % of the clients had an answer from " + outage.region;
  } else {
    out.t6 = std::max({out.named.value_or(begin), *out.good, *out.clients});
  }
  out.bad_seconds = WorstBadSeconds(
      CountBadSeconds(facts.rules, counted, requests, begin, out.t6.value_or(outage.until)));
  FindLacking(facts, history, requests, outage, out);
  return out;
}

}  // namespace lifeboat::drill
