#include "drill/grader/history.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace lifeboat::drill {
namespace {

void Add(Write& write, const Attempt& attempt) {
  write.sent = std::min(write.sent, attempt.sent);
  if (attempt.outcome == Outcome::kAcknowledged) {
    if (write.acknowledged() && write.acked <= attempt.done) return;
    write.outcome = Outcome::kAcknowledged;
    write.acked = attempt.done;
    write.region = attempt.region;
  } else if (attempt.outcome == Outcome::kUnknown && write.outcome == Outcome::kFailed) {
    write.outcome = Outcome::kUnknown;
  }
}

Write FirstSight(const Attempt& a) {
  Write write;
  write.key = a.key;
  write.seq = a.seq;
  write.op = a.op;
  write.cohort = a.cohort;
  write.client = a.client;
  write.writer = a.Writer();
  write.sent = a.sent;
  return write;
}

/// By key, writer and number.
using Writes = std::map<std::tuple<std::string, std::string, int64_t>, Write>;

Writes CollectWrites(const RunFacts& facts, bool shared) {
  std::set<std::string> shared_keys;
  for (const Attempt& a : facts.attempts)
    if (IsShared(facts.rules, a)) shared_keys.insert(a.key);
  Writes writes;
  for (const Attempt& a : facts.attempts) {
    if (a.op == Op::kGet || a.cohort == kPreflightCohort) continue;
    if (shared_keys.contains(a.key) != shared) continue;
    const std::string writer = shared ? a.Writer() : "";
    const auto [it, is_new] = writes.try_emplace({a.key, writer, a.seq});
    if (is_new) it->second = FirstSight(a);
    Add(it->second, a);
  }
  return writes;
}

}  // namespace

bool IsShared(const Rules& rules, const Attempt& attempt) {
  if (attempt.op == Op::kPut || attempt.op == Op::kPutIf || attempt.op == Op::kIncrement)
    return true;
  const CohortRule* cohort = rules.FindCohort(attempt.cohort);
  return cohort != nullptr && cohort->shared();
}

int64_t KeyHistory::AckedBy(Micros t) const {
  int64_t highest = 0;
  for (const Write& write : writes)
    if (write.acknowledged() && write.acked <= t) highest = write.seq;
  return highest;
}

int64_t KeyHistory::Reach(std::optional<int64_t> seen, Micros t) const {
  if (seen) return *seen;
  int64_t deleted = 0;
  for (const Write& write : writes)
    if (write.op == Op::kDelete && write.outcome != Outcome::kFailed && write.sent <= t)
      deleted = write.seq;
  return deleted;
}

const Write* KeyHistory::LastAcked() const {
  const Write* last = nullptr;
  for (const Write& write : writes)
    if (write.acknowledged()) last = &write;
  return last;
}

const Write* KeyHistory::Find(int64_t seq) const {
  for (const Write& write : writes)
    if (write.seq == seq) return &write;
  return nullptr;
}

History BuildHistory(const RunFacts& facts) {
  History history;
  for (auto& [id, write] : CollectWrites(facts, false)) {
    KeyHistory& key = history[write.key];
    key.cohort = write.cohort;
    key.client = write.client;
    key.writes.push_back(write);
  }
  return history;
}

std::map<std::string, std::vector<Write>> SharedWrites(const RunFacts& facts) {
  std::map<std::string, std::vector<Write>> out;
  for (const auto& [id, write] : CollectWrites(facts, true)) out[write.key].push_back(write);
  return out;
}

}  // namespace lifeboat::drill
