// Stream: the bytes of one TCP connection, plain or inside TLS, by readiness: try, and when that
// would block, await. Protocol code above (HTTP server, client, prober, relay) sees no difference.
#pragma once

#include <sys/uio.h>

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "net/descriptor.h"
#include "net/tls.h"

namespace lifeboat::net {

struct IoResult {
  enum class Kind { kDone, kWouldBlock, kEnd, kFailed };
  Kind kind = Kind::kDone;
  size_t bytes = 0;     ///< kDone: read or written, at least 1.
  std::string message;  ///< kFailed.
};

class Stream {
 public:
  /// Takes over a connected, non-blocking socket.
  Stream(EventLoop& loop, int fd) : descriptor_(loop, fd), loop_(loop) {}
  ~Stream() { Close(); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// From now on speaks TLS; Handshake() comes before Read and Write.
  void UseTls(SslPtr session);
  bool tls() const { return ssl_ != nullptr; }
  IoResult Handshake();

  IoResult Read(char* data, size_t size);
  /// Writes what it can of `parts`, in order.
  IoResult Write(std::span<const iovec> parts);
  /// Tells the other side that no more is coming; reading goes on.
  void ShutdownSend();
  void Close();
  bool open() const { return descriptor_.fd() >= 0; }

  /// After kWouldBlock of Read, Write and Handshake respectively, or at any time. The handler runs
  /// once, never inside this call, and not after Close().
  void AwaitRead(std::function<void()> handler);
  void AwaitWrite(std::function<void()> handler);
  void AwaitHandshake(std::function<void()> handler);

 private:
  enum class Want { kRead, kWrite };
  IoResult SslOutcome(int result, Want& want);
  void Await(Want want, std::function<void()> handler);

  Descriptor descriptor_;
  EventLoop& loop_;
  SslPtr ssl_;
  // What the socket must be ready for before TLS can go on reading, writing or shaking hands.
  Want read_want_ = Want::kRead;
  Want write_want_ = Want::kWrite;
  Want handshake_want_ = Want::kRead;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lifeboat::net
