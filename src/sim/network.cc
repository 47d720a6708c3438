#include "sim/network.h"

#include <vector>

#include "base/check.h"

namespace lifeboat::sim {

bool Network::Lost(const std::string& from, const std::string& to) {
  return blocked_.contains({from, to}) || prng_.Chance(weather_.loss_per_mille, 1000);
}

void Network::Call(Machine& from, const std::string& to, http::Request request, Duration timeout,
                   Done done) {
  const uint64_t call = ++calls_;
  trace_.Note(from.name(), "call {} to {}: {} ({} bytes)", call, to, request.target,
              request.body.size());
  pending_[call] = {&from, from.incarnation(), to, false, std::move(done)};
  events_.After(timeout, [this, call] {
    if (pending_.contains(call)) {
      Finish(call, Error{ErrorCode::kUnknownOutcome, "no answer in time"});
    }
  });
  if (Lost(from.name(), to)) return;
  events_.After(Delay(), [this, call, request = std::move(request)]() mutable {
    Deliver(call, std::move(request));
  });
}

void Network::Deliver(uint64_t call, http::Request request) {
  const auto it = pending_.find(call);
  if (it == pending_.end()) return;
  Machine& target = *machines_.at(it->second.to);
  if (!target.up()) {
    return Answer(call, Error{ErrorCode::kUnavailable, "connection refused"});
  }
  it->second.delivered = true;
  target.Run([this, &target, call, request = std::move(request)] {
    target.process()->Handle(
        request, [this, call](http::Response response) { Answer(call, std::move(response)); });
  });
}

void Network::Answer(uint64_t call, Result<http::Response> result) {
  const auto it = pending_.find(call);
  if (it == pending_.end()) return;  // It has timed out.
  it->second.delivered = false;
  if (Lost(it->second.to, it->second.from->name())) return;
  events_.After(Delay(), [this, call, result = std::move(result)]() mutable {
    Finish(call, std::move(result));
  });
}

void Network::Finish(uint64_t call, Result<http::Response> result) {
  const auto it = pending_.find(call);
  if (it == pending_.end()) return;
  Pending pending = std::move(it->second);
  pending_.erase(it);
  if (pending.incarnation != pending.from->incarnation() || !pending.from->up()) return;
  trace_.Note(pending.from->name(), "call {} to {}: {}", call, pending.to,
              result.ok() ? fmt::format("{} ({} bytes)", result->status, result->body.size())
                          : result.error().message);
  pending.from->Run([done = std::move(pending.done), result = std::move(result)]() mutable {
    done(std::move(result));
  });
}

void Network::OnCrash(const std::string& machine) {
  std::vector<uint64_t> broken;
  for (const auto& [call, pending] : pending_) {
    if (pending.delivered && pending.to == machine) broken.push_back(call);
  }
  for (const uint64_t call : broken) {
    Answer(call, Error{ErrorCode::kUnknownOutcome, "connection reset"});
  }
}

}  // namespace lifeboat::sim
