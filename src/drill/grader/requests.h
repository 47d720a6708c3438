// Requests: the attempts of one logical request summed up, and whether it was served correctly.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/good_window.h"
#include "drill/grader/history.h"

namespace lifeboat::drill {

struct Request {
  int64_t id = 0;
  std::string cohort;
  Op op = Op::kGet;
  std::string key;
  Micros scheduled = 0;
  Micros sent = 0;           ///< Of the first attempt.
  Micros answered_sent = 0;  ///< Of the last attempt.
  Micros done = 0;
  std::string region;  ///< Of the last attempt.
  bool acknowledged = false;
  int status = 0;
  std::optional<int64_t> seen;
  bool correct = false;

  RequestPoint point() const { return {scheduled, done - scheduled, correct}; }
};

/// Reads against what the client knew was there. `missing_item` is apart from the other three.
struct ReadFindings {
  int64_t stale = 0;
  int64_t read_your_writes = 0;
  int64_t non_monotonic = 0;
  int64_t missing_item = 0;
};

/// What is known to be missing when reads and writes are judged. Before the audit has told, an
/// answer after T0 that may come from a missing write is taken as correct.
struct Knowledge {
  std::optional<Micros> t0;
  bool audited = false;
  std::set<std::string> missing_keys;
  bool Excuses(const std::string& key, Micros sent) const {
    return t0 && sent >= *t0 && (!audited || missing_keys.contains(key));
  }
};

/// Requests whose last attempt is in the journal, by scheduled time, judged; `findings` may be
/// null.
std::vector<Request> JudgeRequests(const RunFacts& facts, const History& history,
                                   const Knowledge& knowledge, ReadFindings* findings);

}  // namespace lifeboat::drill
