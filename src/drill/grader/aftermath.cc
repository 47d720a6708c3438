#include "drill/grader/aftermath.h"

#include <algorithm>
#include <map>
#include <set>

namespace lifeboat::drill {
namespace {

/// Per key, what each region holds at the end; a region without the item counts as absent.
struct FinalKey {
  std::map<std::string, int64_t> seen;
};
using Finals = std::map<std::string, FinalKey>;

Finals CollectFinals(const RunFacts& facts) {
  Finals finals;
  for (const FinalLine& line : facts.finals)
    if (line.seen) finals[line.key].seen[line.region] = *line.seen;
  return finals;
}

/// The least advanced region decides whether a write is there, so regions that still differ never
/// look better than they are.
int64_t FinalReach(const KeyHistory& key, const FinalKey* final, size_t regions, Micros t) {
  const size_t having = final == nullptr ? 0 : final->seen.size();
  std::optional<int64_t> least;
  if (having < regions) least = key.Reach(std::nullopt, t);
  if (final != nullptr)
    for (const auto& [region, seen] : final->seen) least = std::min(least.value_or(seen), seen);
  return least.value_or(0);
}

int64_t CountDuplicates(const RunFacts& facts) {
  std::map<std::tuple<std::string, std::string, int64_t>, int64_t> items;
  for (const FinalLine& line : facts.finals)
    if (line.seen) ++items[{line.region, line.key, *line.seen}];
  // The same logical write is counted once however many regions show it twice.
  std::map<std::pair<std::string, int64_t>, int64_t> extra;
  for (const auto& [id, count] : items) {
    int64_t& most = extra[{std::get<1>(id), std::get<2>(id)}];
    most = std::max(most, count - 1);
  }
  int64_t total = 0;
  for (const auto& [id, count] : extra) total += count;
  return total;
}

void CountMissing(const Write& write, int64_t reach, Aftermath& out) {
  if (reach == write.seq) {
    ++out.late;
  } else if (reach > write.seq) {
    ++out.overwritten;
  } else if (write.op != Op::kDelete) {  // A delete that is undone is counted as resurrected.
    ++out.lost;
  }
}

bool HoldsFailedWrite(const Write& write, const Audit& audit, const FinalKey* final) {
  if (write.outcome != Outcome::kFailed || write.op == Op::kDelete) return false;
  const auto audited = audit.keys.find(write.key);
  if (audited != audit.keys.end() && audited->second.seen == write.seq) return true;
  if (final == nullptr) return false;
  return std::any_of(final->seen.begin(), final->seen.end(),
                     [&](const auto& seen) { return seen.second == write.seq; });
}

/// Visible in a region although the last acknowledged write of the key is its delete.
bool IsResurrected(const KeyHistory& key, const FinalKey* final) {
  const Write* last = nullptr;
  for (const Write& write : key.writes)
    if (write.outcome == Outcome::kAcknowledged) last = &write;
  return last != nullptr && last->op == Op::kDelete && final != nullptr && !final->seen.empty();
}

}  // namespace

Aftermath FindAftermath(const RunFacts& facts, const History& history, const Audit& audit,
                        const Missing& missing) {
  Aftermath out;
  const ConvergenceLine* last = nullptr;
  for (const ConvergenceLine& line : facts.convergence)
    if (line.last) last = &line;
  out.known = last != nullptr;
  const Finals finals = CollectFinals(facts);
  const auto final_of = [&](const std::string& key) {
    const auto it = finals.find(key);
    return it == finals.end() ? nullptr : &it->second;
  };
  if (out.known)
    for (const Write& write : missing.writes)
      CountMissing(
          write,
          FinalReach(history.at(write.key), final_of(write.key), last->digests.size(), last->t),
          out);
  for (const auto& [name, key] : history) {
    const FinalKey* final = final_of(name);
    if (out.known && IsResurrected(key, final)) {
      ++out.resurrected;
      out.resurrected_keys.push_back(name);
    }
    for (const Write& write : key.writes)
      if (HoldsFailedWrite(write, audit, final)) {
        ++out.ghost;
        out.ghost_keys.push_back(name);
      }
  }
  out.duplicate = CountDuplicates(facts);
  return out;
}

}  // namespace lifeboat::drill
