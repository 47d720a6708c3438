#include "net/http_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/bytes.h"

namespace lifeboat::net {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::string_view;

// A stated length is believed up to here; more is allocated only as it arrives.
constexpr uint64_t kBodyReserveMax = 1 << 20;

std::string_view View(string_view text) { return {text.data(), text.size()}; }

void Reserve(std::string& body, const boost::optional<uint64_t>& content_length) {
  if (content_length) body.reserve(std::min(*content_length, kBodyReserveMax));
}

/// What requests and responses share: fields and body go straight into our message.
template <bool is_request, class Message>
class Sink : public beast::http::basic_parser<is_request> {
 public:
  Sink(size_t header_bytes_max, uint64_t body_bytes_max) : trailer_bytes_left_(header_bytes_max) {
    this->eager(true);
    this->header_limit(static_cast<uint32_t>(header_bytes_max));
    this->body_limit(body_bytes_max);
  }

  Message message;
  int version = 11;
  std::string reason;

 protected:
  void on_request_impl(beast::http::verb, string_view method, string_view target, int http_version,
                       error_code&) override {
    version = http_version;
    if constexpr (is_request) {
      message.method = View(method);
      message.target = View(target);
    }
  }
  void on_response_impl(int status, string_view phrase, int http_version, error_code&) override {
    version = http_version;
    reason = View(phrase);
    if constexpr (!is_request) message.status = status;
  }
  void on_field_impl(beast::http::field, string_view name, string_view value,
                     error_code&) override {
    if (!this->is_header_done()) {
      message.headers.Add(std::string(View(name)), std::string(View(value)));
      return;
    }
    // Trailer fields of a chunked body stay apart (RFC 9110, 6.5.1); those of an answer are
    // dropped.
    if constexpr (is_request) {
      const size_t size = name.size() + value.size();
      if (size > trailer_bytes_left_) return;
      trailer_bytes_left_ -= size;
      message.trailers.Add(std::string(View(name)), std::string(View(value)));
    }
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>& content_length, error_code&) override {
    Reserve(message.body, content_length);
  }
  size_t on_body_impl(string_view body, error_code&) override {
    message.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(uint64_t, string_view, error_code&) override {}
  size_t on_chunk_body_impl(uint64_t, string_view body, error_code&) override {
    message.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

 private:
  size_t trailer_bytes_left_;
};

using RequestSink = Sink<true, http::Request>;
using ResponseSink = Sink<false, http::Response>;

/// RFC 9112, section 3.2: exactly one Host in HTTP/1.1; and 6.1: a coding that we don't know.
int CheckHeader(const RequestSink& sink, std::string& error) {
  int hosts = 0;
  bool coded = false;
  for (const auto& [name, value] : sink.message.headers) {
    if (EqualsIgnoreCase(name, "Host")) ++hosts;
    if (EqualsIgnoreCase(name, "Transfer-Encoding")) {
      coded = true;
      if (!EqualsIgnoreCase(Trim(value), "chunked")) {
        error = "transfer coding not supported";
        return 501;
      }
    }
  }
  if (hosts > 1 || (hosts == 0 && sink.version >= 11)) {
    error = "there must be one Host field";
    return 400;
  }
  // A length beside a coding is how requests are smuggled past proxies.
  if (coded && sink.message.headers.Find("Content-Length")) {
    error = "both Content-Length and Transfer-Encoding";
    return 400;
  }
  return 0;
}

int StatusFor(const error_code& error) {
  if (error == beast::http::error::body_limit) return 413;
  return 400;
}

}  // namespace

struct RequestParser::Impl {
  void Fail(int status, std::string why) {
    state = ParseState::kFailed;
    error_status = status;
    error = std::move(why);
  }

