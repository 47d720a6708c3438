#include "net/stop_signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "base/check.h"
#include "net/descriptor.h"

namespace lifeboat::net {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

// Where the handler writes, since a handler may do little else (signal-safety(7)).
std::atomic<int> pipe_write_fd = -1;

void OnSignal(int number) {
  const int saved_errno = errno;
  const char byte = static_cast<char>(number);
  // A full pipe has signals enough.
  [[maybe_unused]] const ssize_t written = write(pipe_write_fd, &byte, 1);
  errno = saved_errno;
}

void SetHandlers(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int number : kSignals) sigaction(number, &action, nullptr);
}

}  // namespace

StopSignals::StopSignals(EventLoop& loop, std::function<void(int signal)> handler)
    : handler_(std::move(handler)) {
  Check(pipe_write_fd == -1, "one loop takes the signals");
  int fds[2];
  Check(pipe2(fds, O_CLOEXEC | O_NONBLOCK) == 0, "there are descriptors left for a pipe");
  pipe_ = std::make_unique<Descriptor>(loop, fds[0]);
  pipe_write_fd = fds[1];
  SetHandlers(&OnSignal);
  Await();
}

StopSignals::~StopSignals() {
  SetHandlers(SIG_DFL);
  close(pipe_write_fd.exchange(-1));
}

void StopSignals::Await() {
  pipe_->AwaitReadable([this] {
    char byte = 0;
    const bool taken = read(pipe_->fd(), &byte, 1) == 1;
    Await();
    if (taken) handler_(byte);
  });
}

}  // namespace lifeboat::net
