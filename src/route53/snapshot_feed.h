// SnapshotFeed: the newest durable snapshot, and the name servers' polls that wait for a newer one.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "base/scheduler.h"
#include "http/message.h"
#include "route53/state.h"

namespace lifeboat::route53 {

class SnapshotFeed {
 public:
  explicit SnapshotFeed(Scheduler& scheduler) : scheduler_(scheduler) {}

  /// `state` is durable now: answers the polls that lack it.
  void Publish(const State& state);
  /// Answers 200 with the newest snapshot as soon as it is not number `applied` of `epoch`; 204
  /// after `wait`; 503 when too many polls wait.
  void Poll(std::string_view epoch, uint64_t applied, Duration wait, http::Reply reply);

 private:
  struct Waiting {
    uint64_t id;
    http::Reply reply;
  };
  void TimeOut(uint64_t id);
  http::Response Answer() const;

  Scheduler& scheduler_;
  std::string epoch_;
  uint64_t number_ = 0;
  std::string text_;
  std::list<Waiting> waiting_;
  uint64_t next_id_ = 1;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lifeboat::route53
