#include "drill/grader/losses.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

void AddAuditLine(AuditedKey& key, const AuditLine& line, const KeyHistory& history,
                  bool is_first) {
  const int64_t reach = history.Reach(line.seen, line.t);
  if (is_first) {
    key.asked = line.asked;
    key.reach = reach;
    key.seen = line.seen;
    return;
  }
  key.agree = key.agree && key.seen == line.seen;
  key.asked = std::min(key.asked, line.asked);
  key.reach = std::min(key.reach, reach);
  if (line.via == "table") key.seen = line.seen;
}

bool WrittenBetween(const KeyHistory& history, Micros from, Micros to) {
  for (const Write& write : history.writes)
    if (write.sent <= to && (write.outcome != Outcome::kAcknowledged || write.acked >= from))
      return true;
  return false;
}

}  // namespace

Audit ReadAudit(const RunFacts& facts, const History& history) {
  Audit audit;
  audit.ended = facts.audit_ended().has_value();
  std::map<std::string, std::set<std::string>> ways;
  std::map<std::string, std::pair<Micros, Micros>> spans;
  for (const AuditLine& line : facts.audits) {
    const auto found = history.find(line.key);
    if (found == history.end() || !line.error.empty()) continue;
    const bool is_first = ways[line.key].empty();
    ways[line.key].insert(line.via);
    AddAuditLine(audit.keys[line.key], line, found->second, is_first);
    auto& span = spans[line.key];
    span.first = is_first ? line.asked : std::min(span.first, line.asked);
    span.second = std::max(span.second, line.t);
  }
  for (auto& [name, key] : audit.keys) {
    const auto& [from, to] = spans[name];
    key.complete = ways[name].contains("api") && ways[name].contains("table");
    // A write in between explains a difference.
    if (!key.agree && !WrittenBetween(history.at(name), from, to))
      audit.disagreeing.push_back(name);
  }
  for (const auto& [name, key] : history) {
    const auto audited = audit.keys.find(name);
    const bool read = audited != audit.keys.end() && audited->second.complete;
    if (!read && facts.audit_began() && key.AckedBy(*facts.audit_began()) > 0) ++audit.unaudited;
    if (!read) continue;
    for (const Write& write : key.writes) {
      if (write.sent <= audited->second.asked) ++audit.writes;
      if (write.outcome == Outcome::kAcknowledged && write.acked <= audited->second.asked)
        ++audit.acked;
    }
  }
  return audit;
}

Missing FindMissing(const Audit& audit, const History& history) {
  Missing missing;
  for (const auto& [name, audited] : audit.keys)
    for (const Write& write : history.at(name).writes) {
      if (write.outcome != Outcome::kAcknowledged || write.acked > audited.asked) continue;
      if (write.seq <= audited.reach) continue;
      missing.writes.push_back(write);
      missing.keys.insert(name);
    }
  std::sort(missing.writes.begin(), missing.writes.end(), [](const Write& a, const Write& b) {
    return std::tie(a.acked, a.key, a.seq) < std::tie(b.acked, b.key, b.seq);
  });
  return missing;
}

Micros RecoveryPoint(const RunFacts& facts, const Missing& missing, Micros t0,
                     std::optional<Micros> heal) {
  if (missing.writes.empty()) return 0;
  Micros last = t0;
  for (const Attempt& attempt : facts.attempts) {
    if (attempt.op == Op::kGet || attempt.outcome != Outcome::kAcknowledged) continue;
    if (attempt.region != facts.rules.lost_region || (heal && attempt.done > *heal)) continue;
    last = std::max(last, attempt.done);
  }
  return std::max<Micros>(0, last - missing.writes.front().acked);
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
