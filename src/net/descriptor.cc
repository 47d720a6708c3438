#include "net/descriptor.h"

#include <sys/epoll.h>
#include <unistd.h>

#include "base/check.h"
#include "net/event_loop_impl.h"

namespace lifeboat::net {

// Level-triggered, and interest is given up lazily: only an event that nobody awaits takes it back.
// So a connection that reads, answers and awaits the next request makes no epoll_ctl at all.
struct Descriptor::Impl final : EventLoop::Impl::Watcher {
  Impl(EventLoop& loop, int fd) : loop(loop.impl()), fd(fd) {
    SetInterest(0);
    this->loop.watchers.insert(this);
  }

  void Await(uint32_t event, std::function<void()>& slot, std::function<void()> handler) {
    if (fd < 0) return;
    if (slot) {
      // Both sides of a TLS session can wait for the same direction.
      slot = [this, first = std::move(slot), second = std::move(handler)] {
        first();
        if (fd >= 0) second();
      };
    } else {
      slot = std::move(handler);
    }
    if (!(interest & event)) SetInterest(interest | event);
  }

  void SetInterest(uint32_t events) {
    interest = events;
    epoll_event event{.events = events, .data = {.ptr = this}};
    const int operation = std::exchange(in_set, true) ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    Check(epoll_ctl(loop.epoll_fd, operation, fd, &event) == 0, "the descriptor can be watched");
  }

  void LeaveSet() {
    interest = 0;
    if (std::exchange(in_set, false)) epoll_ctl(loop.epoll_fd, EPOLL_CTL_DEL, fd, nullptr);
  }

  void OnReady(uint32_t events) override {
    if (events & (EPOLLERR | EPOLLHUP)) {
      // These are reported whether wanted or not, again and again, so the set must be left when
      // nobody listens. Otherwise both sides wake: whoever tries next learns what it is.
      if (!readable && !writable) return LeaveSet();
      events |= EPOLLIN | EPOLLOUT;
    }
    if (fd >= 0 && (events & EPOLLIN)) Fire(EPOLLIN, readable);
    if (fd >= 0 && (events & EPOLLOUT)) Fire(EPOLLOUT, writable);
  }

  void Fire(uint32_t event, std::function<void()>& slot) {
    if (const auto handler = std::exchange(slot, nullptr)) {
      handler();
    } else if (interest & event) {
      SetInterest(interest & ~event);
    }
  }

  void DropHandlers() override {
    const std::function<void()> reader = std::exchange(readable, nullptr);
    const std::function<void()> writer = std::exchange(writable, nullptr);
  }

  EventLoop::Impl& loop;
  int fd;
  bool in_set = false;
  uint32_t interest = 0;
  std::function<void()> readable;
  std::function<void()> writable;
};

Descriptor::Descriptor(EventLoop& loop, int fd) : impl_(std::make_shared<Impl>(loop, fd)) {}

Descriptor::~Descriptor() { Close(); }

void Descriptor::AwaitReadable(std::function<void()> handler) {
  impl_->Await(EPOLLIN, impl_->readable, std::move(handler));
}

void Descriptor::AwaitWritable(std::function<void()> handler) {
  impl_->Await(EPOLLOUT, impl_->writable, std::move(handler));
}

int Descriptor::fd() const { return impl_->fd; }

void Descriptor::Close() {
  if (impl_->fd < 0) return;
  impl_->loop.watchers.erase(impl_.get());
  // Closing alone would leave it in the set while a child that is being forked still holds it.
  impl_->LeaveSet();
  close(std::exchange(impl_->fd, -1));
  impl_->loop.closed.push_back(impl_);
  // The handlers may own the Descriptor's owner.
  const auto impl = impl_;
  impl->DropHandlers();
}

}  // namespace lifeboat::net
