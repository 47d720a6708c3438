// HTTP/1.1 messages to bytes. Framing fields (Content-Length, Transfer-Encoding, Connection) are
// ours alone: whatever the message carries of them is left out.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "http/message.h"

namespace lifeboat::net {

struct ResponseFraming {
  bool keep_alive = true;
  bool http10 = false;  ///< The request was HTTP/1.0, where keep-alive must be said.
  bool head = false;    ///< The request's method was HEAD.
};

/// Appends status line and header; the body goes behind it unless BodyIsSent() is false. `date` is
/// the value of the Date field, `server` that of Server when the message has none (empty: none).
void AppendResponseHead(std::string& out, const http::Response& response,
                        const ResponseFraming& framing, std::string_view date,
                        std::string_view server);
bool BodyIsSent(const http::Response& response, const ResponseFraming& framing);

/// Appends request line and header; the body goes behind it. A missing Host is taken from `host`.
void AppendRequestHead(std::string& out, const http::Request& request, std::string_view host);

/// The Date field's value, made anew only when the second has changed.
class DateCache {
 public:
  std::string_view Get(WallTime now);

 private:
  int64_t second_ = -1;
  std::string text_;
};

}  // namespace lifeboat::net
