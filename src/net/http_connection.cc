#include "net/http_connection.h"

#include "base/bytes.h"
#include "http/authority.h"
#include "net/socket.h"

namespace lifeboat::net {
namespace {

constexpr size_t kReadBufferBytes = 64 << 10;
// Answers beyond this don't wait for the end of the turn: together they could fill the memory.
constexpr size_t kFlushTogetherMax = 64 << 10;
// How long a tunnel's upstream may take to accept.
constexpr Duration kTunnelDialTimeout = Duration::Seconds(5);
// After an error answer the client may still be sending; closing at once would reset the connection
// and could destroy the answer before it is read (RFC 9112, section 9.6).
constexpr Duration kDrainTimeout = Duration::Seconds(2);

bool Passed(Instant since, Duration limit, Instant now) {
  return limit.ns > 0 && now - since > limit;
}

http::Response PlainAnswer(int status, std::string_view why) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "text/plain");
  response.body = fmt::format("{}: {}\n", http::ReasonPhrase(status), why);
  return response;
}

}  // namespace

HttpConnection::HttpConnection(HttpConnectionContext& context, std::unique_ptr<Stream> stream,
                               std::string peer_address)
    : context_(context),
      stream_(std::move(stream)),
      peer_address_(std::move(peer_address)),
      parser_(context.options.limits.header_bytes, context.options.limits.body_bytes),
      idle_since_(context.loop.clock().Now()) {
  context_.read_buffer.resize(kReadBufferBytes);
}

void HttpConnection::Start() {
  if (!context_.options.certificates) return AwaitInput();
  stream_->UseTls(NewServerSession(*context_.options.certificates));
  handshaking_ = true;
  stream_->AwaitHandshake([this] { Handshake(); });
}

void HttpConnection::Handshake() {
  const IoResult result = stream_->Handshake();
  if (result.kind == IoResult::Kind::kWouldBlock) {
    return stream_->AwaitHandshake([this] { Handshake(); });
  }
  if (result.kind != IoResult::Kind::kDone) return Close();
  handshaking_ = false;
  AwaitInput();
}

void HttpConnection::AwaitInput() {
  if (awaiting_read_ || !stream_->open()) return;
  awaiting_read_ = true;
  stream_->AwaitRead([this] {
    awaiting_read_ = false;
    OnReadable();
  });
}

void HttpConnection::OnReadable() {
  std::vector<char>& buffer = context_.read_buffer;
  const IoResult read = stream_->Read(buffer.data(), buffer.size());
  switch (read.kind) {
    case IoResult::Kind::kDone:
      if (draining_) return AwaitInput();
      return Consume({buffer.data(), read.bytes});
    case IoResult::Kind::kWouldBlock:
      return AwaitInput();
    case IoResult::Kind::kEnd:
      return OnInputEnd();
    case IoResult::Kind::kFailed:
      return Close();
  }
}

// A client may end its side and still wait for the answers to what it sent.
void HttpConnection::OnInputEnd() {
  if (draining_ || (slots_.empty() && output_.empty())) return Close();
  stop_parsing_ = true;
  close_when_sent_ = slots_.empty();
}

bool HttpConnection::MayParse() const {
  const HttpLimits& limits = context_.options.limits;
  return !stop_parsing_ && slots_.size() < limits.pipelined &&
         output_.bytes() + answered_bytes_ < limits.output_bytes;
}

void HttpConnection::Consume(std::string_view fresh) {
  std::string joined;
  if (!input_.empty()) {
    joined = std::exchange(input_, {});
    joined += fresh;
    fresh = joined;
  }
  consuming_ = true;
  while (!fresh.empty() && MayParse()) {
    if (!ParseOne(fresh)) break;
  }
  consuming_ = false;
  if (!stream_ || !stream_->open()) return;
  if (!drain_when_sent_) input_ = fresh;  // Of what was refused nothing is kept.
  CountInput();
  if (output_.bytes() > kFlushTogetherMax) {
    Flush();
  } else if (close_when_sent_ || !output_.empty()) {
    return FlushSoon();
  }
  if (!stream_->open() || !MayParse()) return;
  // What is left over may be requests that waited for the room which Flush() just made.
  input_.empty() || parser_.started() ? AwaitInput() : FlushSoon();
}

/// Takes one request, or what there is of it, off `bytes`; false when more bytes are needed.
bool HttpConnection::ParseOne(std::string_view& bytes) {
  if (!parser_.started()) request_started_ = context_.loop.clock().Now();
  bytes.remove_prefix(parser_.Feed(bytes));
  if (parser_.state() == ParseState::kFailed) {
    Refuse(parser_.error_status(), parser_.error());
    return false;
  }
  if (parser_.header_done() && !std::exchange(expect_seen_, true)) CheckExpect();
  if (parser_.state() != ParseState::kDone || stop_parsing_) return false;
  Dispatch();
  return true;
}