  size_t header_bytes_max = 0;
  uint64_t body_bytes_max = 0;
  std::optional<RequestSink> sink;
  ParseState state = ParseState::kNeedMore;
  bool started = false;
  bool header_checked = false;
  int error_status = 0;
  std::string error;
};

RequestParser::RequestParser(size_t header_bytes_max, uint64_t body_bytes_max)
    : impl_(std::make_unique<Impl>()) {
  impl_->header_bytes_max = header_bytes_max;
  impl_->body_bytes_max = body_bytes_max;
  Reset();
}

RequestParser::~RequestParser() = default;

size_t RequestParser::Feed(std::string_view bytes) {
  if (impl_->state != ParseState::kNeedMore || bytes.empty()) return 0;
  RequestSink& sink = *impl_->sink;
  impl_->started = true;
  error_code error;
  const size_t used = sink.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error == beast::http::error::need_more) error = {};
  if (sink.is_header_done() && !impl_->header_checked) {
    impl_->header_checked = true;
    std::string why;
    if (const int status = CheckHeader(sink, why)) {
      impl_->Fail(status, std::move(why));
      return used;
    }
  }
  if (error) {
    impl_->Fail(StatusFor(error), error.message());
  } else if (sink.is_done()) {
    impl_->state = ParseState::kDone;
  }
  return used;
}

ParseState RequestParser::state() const { return impl_->state; }
bool RequestParser::started() const { return impl_->started; }
bool RequestParser::header_done() const { return impl_->header_checked; }
size_t RequestParser::body_bytes() const { return impl_->sink->message.body.size(); }
bool RequestParser::keep_alive() const { return impl_->sink->keep_alive(); }
bool RequestParser::http10() const { return impl_->sink->version < 11; }
std::string_view RequestParser::expect() const {
  return impl_->sink->message.headers.Get("Expect");
}
http::Request& RequestParser::request() { return impl_->sink->message; }
int RequestParser::error_status() const { return impl_->error_status; }
const std::string& RequestParser::error() const { return impl_->error; }

void RequestParser::Reset() {
  impl_->sink.emplace(impl_->header_bytes_max, impl_->body_bytes_max);
  impl_->state = ParseState::kNeedMore;
  impl_->started = false;
  impl_->header_checked = false;
}

struct ResponseParser::Impl {
  void Restart() {
    sink.emplace(header_bytes_max, body_bytes_max);
    sink->skip(head);
  }

  bool head = false;
  size_t header_bytes_max = 0;
  uint64_t body_bytes_max = 0;
  std::optional<ResponseSink> sink;
  ParseState state = ParseState::kNeedMore;
  bool started = false;
  std::string error;
};

ResponseParser::ResponseParser(bool head, size_t header_bytes_max, uint64_t body_bytes_max)
    : impl_(std::make_unique<Impl>()) {
  impl_->head = head;
  impl_->header_bytes_max = header_bytes_max;
  impl_->body_bytes_max = body_bytes_max;
  impl_->Restart();
}

ResponseParser::~ResponseParser() = default;

size_t ResponseParser::Feed(std::string_view bytes) {
  if (impl_->state != ParseState::kNeedMore || bytes.empty()) return 0;
  impl_->started = true;
  error_code error;
  const size_t used =
      impl_->sink->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error && error != beast::http::error::need_more) {
    impl_->state = ParseState::kFailed;
    impl_->error = error.message();
  } else if (impl_->sink->is_done()) {
    if (impl_->sink->message.status >= 200) {
      impl_->state = ParseState::kDone;
    } else {
      impl_->Restart();
      return used + Feed(bytes.substr(used));
    }
  }
  return used;
}

void ResponseParser::FeedEnd() {
  if (impl_->state != ParseState::kNeedMore) return;
  error_code error;
  if (impl_->sink->got_some()) impl_->sink->put_eof(error);
  if (!error && impl_->sink->is_done()) {
    impl_->state = ParseState::kDone;
    return;
  }
  impl_->state = ParseState::kFailed;
  impl_->error = impl_->started ? "connection closed in the middle of the answer"
                                : "connection closed without an answer";
}

ParseState ResponseParser::state() const { return impl_->state; }
bool ResponseParser::started() const { return impl_->started; }
bool ResponseParser::header_done() const {
  return impl_->sink->is_header_done() && impl_->sink->message.status >= 200;
}
bool ResponseParser::keep_alive() const { return impl_->sink->keep_alive(); }
const std::string& ResponseParser::reason() const { return impl_->sink->reason; }
http::Response& ResponseParser::response() { return impl_->sink->message; }
const std::string& ResponseParser::error() const { return impl_->error; }

}  // namespace lifeboat::net
