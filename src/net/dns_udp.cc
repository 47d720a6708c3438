#include "net/dns_udp.h"

#include <netinet/in.h>
#include <sys/socket.h>

namespace lifeboat::net {
namespace {

constexpr size_t kBatchPackets = 32;
// Batches answered before other events (health probes among them) get their turn.
constexpr int kBatchesPerTurn = 4;
// No query is near this long; a longer one is cut and then refused as malformed.
constexpr size_t kQueryBytesMax = 2048;

}  // namespace

struct DnsUdp::Batch {
  struct Packet {
    std::array<char, kQueryBytesMax> query;
    sockaddr_in6 peer;  ///< Also holds the shorter sockaddr_in.
    iovec part;
    std::string answer;
  };
  std::array<Packet, kBatchPackets> packets;
  std::array<mmsghdr, kBatchPackets> headers;
};

DnsUdp::DnsUdp(EventLoop& loop, int fd, const DnsServer::Handler& handler)
    : socket_(loop, fd), handler_(handler), batch_(std::make_unique<Batch>()) {
  Await();
}

DnsUdp::~DnsUdp() = default;

void DnsUdp::Await() {
  socket_.AwaitReadable([this] { OnReadable(); });
}

void DnsUdp::OnReadable() {
  for (int i = 0; i < kBatchesPerTurn && AnswerBatch(); ++i) {
  }
  Await();
}

/// False when the socket was emptied.
bool DnsUdp::AnswerBatch() {
  auto& [packets, headers] = *batch_;
  for (size_t i = 0; i < kBatchPackets; ++i) {
    packets[i].part = {packets[i].query.data(), kQueryBytesMax};
    headers[i] = {};
    headers[i].msg_hdr.msg_name = &packets[i].peer;
    headers[i].msg_hdr.msg_namelen = sizeof packets[i].peer;
    headers[i].msg_hdr.msg_iov = &packets[i].part;
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  const int received = recvmmsg(socket_.fd(), headers.data(), kBatchPackets, 0, nullptr);
  if (received <= 0) return false;
  unsigned answers = 0;
  for (size_t i = 0; i < static_cast<size_t>(received); ++i) {
    Batch::Packet& packet = packets[i];
    packet.answer.clear();
    handler_({packet.query.data(), headers[i].msg_len}, false, packet.answer);
    if (packet.answer.empty()) continue;
    packet.part = {packet.answer.data(), packet.answer.size()};
    headers[answers++] = headers[i];
  }
  for (unsigned sent = 0; sent < answers;) {
    const int count = sendmmsg(socket_.fd(), headers.data() + sent, answers - sent, MSG_NOSIGNAL);
    // One that can't be sent is dropped, as networks do; its asker asks again.
    sent += count > 0 ? static_cast<unsigned>(count) : 1;
  }
  return static_cast<size_t>(received) == kBatchPackets;
}

}  // namespace lifeboat::net
