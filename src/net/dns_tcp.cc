#include "net/dns_tcp.h"

#include "base/bytes.h"

namespace lifeboat::net {
namespace {

constexpr size_t kReadBytes = 4096;
constexpr size_t kLengthBytes = 2;
constexpr size_t kMessageBytesMax = 65535;

}  // namespace

struct DnsTcp::Connection {
  Connection(EventLoop& loop, uint64_t number, int fd)
      : loop(loop), number(number), stream(loop, fd) {}
  ~Connection() { loop.CancelTimer(idle_timer); }

  EventLoop& loop;
  const uint64_t number;
  Stream stream;
  std::string input;
  OutputQueue output;
  bool awaiting_write = false;
  EventLoop::TimerId idle_timer;
};

DnsTcp::DnsTcp(EventLoop& loop, const DnsServer::Handler& handler, DnsLimits limits)
    : loop_(loop), handler_(handler), limits_(limits) {}

DnsTcp::~DnsTcp() = default;

Result<std::unique_ptr<DnsTcp>> DnsTcp::Open(EventLoop& loop, const SocketAddress& address,
                                             const DnsServer::Handler& handler, DnsLimits limits) {
  std::unique_ptr<DnsTcp> tcp(new DnsTcp(loop, handler, limits));
  auto listener =
      Listener::Open(loop, address, [tcp = tcp.get()](int fd, std::string) { tcp->Accept(fd); });
  if (!listener) return listener.error();
  tcp->listener_ = std::move(*listener);
  return tcp;
}

void DnsTcp::Accept(int fd) {
  auto connection = std::make_unique<Connection>(loop_, ++last_number_, fd);
  if (connections_.size() >= limits_.tcp_connections) return;
  Connection& accepted = *connection;
  connections_.emplace(accepted.number, std::move(connection));
  RestartTimer(accepted);
  Await(accepted);
}

void DnsTcp::Await(Connection& connection) {
  connection.stream.AwaitRead([this, &connection] { OnReadable(connection); });
}

void DnsTcp::OnReadable(Connection& connection) {
  char buffer[kReadBytes];
  const IoResult read = connection.stream.Read(buffer, sizeof buffer);
  if (read.kind == IoResult::Kind::kEnd || read.kind == IoResult::Kind::kFailed) {
    return Close(connection);
  }
  connection.input.append(buffer, read.bytes);
  if (!AnswerAll(connection) || !Flush(connection)) return Close(connection);
  Await(connection);
}

/// False when the connection is to be closed.
bool DnsTcp::AnswerAll(Connection& connection) {
  std::string_view rest = connection.input;
  std::string answer;
  while (rest.size() >= kLengthBytes) {
    const size_t length = ByteReader(rest).U16();
    if (rest.size() < kLengthBytes + length) break;
    answer.clear();
    handler_(rest.substr(kLengthBytes, length), true, answer);
    if (answer.empty() || answer.size() > kMessageBytesMax) return false;
    AppendU16(connection.output.Tail(), static_cast<uint16_t>(answer.size()));
    connection.output.Tail() += answer;
    rest.remove_prefix(kLengthBytes + length);
    RestartTimer(connection);
  }
  connection.input.erase(0, connection.input.size() - rest.size());
  return connection.output.bytes() <= limits_.tcp_output_bytes;
}

/// False when the connection is to be closed.
bool DnsTcp::Flush(Connection& connection) {
  if (connection.awaiting_write) return true;
  const IoResult written = connection.output.WriteTo(connection.stream);
  if (written.kind != IoResult::Kind::kWouldBlock) return written.kind == IoResult::Kind::kDone;
  connection.awaiting_write = true;
  connection.stream.AwaitWrite([this, &connection] {
    connection.awaiting_write = false;
    if (!Flush(connection)) Close(connection);
  });
  return true;
}

void DnsTcp::RestartTimer(Connection& connection) {
  loop_.CancelTimer(connection.idle_timer);
  connection.idle_timer =
      loop_.StartTimer(limits_.tcp_idle_timeout, [this, &connection] { Close(connection); });
}

void DnsTcp::Close(Connection& connection) { connections_.erase(connection.number); }

}  // namespace lifeboat::net
