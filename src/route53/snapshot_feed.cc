#include "route53/snapshot_feed.h"

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

void SnapshotFeed::Publish(const State& state) {
  if (!text_.empty() && state.number == number_ && state.epoch == epoch_) return;
  epoch_ = state.epoch;
  number_ = state.number;
  text_ = EncodeSnapshot(state);
  std::list<Waiting> ready;
  ready.swap(waiting_);
  for (const Waiting& poll : ready) poll.reply(Answer());
}

void SnapshotFeed::Poll(std::string_view epoch, uint64_t applied, Duration wait,
                        http::Reply reply) {
  if (epoch != epoch_ || applied != number_) return reply(Answer());
  if (waiting_.size() >= kMaxWaitingPolls) return reply(Empty(503));
  const uint64_t id = next_id_++;
  waiting_.push_back({id, std::move(reply)});
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

http::Response SnapshotFeed::Answer() const {
  http::Response response;
  response.headers.Add("Content-Type", "application/json");
  response.body = text_;
  return response;
}

}  // namespace lifeboat::route53