// RFC 9110, section 10.1.1.
void HttpConnection::CheckExpect() {
  const std::string_view expect = parser_.expect();
  if (expect.empty() || parser_.http10()) return;
  if (!EqualsIgnoreCase(expect, "100-continue")) return Refuse(417, "unknown expectation");
  continue_due_ = parser_.state() == ParseState::kNeedMore;
  EmitAnswers();
}

void HttpConnection::Dispatch() {
  http::Request request = std::move(parser_.request());
  request.peer_address = peer_address_;
  request.tls = stream_->tls();
  Slot& slot = slots_.emplace_back();
  slot.framing = {parser_.keep_alive(), parser_.http10(), request.method == "HEAD"};
  stop_parsing_ = !slot.framing.keep_alive;
  parser_.Reset();
  expect_seen_ = continue_due_ = false;
  const std::string_view operation = request.headers.Get("X-Amz-Target");
  context_.loop.SetWork(request.method, operation.empty() ? request.target : operation);
  if (request.method == "CONNECT") return Connect(request);
  context_.options.handler(std::move(request), MakeReply());
}

http::Reply HttpConnection::MakeReply() {
  return
      [weak = weak_from_this(), number = first_slot_ + slots_.size() - 1](http::Response response) {
        if (const auto self = weak.lock()) self->OnReply(number, std::move(response));
      };
}

void HttpConnection::Connect(const http::Request& request) {
  stop_parsing_ = true;
  slots_.back().framing.keep_alive = false;
  const http::Reply reply = MakeReply();
  if (!context_.options.on_connect) return reply({.status = 405});
  const auto authority = http::ParseAuthority(request.target);
  if (!authority) return reply(PlainAnswer(400, "CONNECT asks for host:port"));
  // A tunnel takes the connection over, so nothing else may be on its way.
  if (slots_.size() > 1 || !output_.empty()) {
    return reply(PlainAnswer(400, "CONNECT came before the answers to earlier requests"));
  }
  context_.options.on_connect(
      authority->host, authority->port, [weak = weak_from_this(), reply](TunnelDecision decision) {
        if (decision.upstream.address.empty()) {
          return reply(PlainAnswer(decision.refuse_status, decision.refuse_text));
        }
        if (const auto self = weak.lock()) self->Tunnel(decision);
      });
}

void HttpConnection::Tunnel(const TunnelDecision& decision) {
  if (!stream_ || !stream_->open()) return;
  DialTcp(context_.loop, decision.upstream, kTunnelDialTimeout,
          [weak = weak_from_this()](Result<std::unique_ptr<Stream>, DialError> upstream) {
            const auto self = weak.lock();
            if (!self || !self->stream_ || !self->stream_->open()) return;
            if (!upstream) return self->Close();
            HttpConnectionContext& context = self->context_;
            self->GiveBack();
            context.on_tunnel(std::move(self->stream_), std::move(*upstream),
                              std::move(self->input_));
            context.on_closed(*self);
          });
}

void HttpConnection::Refuse(int status, std::string_view why) {
  stop_parsing_ = true;
  drain_when_sent_ = true;
  Slot& slot = slots_.emplace_back();
  slot.framing.keep_alive = false;
  slot.answered = true;
  slot.response = PlainAnswer(status, why);
  if (context_.options.on_refusal) context_.options.on_refusal(slot.response);
  answered_bytes_ += slot.response.body.size();
  parser_.Reset();  // What came of the request is not kept.
  EmitAnswers();
}

void HttpConnection::OnReply(uint64_t number, http::Response response) {
  if (!stream_ || !stream_->open() || number < first_slot_) return;
  Slot& slot = slots_[number - first_slot_];
  if (slot.answered) return;
  slot.answered = true;
  slot.response = std::move(response);
  answered_bytes_ += slot.response.body.size();
  EmitAnswers();
  if (consuming_) return;  // Consume() sends all that its requests brought at once.
  output_.bytes() > kFlushTogetherMax ? AfterFlush() : FlushSoon();
}

void HttpConnection::EmitAnswers() {
  while (!slots_.empty() && slots_.front().answered && !close_when_sent_) {
    Emit(slots_.front());
    slots_.pop_front();
    ++first_slot_;
  }
  if (slots_.empty() && std::exchange(continue_due_, false) && !close_when_sent_) {
    output_.Tail() += "HTTP/1.1 100 Continue\r\n\r\n";
  }
  if (slots_.empty()) idle_since_ = context_.loop.clock().Now();
  // The client has ended its side, and this was the last answer.
  if (slots_.empty() && stop_parsing_) close_when_sent_ = true;
}

