#include "route53/snapshot_feed.h"

#include "route53/history.h"
#include "route53/service.h"
#include "route53/snapshot.h"

namespace lifeboat::route53 {
namespace {

http::Response Empty(int status) {
  http::Response response;
  response.status = status;
  return response;
}

}  // namespace

bool SnapshotFeed::NeedsAnswer(const Held& held) const {
  return held.epoch != state_.epoch || held.number != state_.number || !IsOurs(state_, held);
}

void SnapshotFeed::Publish() {
  std::list<Waiting> ready;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    const auto next = std::next(it);
    if (NeedsAnswer(it->held)) ready.splice(ready.end(), waiting_, it);
    it = next;
  }
  for (const Waiting& poll : ready) poll.reply(Answer(poll.held));
}

void SnapshotFeed::Poll(const Held& held, Duration wait, http::Reply reply) {
  if (NeedsAnswer(held)) return reply(Answer(held));
  if (waiting_.size() >= kMaxWaitingPolls) return reply(Empty(503));
  const uint64_t id = next_id_++;
  waiting_.push_back({id, held, std::move(reply)});
  scheduler_.After(wait, [this, id, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) TimeOut(id);
  });
}

void SnapshotFeed::TimeOut(uint64_t id) {
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    if (it->id != id) continue;
    const http::Reply reply = std::move(it->reply);
    waiting_.erase(it);
    return reply(Empty(204));
  }
}

http::Response SnapshotFeed::Answer(const Held& held) const {
  if (!held.empty() && !IsOurs(state_, held)) return Empty(409);
  http::Response response;
  response.headers.Add("Content-Type", "application/json");
  response.body = EncodeSnapshot(state_, held);
  return response;
}

}  // namespace lifeboat::route53
