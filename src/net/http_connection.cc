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
      reader_(context.options.limits.header_bytes, context.options.limits.body_bytes),
      idle_since_(context.loop.clock().Now()) {
  context_.read_buffer.resize(kReadBufferBytes);
}

void HttpConnection::Start() {
  if (!context_.options.certificates) return AwaitInput();
  stream_->UseTls(NewServerSession(*context_.options.certificates));
  phase_ = ConnectionPhase::kHandshake;
  stream_->AwaitHandshake([this] { Handshake(); });
}

void HttpConnection::Handshake() {
  const IoResult result = stream_->Handshake();
  if (result.kind == IoResult::Kind::kWouldBlock) {
    return stream_->AwaitHandshake([this] { Handshake(); });
  }
  if (result.kind != IoResult::Kind::kDone) return Close();
  phase_ = ConnectionPhase::kOpen;
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
      if (phase_ == ConnectionPhase::kDraining) return AwaitInput();
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
  if (phase_ == ConnectionPhase::kDraining || !Answering()) return Close();
  Advance(ConnectionPhase::kLast);
  EmitAnswers();
}

bool HttpConnection::MayTake() const {
  const HttpLimits& limits = context_.options.limits;
  return phase_ == ConnectionPhase::kOpen && answers_.size() < limits.pipelined &&
         output_.bytes() + answers_.body_bytes() < limits.output_bytes;
}

void HttpConnection::Consume(std::string_view fresh) {
  if (!reader_.receiving()) request_started_ = context_.loop.clock().Now();
  consuming_ = true;
  reader_.Read(fresh, *this);
  consuming_ = false;
  if (!stream_ || !stream_->open()) return;
  if (refused_) reader_.Drop();  // Of what was refused nothing is kept.
  if (reader_.invitation_due()) EmitAnswers();
  CountInput();
  if (output_.bytes() > kFlushTogetherMax) {
    Flush();
  } else if (phase_ >= ConnectionPhase::kClosing || !output_.empty()) {
    return FlushSoon();
  }
  if (!stream_->open() || !MayTake()) return;
  // What is left over may be requests that waited for the room which Flush() just made.
  reader_.has_left_over() && !reader_.receiving() ? FlushSoon() : AwaitInput();
}

void HttpConnection::OnRequest(http::Request request, ResponseFraming framing) {
  request_started_ = context_.loop.clock().Now();  // Of the next one, if it has begun.
  request.peer_address = peer_address_;
  request.tls = stream_->tls();
  const bool connect = request.method == "CONNECT";
  if (connect) framing.keep_alive = false;
  if (!framing.keep_alive) Advance(ConnectionPhase::kLast);
  const std::string_view operation = request.headers.Get("X-Amz-Target");
  context_.loop.SetWork(request.method, operation.empty() ? request.target : operation);
  http::Reply reply = [weak = weak_from_this(),
                       number = answers_.Add(framing)](http::Response response) {
    if (const auto self = weak.lock()) self->OnReply(number, std::move(response));
  };
  if (connect) return Connect(request, reply);
  context_.options.handler(std::move(request), std::move(reply));
}

void HttpConnection::Connect(const http::Request& request, const http::Reply& reply) {
  if (!context_.options.on_connect) return reply({.status = 405});
  const auto authority = http::ParseAuthority(request.target);
  if (!authority) return reply(PlainAnswer(400, "CONNECT asks for host:port"));
  // A tunnel takes the connection over, so nothing else may be on its way.
  if (answers_.size() > 1 || pieces_ || !output_.empty()) {
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
                              self->reader_.GiveLeftOver());
            context.on_closed(*self);
          });
}

void HttpConnection::OnRefusal(int status, std::string_view why) {
  refused_ = true;
  http::Response response = PlainAnswer(status, why);
  if (context_.options.on_refusal) context_.options.on_refusal(response);
  answers_.Fill(answers_.Add({.keep_alive = false}), std::move(response));
  Advance(ConnectionPhase::kLast);
  EmitAnswers();
}

void HttpConnection::OnReply(uint64_t number, http::Response response) {
  if (!stream_ || !stream_->open() || !answers_.Fill(number, std::move(response))) return;
  EmitAnswers();
  if (consuming_) return;  // Consume() sends all that its requests brought at once.
  output_.bytes() > kFlushTogetherMax ? AfterFlush() : FlushSoon();
}

void HttpConnection::EmitAnswers() {
  while (!pieces_ && phase_ < ConnectionPhase::kClosing) {
    std::optional<AnswerQueue::Answer> answer = answers_.Next();
    if (!answer) break;
    Emit(std::move(*answer));
  }
  if (!answers_.empty() || pieces_) return;
  idle_since_ = context_.loop.clock().Now();
  if (phase_ < ConnectionPhase::kLast && reader_.invitation_due()) {
    reader_.SetInvited();
    output_.Tail() += "HTTP/1.1 100 Continue\r\n\r\n";
  }
  // This was the last answer.
  if (phase_ == ConnectionPhase::kLast) Advance(ConnectionPhase::kClosing);
}