void HttpConnection::Emit(Slot& slot) {
  http::Response& response = slot.response;
  answered_bytes_ -= response.body.size();
  if (response.status == kCloseWithoutAnswer) {
    close_when_sent_ = stop_parsing_ = true;
    return;
  }
  if (EqualsIgnoreCase(response.headers.Get("Connection"), "close")) {
    slot.framing.keep_alive = false;
  }
  AppendResponseHead(output_.Tail(), response, slot.framing,
                     context_.date.Get(context_.loop.clock().WallNow()),
                     context_.options.server_name);
  if (BodyIsSent(response, slot.framing)) output_.Append(std::move(response.body));
  if (!slot.framing.keep_alive) close_when_sent_ = stop_parsing_ = true;
}

// Answers leave together at the end of the loop's turn: those to pipelined requests share a write,
// and a client with many connections is woken once and finds them all.
void HttpConnection::FlushSoon() {
  if (std::exchange(flush_due_, true)) return;
  auto& due = *context_.flush_due;
  due.push_back(weak_from_this());
  if (due.size() > 1) return;
  context_.loop.Post([due = context_.flush_due] {
    for (const auto& connection : std::exchange(*due, {})) {
      const auto self = connection.lock();
      if (self && std::exchange(self->flush_due_, false)) self->AfterFlush();
    }
  });
}

void HttpConnection::Flush() {
  if (!stream_->open()) return;
  if (awaiting_write_) return CountOutput();
  const IoResult result = output_.WriteTo(*stream_);
  if (result.kind == IoResult::Kind::kWouldBlock) {
    awaiting_write_ = true;
    blocked_since_ = context_.loop.clock().Now();
    stream_->AwaitWrite([this] {
      awaiting_write_ = false;
      AfterFlush();
    });
    CountOutput();
  } else if (result.kind != IoResult::Kind::kDone) {
    Close();
  } else {
    if (output_counted_ > 0) CountOutput();
    if (close_when_sent_) drain_when_sent_ ? BeginDrain() : Close();
  }
}

/// Brings our part of the budget up to date, and refuses the request that is arriving when all
/// connections together hold too much.
void HttpConnection::CountInput() {
  HttpBudget& budget = *context_.options.budget;
  const size_t held = input_.size() + parser_.body_bytes();
  budget.input_used += held - std::exchange(input_counted_, held);
  if (held == 0 || budget.input_used <= budget.input_bytes || stop_parsing_) return;
  Refuse(503, "too much is being sent to this server at once");
  input_.clear();
  CountInput();
}

void HttpConnection::CountOutput() {
  HttpBudget& budget = *context_.options.budget;
  const size_t held = output_.bytes() + answered_bytes_;
  budget.output_used += held - std::exchange(output_counted_, held);
  if (budget.output_used > budget.output_bytes) context_.on_output_full();
}

void HttpConnection::GiveBack() {
  HttpBudget& budget = *context_.options.budget;
  budget.input_used -= std::exchange(input_counted_, 0);
  budget.output_used -= std::exchange(output_counted_, 0);
}

std::optional<HttpConnection::Claim> HttpConnection::ClaimToStay() const {
  if (!slots_.empty() || !output_.empty()) return std::nullopt;
  const bool receiving = parser_.started() && !stop_parsing_;
  return Claim{receiving, receiving ? request_started_ : idle_since_};
}

std::optional<Instant> HttpConnection::StalledSince() const {
  return awaiting_write_ ? std::optional(blocked_since_) : std::nullopt;
}

/// Sends, and then goes on with input that had to wait for room.
void HttpConnection::AfterFlush() {
  if (!stream_) return;
  Flush();
  if (!stream_->open() || !MayParse()) return;
  input_.empty() || parser_.started() ? AwaitInput() : Consume({});
}

void HttpConnection::BeginDrain() {
  if (std::exchange(draining_, true)) return;
  idle_since_ = context_.loop.clock().Now();
  stream_->ShutdownSend();
  AwaitInput();
}

void HttpConnection::CheckDeadline(Instant now) {
  const HttpLimits& limits = context_.options.limits;
  if (draining_) {
    if (Passed(idle_since_, kDrainTimeout, now)) Close();
  } else if (handshaking_) {
    if (Passed(idle_since_, limits.header_timeout, now)) Close();
  } else if (awaiting_write_) {
    if (Passed(blocked_since_, limits.write_timeout, now)) Close();
  } else if (parser_.started() && !stop_parsing_) {
    const Duration limit = parser_.header_done() ? limits.request_timeout : limits.header_timeout;
    if (!Passed(request_started_, limit, now)) return;
    Refuse(408, "the request took too long to arrive");
    Flush();
  } else if (slots_.empty()) {
    if (Passed(idle_since_, limits.idle_timeout, now)) Close();
  }
}

void HttpConnection::Close() {
  if (!stream_ || !stream_->open()) return;
  stream_->Close();
  GiveBack();
  context_.on_closed(*this);
}

}  // namespace lifeboat::net
