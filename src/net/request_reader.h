// RequestReader: the bytes of one connection to whole requests. It keeps what is left over between
// two reads, and knows when a client waits to be invited to send its body (RFC 9110, 10.1.1).
#pragma once

#include <string>
#include <string_view>

#include "net/http_parser.h"
#include "net/http_writer.h"

namespace lifeboat::net {

/// Who takes what a reader reads.
class RequestTaker {
 public:
  /// False: no request more is taken for now, or ever.
  virtual bool MayTake() const = 0;
  virtual void OnRequest(http::Request request, ResponseFraming framing) = 0;
  /// The bytes are no request that could be answered: `status` and `why` are the answer, and
  /// nothing behind it can be understood.
  virtual void OnRefusal(int status, std::string_view why) = 0;

 protected:
  ~RequestTaker() = default;
};

class RequestReader {
 public:
  RequestReader(size_t header_bytes_max, uint64_t body_bytes_max)
      : parser_(header_bytes_max, body_bytes_max) {}

  /// Reads on, first in what is left over and then in `fresh`, as long as `taker` may take.
  void Read(std::string_view fresh, RequestTaker& taker);
  /// Forgets what came of the present request, and what is left over.
  void Drop();

  /// A request has begun and is not whole.
  bool receiving() const { return parser_.started(); }
  bool header_done() const { return parser_.header_done(); }
  /// There are bytes that nobody could take yet.
  bool has_left_over() const { return !left_over_.empty(); }
  /// What it holds: bytes left over and the body so far.
  size_t bytes() const { return left_over_.size() + parser_.body_bytes(); }

  /// The present request's client keeps its body back until it is told to send it.
  bool invitation_due() const { return invitation_due_; }
  void SetInvited() { invitation_due_ = false; }
  /// What is left over, given away to whom the connection goes on with.
  std::string GiveLeftOver() { return std::exchange(left_over_, {}); }

 private:
  bool ReadOne(std::string_view& bytes, RequestTaker& taker);
  bool ExpectationIsMet(RequestTaker& taker);
  void Reset();

  RequestParser parser_;
  std::string left_over_;
  bool expect_seen_ = false;  ///< The present request's Expect field was looked at.
  bool invitation_due_ = false;
};

}  // namespace lifeboat::net
