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
  /// `state` must outlive it.
  SnapshotFeed(const State& state, Scheduler& scheduler) : state_(state), scheduler_(scheduler) {}

  /// The state is durable now: answers the polls that lack it.
  void Publish();
  /// Only while the state is durable. Answers 200 with the newest snapshot, built on `held`, as
  /// soon as that is another one; 204 after `wait`; 503 when too many polls wait; 409 when `held`
  /// is no part of our history, so that nothing of ours may take its place before we know it.
  void Poll(const Held& held, Duration wait, http::Reply reply);

 private:
  struct Waiting {
    uint64_t id;
    Held held;
    http::Reply reply;
  };
  void TimeOut(uint64_t id);
  /// Whether whoever holds `held` must hear of us: it is not our newest, or not ours at all.
  bool NeedsAnswer(const Held& held) const;
  http::Response Answer(const Held& held) const;

  const State& state_;
  Scheduler& scheduler_;
  std::list<Waiting> waiting_;
  uint64_t next_id_ = 1;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lifeboat::route53
