// HttpConnection: the server's side of one connection. Bytes go through the parser; each whole
// request takes the next slot and goes to the handler; answers fill their slots at any time and
// leave in the order of the requests (RFC 9112, section 9.3.2).
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/http_parser.h"
#include "net/http_server.h"
#include "net/http_writer.h"
#include "net/output_queue.h"
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

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
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
  std::optional<Instant> StalledSince() const;

 private:
  struct Slot {
    ResponseFraming framing;
    bool answered = false;
    http::Response response;
  };

  void Handshake();
  void AwaitInput();
  void OnReadable();
  void OnInputEnd();
  void Consume(std::string_view fresh);
  bool ParseOne(std::string_view& bytes);
  bool MayParse() const;
  void CheckExpect();
  void Dispatch();
  void Connect(const http::Request& request);
  void Tunnel(const TunnelDecision& decision);
  /// Answers with an error of the protocol's and reads no more.
  void Refuse(int status, std::string_view why);

  http::Reply MakeReply();
  void OnReply(uint64_t number, http::Response response);
  void EmitAnswers();
  void Emit(Slot& slot);
  void FlushSoon();
  void Flush();
  void AfterFlush();
  void BeginDrain();
  void CountInput();
  void CountOutput();
  void GiveBack();

  HttpConnectionContext& context_;
  std::unique_ptr<Stream> stream_;
  const std::string peer_address_;
  RequestParser parser_;
  std::string input_;  ///< Read but not yet taken by the parser.
  std::deque<Slot> slots_;
  uint64_t first_slot_ = 0;  ///< The number of slots_.front().
  OutputQueue output_;
  size_t answered_bytes_ = 0;  ///< Of bodies in slots_.
  size_t input_counted_ = 0;   ///< Our parts of the budget.
  size_t output_counted_ = 0;

  bool handshaking_ = false;
  bool awaiting_read_ = false;
  bool awaiting_write_ = false;
  bool flush_due_ = false;
  bool consuming_ = false;
  bool expect_seen_ = false;
  bool continue_due_ = false;
  bool stop_parsing_ = false;     ///< No further request is taken.
  bool close_when_sent_ = false;  ///< After output_ is empty.
  bool drain_when_sent_ = false;  ///< Before closing, read what the client still sends.
  bool draining_ = false;

  Instant idle_since_;
  Instant request_started_;
  Instant blocked_since_;  ///< The client took its last byte then, or earlier.
};

}  // namespace lifeboat::net
