#include "http_client.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace techmoda {
namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <class Int>
bool ParseInt(std::string_view text, Int& out, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc() && end == text.data() + text.size();
}

std::string Serialise(const HttpRequest& request, const Endpoint& endpoint) {
  std::string text =
      request.method + " " + request.path + " HTTP/1.1\r\nHost: " + endpoint.HostHeader() + "\r\n";
  for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
  if (!request.body.empty() || request.method != "GET") {
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return text + "\r\n" + request.body;
}

std::string Find(const HttpAnswer& answer, const char* name) {
  const auto found = answer.headers.find(name);
  return found == answer.headers.end() ? std::string() : found->second;
}

}  // namespace

bool ParseHead(std::string_view head, HttpAnswer& answer) {
  const size_t line_end = std::min(head.find("\r\n"), head.size());
  const std::string_view status_line = head.substr(0, line_end);
  if (!status_line.starts_with("HTTP/1.") || status_line.size() < 12) return false;
  if (!ParseInt(status_line.substr(9, 3), answer.status)) return false;
  head.remove_prefix(std::min(head.size(), line_end + 2));
  while (!head.empty()) {
    const size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    answer.headers[Lower(line.substr(0, colon))] = Trim(line.substr(colon + 1));
    head.remove_prefix(std::min(head.size(), end + 2));
  }
  return true;
}

HttpAnswer HttpClient::Send(const HttpRequest& request, Deadline connect_by, Deadline answer_by) {
  HttpAnswer answer;
  if (!connection_) {
    buffer_.clear();
    connection_ = Connection::Open(endpoint_, std::min(connect_by, answer_by), answer.error);
    if (!connection_) return answer;
  }
  const bool sent = connection_->Write(Serialise(request, endpoint_), answer_by);
  if (sent && ReadAnswer(answer, answer_by)) {
    if (Lower(Find(answer, "connection")) == "close") connection_.reset();
    return answer;
  }
  connection_.reset();
  answer = {};
  answer.error = "no whole answer from " + endpoint_.HostHeader();
  // Even a request whose sending failed may have arrived whole.
  answer.maybe_executed = true;
  return answer;
}

bool HttpClient::ReadMore(Deadline deadline) {
  char chunk[16 * 1024];
  const long got = connection_->Read(chunk, sizeof chunk, deadline);
  if (got <= 0 || buffer_.size() + static_cast<size_t>(got) > kMaxAnswerBytes) return false;
  buffer_.append(chunk, static_cast<size_t>(got));
  return true;
}

bool HttpClient::ReadAnswer(HttpAnswer& answer, Deadline deadline) {
  size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (buffer_.size() > kMaxHeadBytes || !ReadMore(deadline)) return false;
  }
  if (!ParseHead(std::string_view(buffer_).substr(0, end), answer)) return false;
  buffer_.erase(0, end + 4);
  return ReadBody(answer, deadline);
}

bool HttpClient::ReadBody(HttpAnswer& answer, Deadline deadline) {
  if (answer.status == 204 || answer.status == 304) return true;
  if (Lower(Find(answer, "transfer-encoding")) == "chunked") return ReadChunks(answer, deadline);
  const std::string length = Find(answer, "content-length");
  if (length.empty()) return true;  // Our servers always tell; nothing follows.
  size_t size = 0;
  if (!ParseInt(std::string_view(length), size) || size > kMaxAnswerBytes) return false;
  while (buffer_.size() < size) {
    if (!ReadMore(deadline)) return false;
  }
  answer.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return true;
}

bool HttpClient::ReadChunks(HttpAnswer& answer, Deadline deadline) {
  while (true) {
    size_t line_end;
    while ((line_end = buffer_.find("\r\n")) == std::string::npos) {
      if (!ReadMore(deadline)) return false;
    }
    size_t size = 0;
    const std::string_view line = std::string_view(buffer_).substr(0, line_end);
    if (!ParseInt(line.substr(0, line.find(';')), size, 16)) return false;
    if (size > kMaxAnswerBytes - answer.body.size()) return false;
    buffer_.erase(0, line_end + 2);
    while (buffer_.size() < size + 2) {
      if (!ReadMore(deadline)) return false;
    }
    answer.body.append(buffer_, 0, size);
    buffer_.erase(0, size + 2);
    if (size == 0) return true;  // No trailers from our servers.
  }
}

}  // namespace techmoda