void HttpConnection::Emit(AnswerQueue::Answer answer) {
  auto& [response, framing] = answer;
  if (response.status == kCloseWithoutAnswer) return Advance(ConnectionPhase::kClosing);
  if (EqualsIgnoreCase(response.headers.Get("Connection"), "close")) framing.keep_alive = false;
  AppendResponseHead(output_.Tail(), response, framing,
                     context_.date.Get(context_.loop.clock().WallNow()),
                     context_.options.server_name);
  if (BodyIsSent(response, framing)) {
    output_.Append(std::move(response.body));
    pieces_ = std::move(response.pieces);
  }
  if (framing.keep_alive) return;
  answers_.Clear();
  Advance(ConnectionPhase::kLast);
}

/// Adds the next piece of a body once the one before it was taken.
void HttpConnection::EmitPiece() {
  std::optional<std::string> piece = pieces_->Next();
  if (!piece) return Close();
  if (piece->empty()) {
    pieces_.reset();
    EmitAnswers();
  } else {
    output_.Append(std::move(*piece));
  }
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
  if (blocked_since_) return CountOutput();
  const IoResult result = output_.WriteTo(*stream_);
  if (result.kind == IoResult::Kind::kWouldBlock) {
    blocked_since_ = context_.loop.clock().Now();
    stream_->AwaitWrite([this] {
      blocked_since_.reset();
      AfterFlush();
    });
    CountOutput();
  } else if (result.kind != IoResult::Kind::kDone) {
    Close();
  } else {
    if (output_counted_ > 0) CountOutput();
    if (pieces_) {
      EmitPiece();
      return FlushSoon();  // Each in a turn of its own: others are served in between.
    }
    if (phase_ >= ConnectionPhase::kClosing) refused_ ? BeginDrain() : Close();
  }
}

/// Brings our part of the budget up to date, and refuses the request that is arriving when all
/// connections together hold too much.
void HttpConnection::CountInput() {
  HttpBudget& budget = *context_.options.budget;
  const size_t held = reader_.bytes();
  budget.input_used += held - std::exchange(input_counted_, held);
  if (held == 0 || budget.input_used <= budget.input_bytes) return;
  if (phase_ != ConnectionPhase::kOpen) return;
  OnRefusal(503, "too much is being sent to this server at once");
  reader_.Drop();
  CountInput();
}

void HttpConnection::CountOutput() {
  HttpBudget& budget = *context_.options.budget;
  const size_t held = output_.bytes() + answers_.body_bytes();
  budget.output_used += held - std::exchange(output_counted_, held);
  if (budget.output_used > budget.output_bytes) context_.on_output_full();
}

void HttpConnection::GiveBack() {
  HttpBudget& budget = *context_.options.budget;
  budget.input_used -= std::exchange(input_counted_, 0);
  budget.output_used -= std::exchange(output_counted_, 0);
}

std::optional<HttpConnection::Claim> HttpConnection::ClaimToStay() const {
  if (Answering()) return std::nullopt;
  return Claim{Receiving(), Receiving() ? request_started_ : idle_since_};
}

/// Sends, and then goes on with input that had to wait for room.
void HttpConnection::AfterFlush() {
  if (!stream_) return;
  Flush();
  if (!stream_->open() || !MayTake()) return;
  reader_.has_left_over() && !reader_.receiving() ? Consume({}) : AwaitInput();
}

void HttpConnection::BeginDrain() {
  if (phase_ == ConnectionPhase::kDraining) return;
  Advance(ConnectionPhase::kDraining);
  idle_since_ = context_.loop.clock().Now();
  stream_->ShutdownSend();
  AwaitInput();
}

void HttpConnection::CheckDeadline(Instant now) {
  const HttpLimits& limits = context_.options.limits;
  if (phase_ == ConnectionPhase::kDraining) {
    if (Passed(idle_since_, kDrainTimeout, now)) Close();
  } else if (phase_ == ConnectionPhase::kHandshake) {
    if (Passed(idle_since_, limits.header_timeout, now)) Close();
  } else if (blocked_since_) {
    if (Passed(*blocked_since_, limits.write_timeout, now)) Close();
  } else if (Receiving()) {
    const Duration limit = reader_.header_done() ? limits.request_timeout : limits.header_timeout;
    if (!Passed(request_started_, limit, now)) return;
    OnRefusal(408, "the request took too long to arrive");
    reader_.Drop();
    Flush();
  } else if (!Answering()) {
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
