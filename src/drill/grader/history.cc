#include "drill/grader/history.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

void Add(Write& write, const Attempt& attempt) {
  write.sent = std::min(write.sent, attempt.sent);
  if (attempt.outcome == Outcome::kAcknowledged) {
    if (write.outcome == Outcome::kAcknowledged && write.acked <= attempt.done) return;
    write.outcome = Outcome::kAcknowledged;
    write.acked = attempt.done;
    write.region = attempt.region;
  } else if (attempt.outcome == Outcome::kUnknown && write.outcome == Outcome::kFailed) {
    write.outcome = Outcome::kUnknown;
  }
}

}  // namespace

int64_t KeyHistory::AckedBy(Micros t) const {
  int64_t highest = 0;
  for (const Write& write : writes)
    if (write.outcome == Outcome::kAcknowledged && write.acked <= t) highest = write.seq;
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

History BuildHistory(const std::vector<Attempt>& attempts) {
  std::map<std::pair<std::string, int64_t>, Write> writes;
  for (const Attempt& a : attempts) {
    if (a.cohort == kPreflightCohort) continue;  // Its keys are gone before the load begins.
    if (a.op == Op::kGet) continue;
    const auto [it, is_new] = writes.try_emplace({a.key, a.seq});
    if (is_new) it->second = {a.key, a.seq, a.op, a.cohort, Outcome::kFailed, a.sent, 0, ""};
    Add(it->second, a);
  }
  History history;
  for (auto& [id, write] : writes) {
    KeyHistory& key = history[id.first];
    key.cohort = write.cohort;
    key.writes.push_back(std::move(write));
  }
  return history;
}

}  // namespace lifeboat::drill
