#include "net/relay.h"

namespace lifeboat::net {
namespace {

constexpr size_t kRelayBufferBytes = 32 << 10;
// Buffers copied before other events get their turn.
constexpr int kBuffersPerTurn = 8;

}  // namespace

Relay::Relay(std::unique_ptr<Stream> a, std::unique_ptr<Stream> b, std::string to_a,
             std::string to_b, std::function<void(Relay&)> on_done)
    : a_(std::move(a)),
      b_(std::move(b)),
      a_to_b_{*a_, *b_, std::move(to_b)},
      b_to_a_{*b_, *a_, std::move(to_a)},
      on_done_(std::move(on_done)) {}

void Relay::Start() {
  const auto self = shared_from_this();
  Pump(a_to_b_);
  Pump(b_to_a_);
}

void Relay::Pump(Half& half) {
  for (int i = 0; i < kBuffersPerTurn; ++i) {
    if (!WriteBuffer(half) || !ReadMore(half)) return;
  }
  // The buffer is full now, and maybe with the last bytes that are to come: it goes on with
  // writing.
  half.to.AwaitWrite([this, &half] { Pump(half); });
}

bool Relay::WriteBuffer(Half& half) {
  while (half.sent < half.buffer.size()) {
    const iovec rest{half.buffer.data() + half.sent, half.buffer.size() - half.sent};
    const IoResult written = half.to.Write({&rest, 1});
    if (written.kind == IoResult::Kind::kWouldBlock) {
      half.to.AwaitWrite([this, &half] { Pump(half); });
      return false;
    }
    if (written.kind != IoResult::Kind::kDone) {
      Finish();
      return false;
    }
    half.sent += written.bytes;
  }
  half.sent = 0;
  half.buffer.clear();
  return true;
}

bool Relay::ReadMore(Half& half) {
  half.buffer.resize(kRelayBufferBytes);
  const IoResult read = half.from.Read(half.buffer.data(), half.buffer.size());
  half.buffer.resize(read.bytes);
  switch (read.kind) {
    case IoResult::Kind::kDone:
      return true;
    case IoResult::Kind::kWouldBlock:
      half.buffer.shrink_to_fit();  // An idle tunnel holds no buffers.
      half.from.AwaitRead([this, &half] { Pump(half); });
      return false;
    case IoResult::Kind::kEnd:
      half.ended = true;
      half.to.ShutdownSend();
      if (a_to_b_.ended && b_to_a_.ended) Finish();
      return false;
    case IoResult::Kind::kFailed:
      Finish();
      return false;
  }
  return false;
}

void Relay::Finish() {
  a_->Close();
  b_->Close();
  if (auto on_done = std::exchange(on_done_, nullptr)) on_done(*this);
}

}  // namespace lifeboat::net
