// HttpConnection: the server's side of one connection. Bytes go through the reader; each whole
// request takes the next place in the answer queue and goes to the handler; answers leave in the
// order of the requests. What is here is when to read, when to send, and when to end.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/answer_queue.h"
#include "net/http_server.h"
#include "net/output_queue.h"
#include "net/request_reader.h"
#include "net/stream.h"

namespace lifeboat::net {

class HttpConnection;

/// What the connections of one server share.
struct HttpConnectionContext {
  EventLoop& loop;
  HttpServerOptions options;
  DateCache date;
  /// Those with something to send at the end of the loop's turn.
  const std::shared_ptr<std::vector<std::weak_ptr<HttpConnection>>> flush_due =
      std::make_shared<std::vector<std::weak_ptr<HttpConnection>>>();
  std::vector<char> read_buffer;  ///< Used only inside one call, so one is enough for all.
  std::function<void(HttpConnection&)> on_closed;
  std::function<void()> on_output_full;  ///< The budget's output_bytes are exceeded.
  std::function<void(std::unique_ptr<Stream> client, std::unique_ptr<Stream> upstream,
                     std::string client_bytes)>
      on_tunnel;
};

/// How far a connection has come. It only ever goes down this list.
enum class ConnectionPhase {
  kHandshake,  ///< TLS is being agreed on.
  kOpen,       ///< Requests are taken.
  kLast,       ///< No further request is taken; those that were are answered.
  kClosing,    ///< Nothing is added to what is being sent; with its last byte comes the end.
  kDraining,   ///< All is sent, and what the client still sends is thrown away until it ends.
};

class HttpConnection final : public std::enable_shared_from_this<HttpConnection>,
                             private RequestTaker {
 public:
  HttpConnection(HttpConnectionContext& context, std::unique_ptr<Stream> stream,
                 std::string peer_address);
  void Start();
  /// Ends it when one of its time-outs has passed.
  void CheckDeadline(Instant now);
  void Close();

  /// How willingly a connection gives way to a newcomer: the least first. Idle ones go before those
  /// that are receiving a request; nullopt: a request is being handled or answered.
  using Claim = std::pair<bool, Instant>;
  std::optional<Claim> ClaimToStay() const;
  /// Since when the client has not taken a byte of what is to be sent; nullopt: nothing waits.
  std::optional<Instant> StalledSince() const { return blocked_since_; }

 private:
  void Handshake();
  void AwaitInput();
  void OnReadable();
  void OnInputEnd();
  void Consume(std::string_view fresh);
  bool MayTake() const override;
  void OnRequest(http::Request request, ResponseFraming framing) override;
  /// Answers with an error of the protocol's and reads no more.
  void OnRefusal(int status, std::string_view why) override;
  void Connect(const http::Request& request, const http::Reply& reply);
  void Tunnel(const TunnelDecision& decision);

  void OnReply(uint64_t number, http::Response response);
  void EmitAnswers();
  void Emit(AnswerQueue::Answer answer);
  void EmitPiece();
  void FlushSoon();
  void Flush();
  void AfterFlush();
  void BeginDrain();
  void CountInput();
  void CountOutput();
  void GiveBack();

  bool Answering() const { return !answers_.empty() || pieces_ || !output_.empty(); }
  bool Receiving() const { return reader_.receiving() && phase_ == ConnectionPhase::kOpen; }
  void Advance(ConnectionPhase phase) { phase_ = std::max(phase_, phase); }

  HttpConnectionContext& context_;
  std::unique_ptr<Stream> stream_;  ///< Null once a tunnel has taken it over.
  const std::string peer_address_;
  RequestReader reader_;
  AnswerQueue answers_;
  OutputQueue output_;
  std::shared_ptr<http::BodyPieces> pieces_;  ///< What follows output_, ahead of all answers_.
  size_t input_counted_ = 0;                  ///< Our parts of the budget.
  size_t output_counted_ = 0;

  ConnectionPhase phase_ = ConnectionPhase::kOpen;
  bool refused_ = false;  ///< The client may still be sending: drain it before the end.
  bool awaiting_read_ = false;
  bool flush_due_ = false;
  bool consuming_ = false;

  Instant idle_since_;
  Instant request_started_;
  std::optional<Instant> blocked_since_;  ///< The client took its last byte then, or earlier.
};

}  // namespace lifeboat::net
