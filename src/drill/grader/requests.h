// Requests: the attempts of one logical request summed up, and whether it was
// served correctly.
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
  int64_t attempts = 0;
  std::string cohort;
  int64_t client = 0;
  Op op = Op::kGet;
  std::string key;
  bool shared = false;
  Micros scheduled = 0;
  Micros sent = 0;           ///< Of the first attempt.
  Micros answered_sent = 0;  ///< Of the last attempt.
  Micros done = 0;
  std::string region;  ///< Of the last attempt.
  bool acknowledged = false;
  int64_t status = 0;
  std::optional<int64_t> seen;
  std::optional<bool> match;
  std::string error;
  bool correct = false;
  /// Correct only because the audit has found that very key missing.
  bool excused = false;

  RequestPoint point() const { return {scheduled, done - scheduled, correct, excused}; }
};

/// Reads against what the client knew was there. `missing_item` is apart from
/// the others.
struct ReadFindings {
  int64_t stale = 0;         ///< Below what was acknowledged before the read was sent.
  int64_t stale_beyond = 0;  ///< Of these, further behind than the assumed lag explains.
  int64_t read_your_writes = 0;
  int64_t non_monotonic = 0;
  int64_t missing_item = 0;
  int64_t wrong_content = 0;  ///< Not what was written for that number.
};

/// What is known to be missing when reads and writes are judged. Without an
/// audit, and after the heal, nothing is excused.
struct Knowledge {
  std::optional<Micros> t0;
  std::optional<Micros> heal;
  std::set<std::string> missing_keys;
  Micros lag = 0;  ///< Younger writes of another region may be on their way.

  bool Excuses(const std::string& key, Micros sent) const {
    return t0 && sent >= *t0 && (!heal || sent < *heal) && missing_keys.contains(key);
  }
};

/// A read may be behind by the greatest lag that is assumed and this.
inline constexpr Micros kLagAllowance = 1'000'000;

/// Requests of the traffic whose last attempt is in the journal, by scheduled
/// time, judged.
std::vector<Request> JudgeRequests(const RunFacts& facts, const History& history,
                                   const Knowledge& knowledge, ReadFindings& findings);

}  // namespace lifeboat::drill
