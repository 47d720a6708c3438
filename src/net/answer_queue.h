// AnswerQueue: the places of answers on one connection. Requests take places as they come, answers
// fill them at any time, and leave in the order of the requests (RFC 9112, section 9.3.2).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "http/message.h"
#include "net/http_writer.h"

namespace lifeboat::net {

class AnswerQueue {
 public:
  struct Answer {
    http::Response response;
    ResponseFraming framing;
  };

  /// Takes the next place, and gives its number.
  uint64_t Add(ResponseFraming framing);
  /// Fills a place; false when it was filled before: the answer is dropped.
  bool Fill(uint64_t number, http::Response response);
  /// The first answer, taken off; nullopt while its place is not filled.
  std::optional<Answer> Next();
  /// Drops all places: nobody will hear these answers.
  void Clear();

  /// Places that were taken and not yet taken off.
  size_t size() const { return places_.size(); }
  bool empty() const { return places_.empty(); }
  /// Of bodies whose turn has not come.
  size_t body_bytes() const { return body_bytes_; }

 private:
  struct Place {
    ResponseFraming framing;
    std::optional<http::Response> response;
  };

  std::deque<Place> places_;
  uint64_t first_ = 0;  ///< The number of places_.front().
  size_t body_bytes_ = 0;
};

}  // namespace lifeboat::net
