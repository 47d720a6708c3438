// The workload: which key a request is for. When requests are due is Pace's: open loop, from the
// rates alone, so that a slow target can't hide by slowing down its clients.
//
// A key has one writer, a client of a cohort, and never two writes in flight. Each logical write of
// a key has the next sequence number, which travels in the item; so the number that a
// reader finds tells which writes it has. Seed keys are written once, before the load, and then
// only read.
//
// Which key a write takes matters for the count of missing writes: a later write to the same key
// would hide that an earlier one was lost. So updates and deletes take the key with the fewest
// writes and of those the oldest, and from the first fault to the audit's end (Protect) only keys
// whose last write was a survivor's or is old enough to have been copied. After the audit,
// ProvokeConflicts() lets them take any key, so that the region that returns with old writes meets
// newer ones.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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

/// A client of a cohort.
struct Who {
  size_t cohort = 0;
  size_t client = 0;
};

/// One logical request.
struct PlannedRequest {
  Op op = Op::kGet;
  Who who;
  size_t key_index = 0;
  std::string key;
  int64_t seq = 0;  ///< 0 for reads.
  bool shared = false;
  bool creates = false;  ///< The first write of a shared key, whatever its `op`.
};

/// How a logical write ended.
struct WriteEnd {
  Outcome outcome = Outcome::kUnknown;
  int status = 0;      ///< The last answer's, 0 for none.
  std::string region;  ///< Whose address the last attempt has dialed.
  Instant at;
  /// Nothing can be asked of the item: the answer to its create didn't tell its id.
  bool nameless = false;
  /// The next write must wait until a read has told the item's version (Workload::Release).
  bool held = false;
};

/// Even spacing: request i of a cohort's class is due at (i + phase) / rate and belongs to client
/// (first + i) mod clients.
class Pace {
 public:
  Pace(double rate_per_second, size_t clients, double phase, size_t first = 0)
      : rate_(rate_per_second), clients_(clients), phase_(phase), first_(first) {}
  bool active() const { return rate_ > 0; }
  /// Since the workload's start.
  Duration due() const;
  size_t client() const { return (first_ + static_cast<size_t>(count_)) % clients_; }
  void Advance() { ++count_; }

 private:
  double rate_;
  size_t clients_;
  double phase_;
  size_t first_;
  int64_t count_ = 0;
};

class Workload {
 public:
  /// `clients` by cohort; the seed's writer is one more cohort, of one client. Keys are
  /// `<prefix><n>`.
  Workload(const WorkloadSpec& spec, const std::vector<size_t>& clients, std::string key_prefix,
           uint64_t seed);

  /// The next write of the client. A create when no key is free for what the mix asked for.
  PlannedRequest NextWrite(Who who);
  PlannedRequest NextCreate(Who who);

  /// Keys `<prefix><pool>-<n>` that every client of the cohorts with this pool may write.
  void AddPool(const SharedKeysSpec& spec);
  /// The next creation of a shared key that nobody has asked for yet.
  std::optional<PlannedRequest> NextPoolSeed();
  bool pools_created() const;
  /// A write of the pool's keys in turn; one that needs what `is_ready` says is not known is passed
  /// over.
  std::optional<PlannedRequest> NextSharedWrite(
      Who who, const std::string& pool, const std::function<bool(const PlannedRequest&)>& is_ready);
  std::optional<PlannedRequest> NextSharedRead(Who who, const std::string& pool);

  PlannedRequest NextSeed() { return NextCreate({cohorts_.size() - 1, 0}); }
  /// nullopt while there is no key to read. Half of the reads are of the client's own keys, half of
  /// anyone's.
  std::optional<PlannedRequest> NextRead(Who who);
  /// Every write that was handed out must be given back once, when its last attempt has ended.
  void OnWriteEnd(const PlannedRequest& request, const WriteEnd& end);
  /// A key that was held can be written again.
  void Release(size_t key_index);

  /// From now on updates and deletes spare the keys that `region` wrote last, after `before`.
  void Protect(std::string region, Instant before);
  void ProvokeConflicts();
  size_t seed_keys() const { return cohorts_.back()[0].live.size(); }
  /// Created, and neither deleted nor being deleted, as far as the writers have been told.
  bool ShouldExist(size_t key_index) const {
    return keys_[key_index].live && !keys_[key_index].deleting;
  }

  struct Key {
    std::string name;
    Who who;
    std::optional<Op> shared;  ///< How a shared key is written.
    int64_t last_seq = 0;
    bool busy = false;
    bool live = false;      ///< Believed to be there.
    bool held = false;      ///< Not to be written for now.
    bool deleting = false;  ///< The write in flight is a delete.
    int64_t order = 0;      ///< Of its last write among all writes.
    size_t live_at = 0;     ///< Its place in the client's list of live keys.
    std::string region;     ///< That had its last write which may have been executed ...
    Instant written;        ///< ... and when that ended.
  };
  /// All keys that were ever written or tried to, in the order of their creation.
  const std::vector<Key>& keys() const { return keys_; }
  /// Counts the writes handed out; a key whose `order` is below an earlier value of this has not
  /// been written since.
  int64_t write_count() const { return writes_; }

 private:
  struct ClientKeys {
    std::vector<size_t> live;
    /// Live and free keys: (writes so far, order of the last, index).
    std::set<std::tuple<int64_t, int64_t, size_t>> free;
  };
  struct Pool {
    std::vector<size_t> keys;
    std::map<size_t, size_t> next;  ///< Each cohort goes round by itself, or they would never meet.
  };
  ClientKeys& Of(Who who) { return cohorts_[who.cohort][who.client]; }
  const std::vector<size_t>& AnyLive();
  std::optional<size_t> PickWritten(Who who);
  bool Spared(const Key& key) const;
  PlannedRequest Begin(Op op, size_t key_index);
  void SetFree(size_t key_index, bool is_free);
  void AddLive(size_t key_index);
  void RemoveLive(size_t key_index);

  WorkloadSpec spec_;
  std::string prefix_;
  Prng prng_;
  std::vector<Key> keys_;
  std::vector<std::vector<ClientKeys>> cohorts_;
  int64_t writes_ = 0;
  std::map<std::string, Pool> pools_;
  /// The last number of each writer of a shared key.
  std::map<std::tuple<size_t, size_t, size_t>, int64_t> shared_numbers_;
  bool provoke_ = false;
  std::string protected_region_;
  Instant protected_from_;
};

}  // namespace lifeboat::drill
