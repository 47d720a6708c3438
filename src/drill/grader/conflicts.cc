#include "drill/grader/conflicts.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace lifeboat::drill {
namespace {

struct FinalValue {
  std::set<std::string> regions;
  std::set<std::pair<std::string, int64_t>> values;  ///< Writer and number; 0 for an absent item.
  bool unread = false;
};

std::map<std::string, FinalValue> CollectFinals(const RunFacts& facts) {
  std::map<std::string, FinalValue> finals;
  for (const FinalLine& line : facts.finals) {
    FinalValue& value = finals[line.key];
    value.regions.insert(line.region);
    value.values.insert({line.writer, line.seen.value_or(0)});
    value.unread = value.unread || !line.error.empty();
  }
  return finals;
}

void JudgeCounter(const std::vector<Write>& writes, Conflict& out) {
  for (const Write& write : writes) {
    out.acknowledged += write.acknowledged() ? 1 : 0;
    out.unknown += write.outcome == Outcome::kUnknown ? 1 : 0;
  }
  if (out.known) out.lost_increments = std::max<int64_t>(0, out.acknowledged - out.number);
}

/// The last acknowledged write of each writer, and its later unknown ones, may
/// be the final value.
bool MayBeFinal(const std::vector<Write>& writes, const Write& value) {
  if (value.outcome == Outcome::kFailed) return false;
  return std::none_of(writes.begin(), writes.end(), [&](const Write& other) {
    return other.writer == value.writer && other.seq > value.seq && other.acknowledged();
  });
}

void JudgeValue(const std::vector<Write>& writes, Conflict& out) {
  const Write* winner = nullptr;
  for (const Write& write : writes) {
    out.acknowledged += write.acknowledged() ? 1 : 0;
    out.unknown += write.outcome == Outcome::kUnknown ? 1 : 0;
    if (write.writer == out.winner && write.seq == out.number) winner = &write;
  }
  if (!out.known || out.acknowledged == 0) return;
  out.lost = winner == nullptr || !MayBeFinal(writes, *winner);
  if (winner == nullptr) {
    out.winner.clear();
    return;
  }
  out.region = winner->region;
  for (const Write& write : writes)
    if (write.acknowledged() && write.region != winner->region && write.writer != winner->writer)
      ++out.overtaken;
}

}  // namespace

Conflicts FindConflicts(const RunFacts& facts) {
  Conflicts out;
  const std::map<std::string, FinalValue> finals = CollectFinals(facts);
  for (const auto& [key, writes] : SharedWrites(facts)) {
    Conflict one;
    one.key = key;
    one.counter = std::any_of(writes.begin(), writes.end(),
                              [](const Write& write) { return write.op == Op::kIncrement; });
    if (const auto final = finals.find(key); final != finals.end() && !final->second.unread) {
      const FinalValue& value = final->second;
      one.known = value.values.size() == 1 && value.regions.size() >= facts.rules.regions.size();
      if (one.known) std::tie(one.winner, one.number) = *value.values.begin();
    }
    if (one.counter)
      JudgeCounter(writes, one);
    else
      JudgeValue(writes, one);
    out.overtaken += one.overtaken;
    out.lost += one.lost ? 1 : 0;
    out.lost_increments += one.lost_increments;
    out.unknown_keys += one.known ? 0 : 1;
    out.keys.push_back(std::move(one));
  }
  return out;
}

}  // namespace lifeboat::drill
