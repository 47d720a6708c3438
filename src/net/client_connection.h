// ClientConnection: one HTTP/1.1 connection as a client, one request at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "client/dialer.h"
#include "net/event_loop.h"
#include "net/http_parser.h"
#include "net/output_queue.h"
#include "net/stream.h"

namespace lifeboat::net {

class ClientConnection final : public client::Connection {
 public:
  using Done = std::function<void(Result<http::Response, client::TransportError>)>;

  /// `host` is the Host field of requests that have none.
  ClientConnection(EventLoop& loop, std::unique_ptr<Stream> stream, std::string host);
  /// A request under way is given up and its `done` is not called.
  ~ClientConnection() override;

  void Send(http::Request request, Duration timeout, Done done) override;
  bool open() const override { return stream_->open(); }

 private:
  void AwaitInput();
  void OnReadable();
  void OnInput(std::string_view bytes);
  void Write();
  void FinishWithAnswer();
  void FinishWithError(bool timed_out, std::string message);
  /// Finish and fail on a later turn of the loop.
  void FailSoon(std::string message);

  EventLoop& loop_;
  std::unique_ptr<Stream> stream_;
  const std::string host_;
  OutputQueue output_;
  std::unique_ptr<ResponseParser> parser_;  ///< Of the request under way; null when idle.
  Done done_;
  std::string input_;
  EventLoop::TimerId timer_;
  bool awaiting_read_ = false;
  bool close_after_ = false;  ///< We asked for `Connection: close`.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lifeboat::net
