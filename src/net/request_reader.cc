#include "net/request_reader.h"

#include "base/bytes.h"

namespace lifeboat::net {

// The common case costs no copy: a read that holds whole requests is parsed where it was read to,
// and only the rest of it, if any, is kept.
void RequestReader::Read(std::string_view fresh, RequestTaker& taker) {
  std::string joined;
  if (!left_over_.empty()) {
    joined = std::exchange(left_over_, {});
    joined += fresh;
    fresh = joined;
  }
  while (!fresh.empty() && taker.MayTake()) {
    if (!ReadOne(fresh, taker)) break;
  }
  left_over_ = fresh;
}

/// Takes one request, or what there is of it, off `bytes`; false when more bytes are needed, or
/// when none can help.
bool RequestReader::ReadOne(std::string_view& bytes, RequestTaker& taker) {
  bytes.remove_prefix(parser_.Feed(bytes));
  if (parser_.state() == ParseState::kFailed) {
    taker.OnRefusal(parser_.error_status(), parser_.error());
    return false;
  }
  if (parser_.header_done() && !std::exchange(expect_seen_, true) && !ExpectationIsMet(taker)) {
    return false;
  }
  if (parser_.state() != ParseState::kDone) return false;
  http::Request request = std::move(parser_.request());
  const ResponseFraming framing = {parser_.keep_alive(), parser_.http10(),
                                   request.method == "HEAD"};
  Reset();
  taker.OnRequest(std::move(request), framing);
  return true;
}

bool RequestReader::ExpectationIsMet(RequestTaker& taker) {
  const std::string_view expect = parser_.expect();
  if (expect.empty() || parser_.http10()) return true;
  if (!EqualsIgnoreCase(expect, "100-continue")) {
    taker.OnRefusal(417, "unknown expectation");
    return false;
  }
  invitation_due_ = parser_.state() == ParseState::kNeedMore;
  return true;
}

void RequestReader::Drop() {
  left_over_.clear();
  Reset();
}

void RequestReader::Reset() {
  parser_.Reset();
  expect_seen_ = invitation_due_ = false;
}

}  // namespace lifeboat::net
