#include "net/descriptor.h"

#include "net/event_loop_impl.h"

namespace lifeboat::net {

namespace asio = boost::asio;

struct Descriptor::Impl : std::enable_shared_from_this<Impl> {
  using Watched = asio::posix::basic_stream_descriptor<EventLoop::Impl::Executor>;

  Impl(EventLoop& loop, int fd) : watched(loop.impl().context.get_executor(), fd) {}

  void Await(asio::posix::descriptor_base::wait_type direction, std::function<void()> handler) {
    if (!watched.is_open()) return;
    // Closing cancels the wait, but one that was done already would still be called without error.
    watched.async_wait(direction, [self = shared_from_this(), handler = std::move(handler)](
                                      const boost::system::error_code& error) {
      if (!error && self->watched.is_open()) handler();
    });
  }

  Watched watched;
};

Descriptor::Descriptor(EventLoop& loop, int fd) : impl_(std::make_shared<Impl>(loop, fd)) {}

Descriptor::~Descriptor() { Close(); }

void Descriptor::AwaitReadable(std::function<void()> handler) {
  impl_->Await(asio::posix::descriptor_base::wait_read, std::move(handler));
}

void Descriptor::AwaitWritable(std::function<void()> handler) {
  impl_->Await(asio::posix::descriptor_base::wait_write, std::move(handler));
}

int Descriptor::fd() const {
  return impl_->watched.is_open() ? impl_->watched.native_handle() : -1;
}

void Descriptor::Close() {
  boost::system::error_code ignored;
  impl_->watched.close(ignored);
}

}  // namespace lifeboat::net
