#include "net/output_queue.h"

namespace lifeboat::net {
namespace {

// Shorter bodies are cheaper to copy than to hand to the kernel as a piece of their own.
constexpr size_t kJoinBytesMax = 8192;
constexpr size_t kTailBytesMax = 65536;
constexpr size_t kPiecesPerWrite = 16;

}  // namespace

std::string& OutputQueue::Tail() {
  if (chunks_.empty() || chunks_.back().size() >= kTailBytesMax) chunks_.emplace_back();
  return chunks_.back();
}

void OutputQueue::Append(std::string body) {
  if (body.empty()) return;
  if (body.size() <= kJoinBytesMax) {
    Tail() += body;
  } else {
    chunks_.push_back(std::move(body));
  }
}

size_t OutputQueue::bytes() const {
  size_t total = 0;
  for (const std::string& chunk : chunks_) total += chunk.size();
  return total - sent_of_first_;
}

IoResult OutputQueue::WriteTo(Stream& stream) {
  while (!chunks_.empty()) {
    iovec pieces[kPiecesPerWrite];
    size_t count = 0;
    for (auto chunk = chunks_.begin(); chunk != chunks_.end() && count < kPiecesPerWrite; ++chunk) {
      const size_t skip = count == 0 ? sent_of_first_ : 0;
      pieces[count++] = {chunk->data() + skip, chunk->size() - skip};
    }
    const IoResult written = stream.Write({pieces, count});
    if (written.kind != IoResult::Kind::kDone) return written;
    Drop(written.bytes);
  }
  return {};
}

void OutputQueue::Drop(size_t bytes) {
  while (bytes > 0) {
    const size_t left = chunks_.front().size() - sent_of_first_;
    if (bytes < left) {
      sent_of_first_ += bytes;
      return;
    }
    bytes -= left;
    chunks_.pop_front();
    sent_of_first_ = 0;
  }
}

}  // namespace lifeboat::net
