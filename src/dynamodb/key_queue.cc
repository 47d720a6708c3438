#include "dynamodb/key_queue.h"

#include <algorithm>

#include "base/check.h"

namespace lifeboat::dynamodb {

KeyQueue::Ticket KeyQueue::Enter(std::vector<std::string> keys, Kind kind,
                                 std::function<void(Ticket)> ready) {
  if (keys.size() > 1) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  }
  const Ticket ticket = next_++;
  Waiting waiting{std::move(keys), kind, 0, std::move(ready)};
  for (const std::string& key : waiting.keys) {
    Queue& queue = queues_[key];
    if (!queue.tickets.empty()) ++waiting.not_first;
    queue.tickets.push_back(ticket);
    if (kind == Kind::kTransaction) ++queue.transactions;
  }
  const bool free = waiting.not_first == 0;
  tickets_.emplace(ticket, std::move(waiting));
  if (free) {
    ready_.push_back(ticket);
    RunReady();
  }
  return ticket;
}

void KeyQueue::Leave(Ticket ticket) {
  const auto it = tickets_.find(ticket);
  Check(it != tickets_.end(), "only a ticket that was given out leaves");
  const Waiting waiting = std::move(it->second);
  tickets_.erase(it);
  for (const std::string& key : waiting.keys) {
    const auto found = queues_.find(key);
    Queue& queue = found->second;
    Check(queue.tickets.front() == ticket, "only the first of a queue leaves it");
    queue.tickets.pop_front();
    if (waiting.kind == Kind::kTransaction) --queue.transactions;
    if (queue.tickets.empty()) {
      queues_.erase(found);
      continue;
    }
    const Ticket next = queue.tickets.front();
    if (--tickets_.at(next).not_first == 0) ready_.push_back(next);
  }
  RunReady();
}

bool KeyQueue::InTransaction(const std::string& key) const {
  const auto it = queues_.find(key);
  return it != queues_.end() && it->second.transactions > 0;
}

// A `ready` may leave at once and so wake others; a loop instead of recursion keeps the stack flat.
void KeyQueue::RunReady() {
  if (running_) return;
  running_ = true;
  while (!ready_.empty()) {
    const Ticket ticket = ready_.front();
    ready_.pop_front();
    const auto ready = std::move(tickets_.at(ticket).ready);
    ready(ticket);
  }
  running_ = false;
}

}  // namespace lifeboat::dynamodb
