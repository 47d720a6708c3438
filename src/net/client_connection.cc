#include "net/client_connection.h"

#include "base/bytes.h"
#include "base/check.h"
#include "net/http_writer.h"

namespace lifeboat::net {
namespace {

using client::Stage;
using client::TransportError;

constexpr size_t kResponseHeaderBytesMax = 64 << 10;
constexpr uint64_t kResponseBodyBytesMax = 64 << 20;
constexpr size_t kReadBytes = 64 << 10;

}  // namespace

ClientConnection::ClientConnection(EventLoop& loop, std::unique_ptr<Stream> stream,
                                   std::string host)
    : loop_(loop), stream_(std::move(stream)), host_(std::move(host)) {
  AwaitInput();
}

ClientConnection::~ClientConnection() {
  *alive_ = false;
  loop_.CancelTimer(timer_);
}

void ClientConnection::Send(http::Request request, Duration timeout, Done done) {
  Check(done_ == nullptr, "one request at a time");
  done_ = std::move(done);
  if (!open()) return FailSoon("connection is closed");
  parser_ = std::make_unique<ResponseParser>(request.method == "HEAD", kResponseHeaderBytesMax,
                                             kResponseBodyBytesMax);
  close_after_ = EqualsIgnoreCase(request.headers.Get("Connection"), "close");
  AppendRequestHead(output_.Tail(), request, host_);
  output_.Append(std::move(request.body));
  timer_ = loop_.StartTimer(timeout, [this] { FinishWithError(true, "no answer in time"); });
  AwaitInput();
  Write();
}

void ClientConnection::AwaitInput() {
  if (awaiting_read_ || !stream_->open()) return;
  awaiting_read_ = true;
  stream_->AwaitRead([this] {
    awaiting_read_ = false;
    OnReadable();
  });
}

// Also when idle: a server that ends the connection then must not be sent the next request.
void ClientConnection::OnReadable() {
  static thread_local std::array<char, kReadBytes> buffer;
  const IoResult read = stream_->Read(buffer.data(), buffer.size());
  if (read.kind == IoResult::Kind::kWouldBlock) return AwaitInput();
  if (!parser_) return stream_->Close();
  switch (read.kind) {
    case IoResult::Kind::kDone:
      return OnInput({buffer.data(), read.bytes});
    case IoResult::Kind::kEnd:
      parser_->FeedEnd();
      if (parser_->state() == ParseState::kDone) return FinishWithAnswer();
      return FinishWithError(false, parser_->error());
    default:
      return FinishWithError(false, read.message);
  }
}

void ClientConnection::OnInput(std::string_view bytes) {
  input_ += bytes;
  input_.erase(0, parser_->Feed(input_));
  switch (parser_->state()) {
    case ParseState::kNeedMore:
      return AwaitInput();
    case ParseState::kDone:
      return FinishWithAnswer();
    case ParseState::kFailed:
      return FinishWithError(false, "malformed answer: " + parser_->error());
  }
}

void ClientConnection::Write() {
  const IoResult written = output_.WriteTo(*stream_);
  if (written.kind == IoResult::Kind::kWouldBlock) {
    stream_->AwaitWrite([this] { Write(); });
  } else if (written.kind == IoResult::Kind::kFailed) {
    FailSoon(written.message);
  }
}

void ClientConnection::FinishWithAnswer() {
  loop_.CancelTimer(timer_);
  // Left-over bytes belong to no request; an unsent rest would be taken for the next one.
  if (!parser_->keep_alive() || close_after_ || !input_.empty() || !output_.empty()) {
    stream_->Close();
  }
  http::Response response = std::move(parser_->response());
  parser_.reset();
  AwaitInput();
  std::exchange(done_, nullptr)(std::move(response));
}

void ClientConnection::FinishWithError(bool timed_out, std::string message) {
  loop_.CancelTimer(timer_);
  stream_->Close();
  const Stage stage = parser_ && output_.empty() ? Stage::kReceive : Stage::kSend;
  parser_.reset();
  std::exchange(done_, nullptr)(TransportError{stage, timed_out, std::move(message)});
}

void ClientConnection::FailSoon(std::string message) {
  loop_.Post([this, alive = alive_, message = std::move(message)] {
    if (!*alive || !done_) return;
    FinishWithError(false, message);
  });
}

}  // namespace lifeboat::net
