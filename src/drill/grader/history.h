// What happened to each key: its logical writes in order, each with its
// attempts summed up.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "drill/grader/facts.h"

namespace lifeboat::drill {

/// One logical write: one key and one sequence number of its writer.
struct Write {
  std::string key;
  int64_t seq = 0;
  Op op = Op::kCreate;
  std::string cohort;
  int64_t client = 0;
  std::string writer;
  /// Acknowledged if one attempt was, else unknown if one attempt was, else
  /// failed.
  Outcome outcome = Outcome::kFailed;
  Micros sent = 0;     ///< Of the first attempt.
  Micros acked = 0;    ///< When the acknowledgement was received; acknowledged writes only.
  std::string region;  ///< That acknowledged it.
  bool acknowledged() const { return outcome == Outcome::kAcknowledged; }
};

struct KeyHistory {
  std::string cohort;
  int64_t client = 0;
  std::vector<Write> writes;  ///< By sequence number.

  /// The greatest sequence number acknowledged at `t` or before; 0 when none.
  int64_t AckedBy(Micros t) const;
  /// What finding the item with `seen`, or absent, at a read that ended at `t`
  /// says: the number up to which the key's writes are there. An absent item
  /// has the deletes that may have been executed, and nothing when there is
  /// none.
  int64_t Reach(std::optional<int64_t> seen, Micros t) const;
  /// The acknowledged write with the greatest number; nullptr when there is
  /// none.
  const Write* LastAcked() const;
  const Write* Find(int64_t seq) const;
};

using History = std::map<std::string, KeyHistory>;

/// Of keys with one writer; pre-flight's writes and shared keys are left out.
History BuildHistory(const RunFacts& facts);

/// The shared keys' writes: by key, in the order of writer and number.
std::map<std::string, std::vector<Write>> SharedWrites(const RunFacts& facts);

/// Whether the attempt belongs to the traffic that is measured: not to seed or
/// pre-flight.
inline bool IsTraffic(const std::string& cohort) {
  return cohort != kSeedCohort && cohort != kPreflightCohort;
}
/// Whether the attempt is of a key that several writers write.
bool IsShared(const Rules& rules, const Attempt& attempt);

}  // namespace lifeboat::drill
