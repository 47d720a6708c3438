#include "net/answer_queue.h"

namespace lifeboat::net {

uint64_t AnswerQueue::Add(ResponseFraming framing) {
  places_.push_back({framing, std::nullopt});
  return first_ + places_.size() - 1;
}

bool AnswerQueue::Fill(uint64_t number, http::Response response) {
  if (number < first_ || number >= first_ + places_.size()) return false;
  Place& place = places_[number - first_];
  if (place.response) return false;
  body_bytes_ += response.body.size();
  place.response = std::move(response);
  return true;
}

void AnswerQueue::Clear() {
  first_ += places_.size();
  places_.clear();
  body_bytes_ = 0;
}

std::optional<AnswerQueue::Answer> AnswerQueue::Next() {
  if (places_.empty() || !places_.front().response) return std::nullopt;
  Place& place = places_.front();
  Answer answer = {std::move(*place.response), place.framing};
  body_bytes_ -= answer.response.body.size();
  places_.pop_front();
  ++first_;
  return answer;
}

}  // namespace lifeboat::net
