#include "drill/grader/requests.h"

#include <algorithm>
#include <map>

namespace lifeboat::drill {
namespace {

constexpr int kNotFound = 404;

std::vector<Request> CollectRequests(const std::vector<Attempt>& attempts) {
  std::map<int64_t, Request> open;
  std::vector<Request> ended;
  for (const Attempt& a : attempts) {  // Sorted by request, then attempt.
    const auto [it, is_first] = open.try_emplace(a.id);
    Request& r = it->second;
    if (is_first) {
      r.id = a.id;
      r.cohort = a.cohort;
      r.op = a.op;
      r.key = a.key;
      r.scheduled = a.scheduled;
      r.sent = a.sent;
    }
    r.answered_sent = a.sent;
    r.done = a.done;
    r.region = a.region;
    r.status = a.status;
    r.seen = a.seen;
    r.acknowledged = r.acknowledged || a.outcome == Outcome::kAcknowledged;
    if (a.last) ended.push_back(r);
  }
  std::sort(ended.begin(), ended.end(), [](const Request& a, const Request& b) {
    return std::tie(a.scheduled, a.id) < std::tie(b.scheduled, b.id);
  });
  return ended;
}

bool JudgeWrite(const Request& r, const Knowledge& knowledge) {
  if (r.acknowledged) return true;
  // The survivor answers rightly that it has no such item; that it has none is the RPO's matter.
  return r.op != Op::kCreate && r.status == kNotFound && knowledge.Excuses(r.key, r.answered_sent);
}

/// The greatest reach that a cohort has read of a key, by the end of the read.
class SeenBefore {
 public:
  void Add(const Request& r, int64_t reach) {
    reads_[{r.cohort, r.key}].push_back({r.done, reach});
  }
  int64_t Best(const Request& r) const {
    const auto it = reads_.find({r.cohort, r.key});
    int64_t best = 0;
    if (it == reads_.end()) return best;
    for (const auto& [done, reach] : it->second)
      if (done <= r.answered_sent) best = std::max(best, reach);
    return best;
  }

 private:
  std::map<std::pair<std::string, std::string>, std::vector<std::pair<Micros, int64_t>>> reads_;
};

class ReadJudge {
 public:
  ReadJudge(const History& history, const Knowledge& knowledge, ReadFindings& findings)
      : history_(history), knowledge_(knowledge), findings_(findings) {}

  bool Judge(const Request& r) {
    const bool found = r.acknowledged && r.seen;
    const bool absent = r.status == kNotFound;
    const auto key = history_.find(r.key);
    if ((!found && !absent) || key == history_.end()) return found;
    const int64_t floor = key->second.AckedBy(r.answered_sent);
    const int64_t reach = key->second.Reach(absent ? std::nullopt : r.seen, r.done);
    const int64_t before = seen_.Best(r);
    seen_.Add(r, reach);
    if (reach >= floor && reach >= before) return true;
    if (knowledge_.Excuses(r.key, r.answered_sent)) {
      ++findings_.missing_item;
      return true;
    }
    if (reach < floor) ++findings_.stale;
    if (reach < floor && key->second.cohort == r.cohort) ++findings_.read_your_writes;
    if (reach < before) ++findings_.non_monotonic;
    return reach >= floor;
  }

 private:
  const History& history_;
  const Knowledge& knowledge_;
  ReadFindings& findings_;
  SeenBefore seen_;
};

}  // namespace

std::vector<Request> JudgeRequests(const RunFacts& facts, const History& history,
                                   const Knowledge& knowledge, ReadFindings* findings) {
  ReadFindings own;
  ReadJudge reads(history, knowledge, findings == nullptr ? own : *findings);
  std::vector<Request> requests = CollectRequests(facts.attempts);
  // A read is compared with the reads that ended before it began, so judge in the order of ends.
  std::vector<Request*> by_end;
  for (Request& r : requests) by_end.push_back(&r);
  std::stable_sort(by_end.begin(), by_end.end(),
                   [](const Request* a, const Request* b) { return a->done < b->done; });
  for (Request* r : by_end)
    r->correct = r->op == Op::kGet ? reads.Judge(*r) : JudgeWrite(*r, knowledge);
  return requests;
}

}  // namespace lifeboat::drill
