#include "drill/grader/requests.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace lifeboat::drill {
namespace {

constexpr int64_t kNotFound = 404;
constexpr int64_t kConflict = 409;

void AddAttempt(Request& r, const Attempt& a) {
  ++r.attempts;
  r.answered_sent = a.sent;
  r.done = a.done;
  r.region = a.region;
  r.status = a.status;
  r.seen = a.seen;
  r.match = a.match;
  r.error = a.error;
  r.acknowledged = r.acknowledged || a.outcome == Outcome::kAcknowledged;
}

std::vector<Request> CollectRequests(const RunFacts& facts) {
  std::map<int64_t, Request> open;
  std::vector<Request> ended;
  for (const Attempt& a : facts.attempts) {  // Sorted by request, then attempt.
    if (!IsTraffic(a.cohort)) continue;
    const auto [it, is_first] = open.try_emplace(a.id);
    Request& r = it->second;
    if (is_first) {
      r.id = a.id;
      r.cohort = a.cohort;
      r.client = a.client;
      r.op = a.op;
      r.key = a.key;
      r.shared = IsShared(facts.rules, a);
      r.scheduled = a.scheduled;
      r.sent = a.sent;
    }
    AddAttempt(r, a);
    if (a.last) ended.push_back(r);
  }
  std::sort(ended.begin(), ended.end(), [](const Request& a, const Request& b) {
    return std::tie(a.scheduled, a.id) < std::tie(b.scheduled, b.id);
  });
  return ended;
}

void JudgeWrite(Request& r, const Knowledge& knowledge) {
  // A conditional write that was overtaken is told so, and that is right.
  r.correct = r.acknowledged || (r.op == Op::kPutIf && r.status == kConflict);
  // The survivor answers rightly that it has no such item; that it has none is
  // the RPO's matter.
  if (r.correct || r.op == Op::kCreate || r.status != kNotFound) return;
  r.excused = knowledge.Excuses(r.key, r.answered_sent);
  r.correct = r.excused;
}

/// The greatest reach that a client has read of a key, by the end of the read.
class SeenBefore {
 public:
  void Add(const Request& r, int64_t reach) { reads_[IdOf(r)].push_back({r.done, reach}); }
  int64_t Best(const Request& r) const {
    const auto it = reads_.find(IdOf(r));
    int64_t best = 0;
    if (it == reads_.end()) return best;
    for (const auto& [done, reach] : it->second)
      if (done <= r.answered_sent) best = std::max(best, reach);
    return best;
  }

 private:
  using Id = std::tuple<std::string, int64_t, std::string>;
  static Id IdOf(const Request& r) { return {r.cohort, r.client, r.key}; }
  std::map<Id, std::vector<std::pair<Micros, int64_t>>> reads_;
};

class ReadJudge {
 public:
  ReadJudge(const History& history, const Knowledge& knowledge, ReadFindings& findings)
      : history_(history), knowledge_(knowledge), findings_(findings) {}

  void Judge(Request& r) {
    const bool found = r.acknowledged && r.seen;
    const bool absent = r.status == kNotFound;
    const auto key = history_.find(r.key);
    r.correct = found;
    if (r.shared) r.correct = r.acknowledged || absent;
    if (found && r.match == false) {
      ++findings_.wrong_content;
      r.correct = false;
      return;
    }
    if (r.shared || (!found && !absent) || key == history_.end()) return;
    JudgeNumber(r, key->second, key->second.Reach(absent ? std::nullopt : r.seen, r.done));
  }

 private:
  void JudgeNumber(Request& r, const KeyHistory& key, int64_t reach) {
    const int64_t floor = key.AckedBy(r.answered_sent);
    const int64_t before = seen_.Best(r);
    seen_.Add(r, reach);
    r.correct = true;
    if (reach >= floor && reach >= before) return;
    if (knowledge_.Excuses(r.key, r.answered_sent)) {
      ++findings_.missing_item;
      r.excused = true;
      return;
    }
    if (reach < before) ++findings_.non_monotonic;
    if (reach >= floor) return;
    ++findings_.stale;
    if (key.cohort == r.cohort && key.client == r.client) ++findings_.read_your_writes;
    r.correct = LagExplains(r, key, reach);
    if (!r.correct) ++findings_.stale_beyond;
  }

  /// Every write that the read lacks was acknowledged by another region, and
  /// lately.
  bool LagExplains(const Request& r, const KeyHistory& key, int64_t reach) const {
    for (const Write& write : key.writes) {
      if (!write.acknowledged() || write.acked > r.answered_sent || write.seq <= reach) continue;
      if (write.region == r.region || r.answered_sent - write.acked >= knowledge_.lag) return false;
    }
    return true;
  }

  const History& history_;
  const Knowledge& knowledge_;
  ReadFindings& findings_;
  SeenBefore seen_;
};

}  // namespace

std::vector<Request> JudgeRequests(const RunFacts& facts, const History& history,
                                   const Knowledge& knowledge, ReadFindings& findings) {
  ReadJudge reads(history, knowledge, findings);
  std::vector<Request> requests = CollectRequests(facts);
  // A read is compared with the reads that ended before it began, so judge in
  // the order of ends.
  std::vector<Request*> by_end;
  for (Request& r : requests) by_end.push_back(&r);
  std::stable_sort(by_end.begin(), by_end.end(),
                   [](const Request* a, const Request* b) { return a->done < b->done; });
  for (Request* r : by_end) {
    if (r->op == Op::kGet)
      reads.Judge(*r);
    else
      JudgeWrite(*r, knowledge);
  }
  return requests;
}

}  // namespace lifeboat::drill
