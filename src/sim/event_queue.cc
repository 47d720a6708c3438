#include "sim/event_queue.h"

#include <algorithm>

namespace lifeboat::sim {

void EventQueue::After(Duration delay, std::function<void()> task) {
  heap_.push_back({now_ + std::max(delay, Duration()), made_++, std::move(task)});
  std::push_heap(heap_.begin(), heap_.end(), Later);
}

bool EventQueue::RunNext(Instant end) {
  if (heap_.empty() || heap_.front().due > end) return false;
  std::pop_heap(heap_.begin(), heap_.end(), Later);
  const Event event = std::move(heap_.back());
  heap_.pop_back();
  now_ = event.due;
  ++executed_;
  event.task();
  return true;
}

void EventQueue::RunFor(Duration time) {
  const Instant end = now_ + time;
  while (RunNext(end)) {
  }
  now_ = end;
}

}  // namespace lifeboat::sim
