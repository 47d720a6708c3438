// A few regions in one process for the tests: replication over memory engines, with commits,
// messages and time in virtual time. The tables are as simple as can be, and keep the promises of
// interfaces.h.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "fault/fault.h"
#include "replication/merge.h"
#include "replication/plain_tables.h"
#include "replication/replicator.h"
#include "storage/memory_engine.h"

namespace lifeboat::replication::testing {

inline constexpr storage::TableId kTable{7};
inline constexpr Duration kSoon = Duration::Seconds(3);
/// Long enough for frontiers to go round a few times.
inline constexpr Duration kLong = Duration::Seconds(30);
/// Key to image.
using Items = std::map<std::string, std::string>;

/// Virtual time: tasks in order of their time, then of their making.
class Loop final : public Scheduler, public Clock {
 public:
  void After(Duration delay, std::function<void()> task) override {
    tasks_.push({now_ + std::max(delay, Duration()), made_++, std::move(task)});
  }
  Instant Now() const override { return now_; }
  WallTime WallNow() const override {
    return WallTime::FromSeconds(1'800'000'000) + (now_ - Instant{});
  }
  void RunFor(Duration time);

 private:
  struct Task {
    Instant due;
    uint64_t number;
    std::function<void()> run;
    bool operator<(const Task& o) const {
      return std::tie(o.due, o.number) < std::tie(due, number);
    }
  };
  Instant now_{1};
  uint64_t made_ = 0;
  std::priority_queue<Task> tasks_;
};

/// The cluster's time with a wall clock of one's own.
class SkewedClock final : public Clock {
 public:
  explicit SkewedClock(const Loop& loop) : loop_(loop) {}
  Instant Now() const override { return loop_.Now(); }
  WallTime WallNow() const override { return loop_.WallNow() + skew; }
  Duration skew;

 private:
  const Loop& loop_;
};

/// Makes a batch durable a little later, in order. A crash loses what is under way.
class LateCommitter final : public storage::Committer {
 public:
  LateCommitter(Loop& loop, storage::MemoryEngine& engine) : loop_(loop), engine_(engine) {}
  void Commit(storage::WriteBatch batch, std::function<void(Status)> done) override;
  uint64_t durable_commit() const override { return commits; }
  Duration delay = Duration::Millis(1);
  uint64_t commits = 0;

 private:
  Loop& loop_;
  storage::MemoryEngine& engine_;
  Life life_;
};

class Cluster;

/// A region: its disk stays, the process on it can be killed and started.
class Region final : public PeerCaller {
 public:
  Region(Cluster& cluster, std::string name) : cluster_(cluster), name_(std::move(name)) {}
  void Start();
  void Kill();
  bool up() const { return replicator != nullptr; }
  /// A copy of the disk as it is now; and an older one put back, of a region that is down.
  using Copy = std::shared_ptr<const storage::MemoryEngine::Image>;
  Copy CopyDisk() { return engine->TakeImage(); }
  void PutBack(const Copy& copy) { engine->PutBack(copy.get()); }
  void SetGroup(GroupConfig config);
  void CallPeer(std::string_view region, http::Request request, Duration timeout,
                std::function<void(Result<http::Response>)> done) override;
  /// Key to image, tombstones left out; and everything with versions, for comparing.
  std::map<std::string, std::string> Items() const;
  std::map<std::string, std::string> Raw() const;
  size_t CountTombstones() const;
  static std::string Key(const std::string& name) {
    return storage::EncodeItemKey(kTable, name, "");
  }
  void Put(const std::string& key, const std::string& image) {
    tables->Write(Key(key), image, [](const Status&) {});
  }
  void Delete(const std::string& key) {
    tables->Write(Key(key), std::nullopt, [](const Status&) {});
  }

  std::unique_ptr<storage::MemoryEngine> engine = std::make_unique<storage::MemoryEngine>();
  std::unique_ptr<LateCommitter> committer;
  std::unique_ptr<PlainTables> tables;
  std::unique_ptr<Replicator> replicator;
  Replicator::Options options;
  std::vector<std::string> messages;  ///< Handled, in order; survives a kill.
  int caught_up = 0;
  std::vector<std::string> reintroduced;  ///< Regions that were told of their tables again.
  uint64_t incarnation = 0;
  Duration skew;
  std::optional<SkewedClock> clock;

 private:
  Cluster& cluster_;
  const std::string name_;
  std::optional<GroupConfig> group_;
};

class Cluster {
 public:
  explicit Cluster(int regions, uint64_t seed = 1);
  Region& operator[](const std::string& name) { return *regions_.at(name); }
  Region& at(size_t i) { return *regions_.at(names_[i]); }
  /// All regions are members, none joins.
  void FormGroup() { FormGroup(names_); }
  void FormGroup(const std::vector<std::string>& members);
  void RunFor(Duration time) { loop.RunFor(time); }
  void Inject(fault::Kind kind, const std::string& from, const std::string& to, Duration lag = {});
  void ClearFaults();
  bool Equal() const;

  Loop loop;
  Prng prng;
  fault::Table faults;
  Duration latency = Duration::Millis(1);
  uint64_t loss_percent = 0;
  int calls = 0;
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::unique_ptr<Region>> regions_;
};

}  // namespace lifeboat::replication::testing
