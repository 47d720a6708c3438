// For tests: services of one or more regions over memory engines, with peer messages that the test
// delivers. A region can be crashed and opened again.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dynamodb/service.h"
#include "storage/memory_engine.h"

namespace lifeboat::dynamodb::testing {

/// Runs tasks when their time has come.
class ManualScheduler final : public Scheduler {
 public:
  explicit ManualScheduler(const ManualClock& clock) : clock_(clock) {}
  void After(Duration delay, std::function<void()> task) override {
    tasks_.emplace(clock_.Now() + delay, std::move(task));
  }
  /// True when something ran.
  bool RunDue();
  void Clear() { tasks_.clear(); }

 private:
  const ManualClock& clock_;
  std::multimap<Instant, std::function<void()>> tasks_;
};

class TestWorld;

/// Messages become part of the sender's batch, and so survive its crash, as in region/.
class FakePeers final : public Peers {
 public:
  FakePeers(TestWorld& world, std::string region) : world_(world), region_(std::move(region)) {}
  std::vector<std::string> Regions() const override;
  void Send(storage::WriteBatch& batch, std::string_view region, json::Value message) override;
  void Flush() override {}

 private:
  TestWorld& world_;
  std::string region_;
  uint64_t next_ = 0;
};

struct Region {
  std::string name;
  storage::MemoryEngine engine;
  std::unique_ptr<storage::ManualCommitter> committer;
  std::unique_ptr<ManualScheduler> scheduler;
  std::unique_ptr<FakePeers> peers;
  Prng prng{1};
  std::unique_ptr<Service> service;
  std::vector<ReplicationGroup> groups;  ///< All that the watcher was told, oldest first.
  bool up = true;
  uint64_t generation = 0;  ///< Grows with each opening.
};

struct Answer {
  int status = 0;
  http::Headers headers;
  std::string body;
  json::Value json;
  std::string Type() const;
  std::string Message() const;
};

class TestWorld {
 public:
  explicit TestWorld(std::vector<std::string> names);

  Region& operator[](std::string_view name);
  /// Starts a request; `answer` is filled when it is answered. Nothing is committed by it.
  void Start(std::string_view region, std::string_view operation, std::string body,
             std::shared_ptr<Answer> answer);
  /// Sends a request and lets everything settle.
  Answer Call(std::string_view region, std::string_view operation, const std::string& body);
  Answer Call(std::string_view operation, const std::string& body) {
    return Call(names_.front(), operation, body);
  }
  /// Commits, runs due tasks and delivers messages between regions that are up until nothing is
  /// left to do.
  void Settle();
  /// Loses what was not committed, and opens the service again.
  void Crash(std::string_view region);
  /// Puts an earlier copy of the disk in its place, and opens the service again.
  void RollBack(std::string_view region, const storage::MemoryEngine::Image& copy);
  void Open(Region& region);

  ManualClock clock;
  const std::vector<std::string>& names() const { return names_; }

 private:
  bool DeliverOne(Region& from);

  std::vector<std::string> names_;
  std::map<std::string, Region, std::less<>> regions_;
};

/// Single quotes to double ones, so that tests can be read.
std::string Q(std::string_view text);

}  // namespace lifeboat::dynamodb::testing
