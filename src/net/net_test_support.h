// Shared by the tests of this folder: a loop with a generous limit, and a client that sends and
// receives raw bytes.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "net/event_loop.h"
#include "net/http_server.h"
#include "net/socket.h"

namespace lifeboat::net {

/// No condition of a test takes this long unless it never holds.
inline constexpr Duration kTestLimit = Duration::Seconds(20);

/// Runs the loop until `condition` holds, looking at it also when the loop has nothing to do.
inline bool RunLoopUntil(EventLoop& loop, const std::function<bool()>& condition) {
  const Instant end = loop.clock().Now() + kTestLimit;
  while (!loop.RunUntil(condition, Duration::Millis(5))) {
    if (loop.clock().Now() > end) return false;
  }
  return true;
}

/// Fails the test when `condition` never comes to hold.
#define RUN_UNTIL(loop, condition) \
  ASSERT_TRUE(RunLoopUntil(loop, [&] { return (condition); })) << #condition

/// A TCP client that collects what the server sends.
class RawClient {
 public:
  RawClient(EventLoop& loop, uint16_t port) {
    DialTcp(loop, {"127.0.0.1", port}, kTestLimit, [this](auto stream) {
      if (!stream) {
        ended = true;
        return;
      }
      stream_ = std::move(*stream);
      Await();
      Flush();
    });
  }

  void Send(std::string_view bytes) {
    unsent_ += bytes;
    if (stream_) Flush();
  }
  void EndSending() { stream_->ShutdownSend(); }
  bool connected() const { return stream_ != nullptr; }
  size_t unsent() const { return unsent_.size(); }
  void StopReading() { reading_ = false; }
  /// How often `text` was received so far.
  size_t Count(std::string_view text) const {
    size_t count = 0;
    for (size_t at = received.find(text); at != std::string::npos;
         at = received.find(text, at + 1)) {
      ++count;
    }
    return count;
  }

  std::string received;
  bool ended = false;

 private:
  void Await() {
    stream_->AwaitRead([this] {
      if (!reading_) return;
      char buffer[65536];
      const IoResult read = stream_->Read(buffer, sizeof buffer);
      if (read.kind == IoResult::Kind::kEnd || read.kind == IoResult::Kind::kFailed) {
        ended = true;
        return;
      }
      received.append(buffer, read.bytes);
      Await();
    });
  }
  void Flush() {
    while (!unsent_.empty()) {
      const iovec part{unsent_.data(), unsent_.size()};
      const IoResult written = stream_->Write({&part, 1});
      if (written.kind == IoResult::Kind::kWouldBlock) {
        return stream_->AwaitWrite([this] { Flush(); });
      }
      if (written.kind != IoResult::Kind::kDone) {
        ended = true;
        return;
      }
      unsent_.erase(0, written.bytes);
    }
  }

  std::unique_ptr<Stream> stream_;
  std::string unsent_;
  bool reading_ = true;
};

}  // namespace lifeboat::net
