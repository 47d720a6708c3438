// HTTP/1.1 message parsers: bytes in, http:: values out. Boost.Beast's parser is inside; this is
// the only place that includes Beast, which takes long to compile.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace lifeboat::net {

enum class ParseState { kNeedMore, kDone, kFailed };

/// Reads one request after the other; Reset() in between.
class RequestParser {
 public:
  RequestParser(size_t header_bytes_max, uint64_t body_bytes_max);
  ~RequestParser();

  /// Takes what it can of `bytes` and returns how many. The rest must be given again, with more
  /// behind it (kNeedMore) or to the next message (kDone).
  size_t Feed(std::string_view bytes);
  ParseState state() const;
  /// True from the first byte of a message on.
  bool started() const;
  bool header_done() const;
  /// Of the body, as far as it has come.
  size_t body_bytes() const;

  // From header_done() on.
  bool keep_alive() const;
  bool http10() const;
  /// The value of the Expect field, empty when there is none.
  std::string_view expect() const;

  /// kDone: the message, to be moved away.
  http::Request& request();
  /// kFailed: the status to answer with (400, 413, 501) and why.
  int error_status() const;
  const std::string& error() const;

  void Reset();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads one response, skipping interim ones (1xx).
class ResponseParser {
 public:
  /// `head`: the request's method was HEAD, so there is no body whatever the header says.
  ResponseParser(bool head, size_t header_bytes_max, uint64_t body_bytes_max);
  ~ResponseParser();
  ResponseParser(const ResponseParser&) = delete;

  size_t Feed(std::string_view bytes);
  /// The connection ended: completes a body that is delimited by it, otherwise fails.
  void FeedEnd();
  ParseState state() const;
  bool started() const;
  /// The final response's header is there, and response() has status, headers and the body so far.
  bool header_done() const;
  bool keep_alive() const;
  http::Response& response();
  /// The status line's phrase.
  const std::string& reason() const;
  const std::string& error() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::net
