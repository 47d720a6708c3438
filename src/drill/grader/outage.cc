#include "drill/grader/outage.h"

#include <algorithm>
#include <map>
#include <set>

namespace lifeboat::drill {
namespace {

constexpr int64_t kNotFound = 404;
constexpr int64_t kConflict = 409;

/// The faults of all groups by their index, from their lines in the order of
/// time.
std::map<int64_t, OutageFault> CollectFaults(const RunFacts& facts,
                                             std::map<int64_t, int64_t>& groups) {
  std::map<int64_t, OutageFault> faults;
  for (const FaultLine& line : facts.faults) {
    OutageFault& fault = faults[line.index];
    groups.try_emplace(line.index, line.group);
    fault.index = line.index;
    fault.kind = line.kind;
    fault.takes_region = line.takes_region.value_or(false);
    if (fault.takes_region) fault.region = line.region;
    const bool begins = line.state == "asked" || line.state == "in-force" ||
                        line.state == "skipped" || line.state == "failed";
    (begins ? fault.what : fault.healed_what) = line.what;
    const auto note = [&](std::string_view state, std::optional<Micros>& at) {
      if (line.state == state && !at) at = line.t;
    };
    note("asked", fault.asked);
    note("in-force", fault.in_force);
    note("heal-asked", fault.heal_asked);
    note("cleared", fault.cleared);
    if (line.state == "in-force") fault.confirmed_by = line.confirmed_by;
    if (line.state == "failed") fault.failed = true;
    if (line.state == "failed") fault.error = line.error;
    if (line.state == "skipped") fault.skipped = true;
    if (line.state == "skipped" && !fault.asked) fault.asked = fault.in_force = line.t;
  }
  return faults;
}

Micros BeginOf(const OutageFault& fault) {
  return fault.asked ? *fault.asked : fault.in_force.value_or(0);
}

/// The fault that T0 belongs to: the first in force that takes a region, else
/// the first in force.
const OutageFault* LeadingFault(const Outage& outage) {
  const OutageFault* first = nullptr;
  for (const OutageFault& fault : outage.faults) {
    if (!fault.in_force) continue;
    const bool better =
        first == nullptr || (fault.takes_region && !first->takes_region) ||
        (fault.takes_region == first->takes_region && *fault.in_force < *first->in_force);
    if (better) first = &fault;
  }
  return first;
}

void Confirm(Outage& outage) {
  outage.confirmed = !outage.faults.empty();
  for (const OutageFault& fault : outage.faults) {
    if (fault.in_force) {
      outage.all_in_force = std::max(outage.all_in_force.value_or(0), *fault.in_force);
      continue;
    }
    outage.confirmed = false;
    if (fault.failed) outage.failure = "the fault failed: " + fault.error;
  }
  if (!outage.confirmed && outage.failure.empty()) outage.failure = "the fault was not confirmed";
}

/// When the first request to the region failed after the fault was asked for. A
/// 404 and a 409 are answers.
std::optional<Micros> FirstFailure(const RunFacts& facts, const std::string& region, Micros asked,
                                   Micros before) {
  std::optional<Micros> first;
  for (const Attempt& a : facts.attempts) {
    if (a.region != region || a.outcome == Outcome::kAcknowledged || !IsTraffic(a.cohort)) continue;
    if (a.status == kNotFound || a.status == kConflict) continue;
    if (a.done < asked || a.done >= before) continue;
    if (!first || a.done < *first) first = a.done;
  }
  return first;
}

/// The first bucket that is bad for a class of a counted cohort, of those laid
/// from `from` that end at `until` or before.
std::optional<Micros> FirstBadBucket(const Rules& rules, const std::vector<Request>& requests,
                                     Micros from, Micros until) {
  struct Count {
    int64_t all = 0;
    int64_t correct = 0;
  };
  const Micros size = rules.window.bucket;
  std::map<std::tuple<int64_t, std::string, RequestClass>, Count> buckets;
  for (const Request& r : requests) {
    if (r.scheduled < from || r.scheduled >= until || !rules.Counted(r.cohort)) continue;
    Count& count = buckets[{(r.scheduled - from) / size, r.cohort, ClassOf(r.op)}];
    ++count.all;
    count.correct += r.correct ? 1 : 0;
  }
  for (const auto& [id, count] : buckets) {
    const Micros begin = from + std::get<0>(id) * size;
    const bool bad = static_cast<double>(count.correct) <
                     rules.window.bucket_success * static_cast<double>(count.all) - 1e-9;
    if (bad && begin + size <= until) return begin;
  }
  return std::nullopt;
}

bool InRange(Micros t, Micros from, Micros to) { return t >= from && t <= to; }

void FindDetection(const RunFacts& facts, Outage& outage) {
  std::map<std::string, bool> healthy;
  for (const HealthLine& line : facts.health) {
    const auto before = healthy.find(line.check);
    const bool turned = before == healthy.end() || before->second;
    healthy[line.check] = line.healthy;
    if (line.healthy || !turned || line.region != outage.region || outage.region.empty()) continue;
    if (line.t < *outage.asked || line.t > outage.until) continue;
    if (line.t > outage.observed_until) {
      outage.detected_after_heal = !outage.t1;
      break;
    }
    outage.t1 = line.t;
    outage.t1_source = "nameserver";
    outage.detection = &line;
    break;
  }
  for (const CommandLine& line : facts.commands) {
    const bool detects = line.name == "detect" && line.state == "end" && line.exit == 0;
    if (!detects || !InRange(line.t, *outage.asked, outage.observed_until)) continue;
    if (outage.t1 && *outage.t1 <= line.t) continue;
    outage.t1 = line.t;
    outage.t1_source = "command";
    outage.detection = nullptr;
  }
}

/// From when on every server that answers names survivors only, as far as the
/// heal.
std::optional<Micros> SurvivorsOnly(const RunFacts& facts, Outage& outage) {
  std::map<std::string, std::optional<Micros>> since;  // By server, since its last other answer.
  std::set<std::string> servers;
  for (const DnsLine& line : facts.dns) {
    if (!InRange(line.t, *outage.t0, outage.observed_until)) continue;
    servers.insert(line.server);
    if (!line.error.empty()) continue;  // No answer says nothing about what it would have been.
    std::optional<Micros>& from = since[line.server];
    if (!NamesSurvivorsOnly(facts.rules, line)) {
      from.reset();
    } else if (!from) {
      from = line.t;
    }
  }
  for (const std::string& server : servers)
    if (!since.contains(server)) outage.dead_servers.push_back(server);
  std::optional<Micros> last;
  for (const auto& [server, from] : since) {
    if (!from) return std::nullopt;
    last = std::max(last.value_or(*from), *from);
  }
  return last;
}

std::optional<Micros> FindExecution(const RunFacts& facts, Outage& outage) {
  std::optional<Micros> t3 = SurvivorsOnly(facts, outage);
  if (!t3) return std::nullopt;
  for (const DecisionLine& line : facts.decisions)
    if ((line.state == "command-ended" || line.state == "ready") &&
        InRange(line.t, *outage.t0, outage.observed_until))
      t3 = std::max(*t3, line.t);
  for (const CommandLine& line : facts.commands)
    if (line.name == "failover" && line.state == "end" &&
        InRange(line.t, *outage.t0, outage.observed_until))
      t3 = std::max(*t3, line.t);
  return t3;
}

}  // namespace

bool NamesSurvivorsOnly(const Rules& rules, const DnsLine& line) {
  if (line.regions.empty() || line.regions.size() != line.addresses.size()) return false;
  return std::all_of(line.regions.begin(), line.regions.end(),
                     [&](const std::string& region) { return rules.IsSurvivor(region); });
}

bool NamesRegion(const DnsLine& line, const std::string& region) {
  return std::find(line.regions.begin(), line.regions.end(), region) != line.regions.end();
}

std::vector<Outage> FindOutages(const RunFacts& facts, Micros load_until) {
  std::map<int64_t, int64_t> group_of;
  std::map<int64_t, Outage> groups;
  groups[0];
  for (auto& [index, fault] : CollectFaults(facts, group_of))
    groups[group_of[index]].faults.push_back(fault);
  std::vector<Outage> outages;
  for (auto& [group, outage] : groups) {
    outage.group = group;
    std::stable_sort(
        outage.faults.begin(), outage.faults.end(),
        [](const OutageFault& a, const OutageFault& b) { return BeginOf(a) < BeginOf(b); });
    for (const OutageFault& fault : outage.faults)
      if (outage.region.empty()) outage.region = fault.region;
    outage.loser = outage.region.empty() ? facts.rules.lost_region : outage.region;
    Confirm(outage);
    outages.push_back(std::move(outage));
  }
  for (size_t i = 0; i < outages.size(); ++i) {
    const bool last = i + 1 == outages.size() || outages[i + 1].faults.empty();
    outages[i].until = last ? load_until : BeginOf(outages[i + 1].faults.front());
    outages[i].observed_until = outages[i].until;
  }
  return outages;
}

void FindT0(const RunFacts& facts, const std::vector<Request>& requests, Outage& outage) {
  const OutageFault* lead = LeadingFault(outage);
  if (lead == nullptr) return;
  outage.asked = lead->asked.value_or(*lead->in_force);
  outage.t0 = *lead->in_force;
  outage.t0_source = lead->skipped ? "control" : "fault";
  outage.heal_asked = lead->heal_asked;
  outage.healed = lead->cleared;
  outage.observed_until = std::min(outage.until, outage.heal_asked.value_or(outage.until));
  if (!lead->takes_region || lead->skipped) return;
  outage.region = outage.loser = lead->region;
  if (const auto failed = FirstFailure(facts, lead->region, *outage.asked, *outage.t0)) {
    outage.t0 = failed;
    outage.t0_source = "first-failure";
  }
  for (const OutageFault& earlier : outage.faults) {
    if (&earlier == lead || !earlier.in_force || *earlier.in_force >= *outage.t0) continue;
    const auto bad = FirstBadBucket(facts.rules, requests, *earlier.in_force, *outage.t0);
    if (!bad) continue;
    outage.t0 = bad;
    outage.t0_source = "bad-bucket";
  }
}

void FindDecision(const RunFacts& facts, Outage& outage) {
  if (!outage.t0 || outage.t0_source == "control") return;
  FindDetection(facts, outage);
  if (facts.rules.decided_by == "health-check" && outage.t1) {
    outage.t2 = outage.t1;
    outage.t2_source = "rule";
  }
  for (const DecisionLine& line : facts.decisions) {
    if (line.state != "decided" || !InRange(line.t, *outage.asked, outage.observed_until)) continue;
    outage.t2 = line.t;
    outage.t2_source = line.by;
    break;
  }
  outage.t3 = FindExecution(facts, outage);
}

}  // namespace lifeboat::drill
