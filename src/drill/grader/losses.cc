#include "drill/grader/losses.h"

#include <algorithm>
#include <tuple>

namespace lifeboat::drill {
namespace {

/// Before T0 the lost region's acknowledgements are looked at for this long.
constexpr Micros kResolutionSpan = 10'000'000;
constexpr Micros kSecond = 1'000'000;

void AddLine(AuditedPlace& place, const AuditLine& line, const KeyHistory& history) {
  const int64_t reach = history.Reach(line.seen, line.t);
  const bool is_first = place.ways.empty();
  place.agree = place.agree && (is_first || place.seen == line.seen);
  place.asked = is_first ? line.asked : std::min(place.asked, line.asked);
  place.told = std::max(place.told, line.t);
  place.reach = is_first ? reach : std::min(place.reach, reach);
  if (is_first || line.via == "table") place.seen = line.seen;
  place.wrong_content = place.wrong_content || line.match == false;
  place.ways.insert(line.via);
}

bool WrittenBetween(const KeyHistory& history, Micros from, Micros to) {
  for (const Write& write : history.writes)
    if (write.sent <= to && (!write.acknowledged() || write.acked >= from)) return true;
  return false;
}

void SumUpKey(const Audit& audit, const std::set<std::string>& ways, AuditedKey& key) {
  key.complete = true;
  for (const std::string& region : audit.regions) {
    const auto place = key.places.find(region);
    key.complete = key.complete && place != key.places.end() && place->second.ways == ways;
  }
  bool is_first = true;
  for (const auto& [region, place] : key.places) {
    key.asked = is_first ? place.asked : std::min(key.asked, place.asked);
    key.reach = is_first ? place.reach : std::min(key.reach, place.reach);
    is_first = false;
  }
}

void CountWrites(const History& history, Audit& audit) {
  for (const auto& [name, key] : history) {
    const auto audited = audit.keys.find(name);
    const bool read = audited != audit.keys.end() && audited->second.complete;
    if (!read && audit.began && key.AckedBy(*audit.began) > 0) ++audit.unaudited;
    if (!read) continue;
    for (const Write& write : key.writes) {
      if (write.sent <= audited->second.asked) ++audit.writes;
      if (write.acknowledged() && write.acked <= audited->second.asked) ++audit.acked;
    }
  }
}

void Sort(Missing& missing) {
  std::sort(missing.writes.begin(), missing.writes.end(), [](const Write& a, const Write& b) {
    return std::tie(a.acked, a.key, a.seq) < std::tie(b.acked, b.key, b.seq);
  });
}

/// The acknowledgements by the lost region, of all cohorts but seed and
/// pre-flight, in order.
std::vector<Micros> AcksOfLost(const RunFacts& facts, const Outage& outage) {
  std::vector<Micros> acks;
  for (const Attempt& a : facts.attempts)
    if (a.op != Op::kGet && a.outcome == Outcome::kAcknowledged && IsTraffic(a.cohort) &&
        a.region == outage.loser && (!outage.heal_asked || a.done <= *outage.heal_asked))
      acks.push_back(a.done);
  std::sort(acks.begin(), acks.end());
  return acks;
}

Micros LongestGap(const std::vector<Micros>& acks, Micros t0) {
  std::optional<Micros> before;
  Micros longest = 0;
  int64_t count = 0;
  for (const Micros ack : acks) {
    if (ack < t0 - kResolutionSpan || ack > t0) continue;
    if (before) longest = std::max(longest, ack - *before);
    before = ack;
    ++count;
  }
  return count < 2 ? kResolutionSpan : longest;
}

}  // namespace

Audit ReadAudit(const RunFacts& facts, const History& history) {
  Audit audit;
  audit.began = facts.audit_began();
  audit.end = facts.audit_ended();
  audit.ended = audit.end.has_value();
  audit.regions = facts.rules.survivors;
  if (facts.header.version < 2) {  // One survivor was audited, the first.
    audit.regions.clear();
    for (const AuditLine& line : facts.audits)
      if (audit.regions.empty()) audit.regions.push_back(line.region);
  }
  std::set<std::string> ways;
  for (const AuditLine& line : facts.audits) {
    const auto found = history.find(line.key);
    if (found == history.end() || !line.error.empty()) continue;
    ways.insert(line.via);
    AddLine(audit.keys[line.key].places[line.region], line, found->second);
  }
  for (auto& [name, key] : audit.keys) {
    SumUpKey(audit, ways, key);
    bool differs = false, wrong = false;
    for (const auto& [region, place] : key.places) {
      wrong = wrong || place.wrong_content;
      // A write in between explains a difference.
      differs =
          differs || (!place.agree && !WrittenBetween(history.at(name), place.asked, place.told));
    }
    if (differs) audit.disagreeing.push_back(name);
    if (wrong) audit.wrong_content.push_back(name);
  }
  CountWrites(history, audit);
  return audit;
}

Missing FindMissing(const Audit& audit, const History& history, const Outage& outage) {
  Missing missing;
  for (const auto& [name, audited] : audit.keys)
    for (const Write& write : history.at(name).writes) {
      if (!write.acknowledged() || write.acked > audited.asked) continue;
      if (write.region != outage.loser || write.seq <= audited.reach) continue;
      if (outage.heal_asked && write.acked > *outage.heal_asked) continue;
      missing.writes.push_back(write);
      missing.keys.insert(name);
    }
  Sort(missing);
  return missing;
}

Missing FindSurvivorMissing(const Audit& audit, const History& history, const Outage& outage) {
  Missing missing;
  for (const auto& [name, audited] : audit.keys)
    for (const Write& write : history.at(name).writes) {
      if (!write.acknowledged() || write.region == outage.loser) continue;
      const auto place = audited.places.find(write.region);
      if (place == audited.places.end()) continue;
      if (write.acked > place->second.asked || write.seq <= place->second.reach) continue;
      missing.writes.push_back(write);
      missing.keys.insert(name);
    }
  Sort(missing);
  return missing;
}

RecoveryPoint FindRecoveryPoint(const RunFacts& facts, const Missing& missing,
                                const Outage& outage) {
  RecoveryPoint out;
  const std::vector<Micros> acks = AcksOfLost(facts, outage);
  out.resolution = LongestGap(acks, *outage.t0);
  if (missing.writes.empty()) return out;
  const Micros last = acks.empty() ? *outage.t0 : std::max(*outage.t0, acks.back());
  const Write& oldest = missing.writes.front();
  out.seconds = std::max<Micros>(0, last - oldest.acked);
  Micros margin = kSecond;
  if (facts.rules.write_rate > 0)
    margin = std::max(margin, static_cast<Micros>(2e6 / facts.rules.write_rate));
  out.lower_bound = !acks.empty() && oldest.acked <= acks.front() + margin;
  for (const Write& write : missing.writes)
    out.lower_bound = out.lower_bound || write.cohort == kSeedCohort;
  return out;
}

Unknowns SettleUnknowns(const Audit& audit, const History& history) {
  Unknowns out;
  for (const auto& [name, key] : history) {
    const auto audited = audit.keys.find(name);
    for (const Write& write : key.writes) {
      if (write.outcome != Outcome::kUnknown) continue;
      if (audited == audit.keys.end() || write.sent > audited->second.asked) {
        ++out.unsettled;
      } else if (audited->second.reach > write.seq) {
        ++out.superseded;
      } else if (audited->second.reach == write.seq) {
        ++out.present;
      } else {
        ++out.absent;
      }
    }
  }
  return out;
}

}  // namespace lifeboat::drill
