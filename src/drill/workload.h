// The workload: which request is due when, and on which key. Open loop: the schedule comes from the
// rates alone, so that a slow target can't hide by slowing down its clients.
//
// A key has one writer, and never two writes in flight. Each logical write of a key has the next
// sequence number, which travels in the item as `drillSeq`; so the number that a reader finds tells
// which writes it has.
//
// Which key a write takes matters for the count of missing writes: a later write to the same key
// would hide that an earlier one was lost. Until the audit, updates and deletes therefore take the
// key with the fewest writes and of those the oldest. After it, ProvokeConflicts() lets them take
// any key, so that the region that returns with old writes meets newer ones.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/prng.h"
#include "base/time.h"
#include "drill/attempt.h"
#include "drill/scenario.h"

namespace lifeboat::drill {

/// One logical request.
struct PlannedRequest {
  Op op = Op::kGet;
  size_t cohort = 0;
  size_t key_index = 0;
  std::string key;
  int64_t seq = 0;  ///< 0 for reads.
};

/// Even spacing: request i of a class is due at i / rate and belongs to cohort i mod cohorts.
class Pace {
 public:
  Pace(double rate_per_second, size_t cohorts) : rate_(rate_per_second), cohorts_(cohorts) {}
  bool active() const { return rate_ > 0; }
  /// Since the workload's start.
  Duration due() const;
  size_t cohort() const { return static_cast<size_t>(count_) % cohorts_; }
  void Advance() { ++count_; }

 private:
  double rate_;
  size_t cohorts_;
  int64_t count_ = 0;
};

class Workload {
 public:
  /// Keys are `<prefix><n>`.
  Workload(const WorkloadSpec& spec, size_t cohorts, std::string key_prefix, uint64_t seed);

  /// The next write of the cohort. A create when no key is free for what the mix asked for.
  PlannedRequest NextWrite(size_t cohort);
  PlannedRequest NextCreate(size_t cohort);
  /// nullopt while the cohort and its fellows have no key to read. Half of the reads are of the
  /// cohort's own keys, half of anyone's.
  std::optional<PlannedRequest> NextRead(size_t cohort);
  /// Every write that was handed out must be given back once, when its last attempt has ended.
  /// `status` is the last answer's, 0 for none.
  void OnWriteEnd(const PlannedRequest& request, Outcome outcome, int status);
  void ProvokeConflicts() { provoke_ = true; }
  size_t live_keys(size_t cohort) const { return cohorts_[cohort].live.size(); }

  struct Key {
    std::string name;
    size_t cohort = 0;
    int64_t last_seq = 0;
    bool busy = false;
    bool live = false;   ///< Believed to be there.
    int64_t order = 0;   ///< Of its last write among all writes.
    size_t live_at = 0;  ///< Its place in the cohort's list of live keys.
  };
  /// All keys that were ever written or tried to, in the order of their creation.
  const std::vector<Key>& keys() const { return keys_; }
  /// Counts the writes handed out; a key whose `order` is below an earlier value of this has not
  /// been written since.
  int64_t write_count() const { return writes_; }

 private:
  struct CohortKeys {
    std::vector<size_t> live;
    /// Live and free keys: (writes so far, order of the last, index).
    std::set<std::tuple<int64_t, int64_t, size_t>> free;
  };
  std::optional<size_t> PickWritten(size_t cohort);
  PlannedRequest Begin(Op op, size_t key_index);
  void SetFree(size_t key_index, bool is_free);
  void AddLive(size_t key_index);
  void RemoveLive(size_t key_index);

  WorkloadSpec spec_;
  std::string prefix_;
  Prng prng_;
  std::vector<Key> keys_;
  std::vector<CohortKeys> cohorts_;
  int64_t writes_ = 0;
  bool provoke_ = false;
};

}  // namespace lifeboat::drill
