#include "net/stream.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "base/check.h"

namespace lifeboat::net {
namespace {

// A TLS record holds no more (RFC 8446, section 5.1).
constexpr size_t kTlsRecordBytes = 16384;

IoResult FromSystemCall(ssize_t result, std::string_view what) {
  if (result > 0) return {.bytes = static_cast<size_t>(result)};
  if (result == 0) return {.kind = IoResult::Kind::kEnd};
  if (errno == EAGAIN || errno == EINTR) return {.kind = IoResult::Kind::kWouldBlock};
  return {.kind = IoResult::Kind::kFailed, .message = ErrnoMessage(what, errno)};
}

}  // namespace

void Stream::UseTls(SslPtr session) {
  Check(!ssl_, "TLS starts once");
  ssl_ = std::move(session);
  SSL_set_fd(ssl_.get(), descriptor_.fd());
}

IoResult Stream::Handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return {};
  IoResult outcome = SslOutcome(result, handshake_want_);
  if (outcome.kind == IoResult::Kind::kEnd) {
    return {.kind = IoResult::Kind::kFailed, .message = "connection closed in the TLS handshake"};
  }
  const long verified = SSL_get_verify_result(ssl_.get());
  if (outcome.kind == IoResult::Kind::kFailed && verified != X509_V_OK) {
    outcome.message =
        fmt::format("certificate refused: {}", X509_verify_cert_error_string(verified));
  }
  return outcome;
}

IoResult Stream::SslOutcome(int result, Want& want) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      want = Want::kRead;
      return {.kind = IoResult::Kind::kWouldBlock};
    case SSL_ERROR_WANT_WRITE:
      want = Want::kWrite;
      return {.kind = IoResult::Kind::kWouldBlock};
    case SSL_ERROR_ZERO_RETURN:
      return {.kind = IoResult::Kind::kEnd};
    case SSL_ERROR_SYSCALL:
      return {.kind = IoResult::Kind::kFailed, .message = ErrnoMessage("connection", errno)};
    default:
      return {.kind = IoResult::Kind::kFailed, .message = TakeSslError()};
  }
}

IoResult Stream::Read(char* data, size_t size) {
  if (!open()) return {.kind = IoResult::Kind::kFailed, .message = "connection is closed"};
  if (!ssl_) return FromSystemCall(recv(descriptor_.fd(), data, size, 0), "read");
  ERR_clear_error();
  size_t bytes = 0;
  read_want_ = Want::kRead;
  const int result = SSL_read_ex(ssl_.get(), data, size, &bytes);
  if (result == 1) return {.bytes = bytes};
  return SslOutcome(result, read_want_);
}

IoResult Stream::Write(std::span<const iovec> parts) {
  if (!open()) return {.kind = IoResult::Kind::kFailed, .message = "connection is closed"};
  if (!ssl_) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());
    message.msg_iovlen = parts.size();
    return FromSystemCall(sendmsg(descriptor_.fd(), &message, MSG_NOSIGNAL), "write");
  }
  size_t total = 0;
  write_want_ = Want::kWrite;
  for (const iovec& part : parts) {
    for (size_t at = 0; at < part.iov_len;) {
      ERR_clear_error();
      const size_t wanted = std::min(part.iov_len - at, kTlsRecordBytes);
      size_t bytes = 0;
      const int result =
          SSL_write_ex(ssl_.get(), static_cast<const char*>(part.iov_base) + at, wanted, &bytes);
      if (result != 1) {
        const IoResult outcome = SslOutcome(result, write_want_);
        if (total > 0 && outcome.kind == IoResult::Kind::kWouldBlock) return {.bytes = total};
        return outcome;
      }
      at += bytes;
      total += bytes;
    }
  }
  return {.bytes = total};
}

void Stream::ShutdownSend() {
  if (!open()) return;
  if (ssl_ && SSL_is_init_finished(ssl_.get())) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  shutdown(descriptor_.fd(), SHUT_WR);
}

void Stream::Close() {
  if (!open()) return;
  *alive_ = false;
  if (ssl_ && SSL_is_init_finished(ssl_.get())) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  descriptor_.Close();
}

void Stream::Await(Want want, std::function<void()> handler) {
  if (want == Want::kRead) {
    descriptor_.AwaitReadable(std::move(handler));
  } else {
    descriptor_.AwaitWritable(std::move(handler));
  }
}

void Stream::AwaitRead(std::function<void()> handler) {
  // Bytes of a record that was read in part don't make the socket readable again.
  if (ssl_ && SSL_pending(ssl_.get()) > 0) {
    loop_.Post([alive = alive_, handler = std::move(handler)] {
      if (*alive) handler();
    });
    return;
  }
  Await(ssl_ ? read_want_ : Want::kRead, std::move(handler));
}

void Stream::AwaitWrite(std::function<void()> handler) {
  Await(ssl_ ? write_want_ : Want::kWrite, std::move(handler));
}

void Stream::AwaitHandshake(std::function<void()> handler) {
  Await(handshake_want_, std::move(handler));
}

}  // namespace lifeboat::net
