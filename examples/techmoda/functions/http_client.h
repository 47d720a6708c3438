// A small HTTP/1.1 client: one connection that is kept and used again, one request at a time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connection.h"

namespace techmoda {

inline constexpr size_t kMaxAnswerBytes = 16 * 1024 * 1024;
inline constexpr size_t kMaxHeadBytes = 64 * 1024;

struct HttpRequest {
  std::string method;
  std::string path;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Without Host, Content-Length.
  std::string body;
};

struct HttpAnswer {
  int status = 0;                              ///< 0: there was none, `error` says why.
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;
  std::string error;
  /// Without an answer: whether the server may have got and executed the request all the same.
  bool maybe_executed = false;
};

class HttpClient {
 public:
  explicit HttpClient(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}
  const Endpoint& endpoint() const { return endpoint_; }
  /// Connects when there is no usable connection.
  HttpAnswer Send(const HttpRequest& request, Deadline connect_by, Deadline answer_by);

 private:
  bool ReadAnswer(HttpAnswer& answer, Deadline deadline);
  bool ReadMore(Deadline deadline);
  bool ReadBody(HttpAnswer& answer, Deadline deadline);
  bool ReadChunks(HttpAnswer& answer, Deadline deadline);

  Endpoint endpoint_;
  std::unique_ptr<Connection> connection_;
  std::string buffer_;  ///< Read and not used yet.
};

/// Status line and headers; false when malformed. `head` is without the empty line at its end.
bool ParseHead(std::string_view head, HttpAnswer& answer);

}  // namespace techmoda
