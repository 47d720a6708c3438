// Descriptor: a file descriptor that the event loop watches. Reading and writing is done by the
// owner with plain system calls: waiting for readiness, instead of handing a buffer over, lets ten
// thousand idle connections hold none.
#pragma once

#include <functional>
#include <memory>

#include "net/event_loop.h"

namespace lifeboat::net {

class Descriptor {
 public:
  /// Takes over `fd`, which must be non-blocking, and closes it in the end.
  Descriptor(EventLoop& loop, int fd);
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  /// Each runs its handler once, on the loop, never inside this call. A handler does not run after
  /// Close(), and may destroy the Descriptor.
  void AwaitReadable(std::function<void()> handler);
  void AwaitWritable(std::function<void()> handler);

  /// -1 after Close().
  int fd() const;
  void Close();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace lifeboat::net
