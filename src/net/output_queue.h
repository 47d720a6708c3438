// OutputQueue: bytes on their way to a Stream. Small pieces (heads, short bodies) are joined so
// that pipelined answers leave in one system call; long bodies are moved in, not copied.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "net/stream.h"

namespace lifeboat::net {

class OutputQueue {
 public:
  /// The place to append small pieces to; valid until the next call of another member.
  std::string& Tail();
  void Append(std::string body);
  /// Unsent bytes.
  size_t bytes() const;
  bool empty() const { return chunks_.empty(); }
  /// Writes until all is sent (kDone), the stream would block, or fails.
  IoResult WriteTo(Stream& stream);

 private:
  void Drop(size_t bytes);

  std::deque<std::string> chunks_;  ///< None is empty, except perhaps a new Tail().
  size_t sent_of_first_ = 0;
};

}  // namespace lifeboat::net
