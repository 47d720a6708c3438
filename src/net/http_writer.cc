#include "net/http_writer.h"

#include <charconv>

#include "base/bytes.h"

namespace lifeboat::net {
namespace {

constexpr size_t kUsualHeadBytes = 512;

void AppendNumber(std::string& out, uint64_t value) {
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end);
}

// A line break in a name or value would let its author write fields, or whole answers, of his own.
void AppendClean(std::string& out, std::string_view text) {
  const size_t at = out.size();
  out += text;
  for (size_t i = at; i < out.size(); ++i) {
    if (out[i] == '\r' || out[i] == '\n' || out[i] == '\0') out[i] = ' ';
  }
}

void AppendField(std::string& out, std::string_view name, std::string_view value) {
  AppendClean(out, name);
  out += ": ";
  AppendClean(out, value);
  out += "\r\n";
}

bool IsFraming(std::string_view name) {
  switch (name.size()) {
    case 10:
      return EqualsIgnoreCase(name, "Connection");
    case 14:
      return EqualsIgnoreCase(name, "Content-Length");
    case 17:
      return EqualsIgnoreCase(name, "Transfer-Encoding");
    default:
      return false;
  }
}

// RFC 9110, sections 15.2, 15.3.5 and 15.4.5.
bool StatusHasBody(int status) { return status >= 200 && status != 204 && status != 304; }

void AppendLength(std::string& out, const http::Response& response,
                  const ResponseFraming& framing) {
  if (!StatusHasBody(response.status)) return;
  uint64_t length = response.pieces ? response.pieces->size() : response.body.size();
  // The answer to HEAD may tell the length of a body that nobody made.
  if (framing.head && length == 0) {
    length = ParseUint(response.headers.Get("Content-Length")).value_or(0);
  }
  out += "Content-Length: ";
  AppendNumber(out, length);
  out += "\r\n";
}

}  // namespace

void AppendResponseHead(std::string& out, const http::Response& response,
                        const ResponseFraming& framing, std::string_view date,
                        std::string_view server) {
  out.reserve(out.size() + kUsualHeadBytes);
  out += "HTTP/1.1 ";
  AppendNumber(out, static_cast<uint64_t>(response.status));
  out += ' ';
  out += http::ReasonPhrase(response.status);
  out += "\r\n";
  bool has_date = false;
  bool has_server = server.empty();
  for (const auto& [name, value] : response.headers) {
    if (IsFraming(name)) continue;
    has_date = has_date || EqualsIgnoreCase(name, "Date");
    has_server = has_server || EqualsIgnoreCase(name, "Server");
    AppendField(out, name, value);
  }
  if (!has_server) AppendField(out, "Server", server);
  if (!has_date) AppendField(out, "Date", date);
  AppendLength(out, response, framing);
  if (!framing.keep_alive) {
    out += "Connection: close\r\n";
  } else if (framing.http10) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

bool BodyIsSent(const http::Response& response, const ResponseFraming& framing) {
  return !framing.head && StatusHasBody(response.status);
}

void AppendRequestHead(std::string& out, const http::Request& request, std::string_view host) {
  AppendClean(out, request.method);
  out += ' ';
  AppendClean(out, request.target);
  out += " HTTP/1.1\r\n";
  bool has_host = false;
  bool closes = false;
  for (const auto& [name, value] : request.headers) {
    if (EqualsIgnoreCase(name, "Connection")) closes = EqualsIgnoreCase(value, "close");
    if (IsFraming(name)) continue;
    has_host = has_host || EqualsIgnoreCase(name, "Host");
    AppendField(out, name, value);
  }
  if (!has_host) AppendField(out, "Host", host);
  // RFC 9110, section 8.6: methods that foresee content state its length even when it is 0.
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" ||
      request.method == "PATCH") {
    out += "Content-Length: ";
    AppendNumber(out, request.body.size());
    out += "\r\n";
  }
  if (closes) out += "Connection: close\r\n";
  out += "\r\n";
}

std::string_view DateCache::Get(WallTime now) {
  if (now.unix_seconds() != second_) {
    second_ = now.unix_seconds();
    text_ = FormatHttpDate(now);
  }
  return text_;
}

}  // namespace lifeboat::net
