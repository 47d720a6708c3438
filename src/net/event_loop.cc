#include "net/event_loop.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "net/event_loop_impl.h"

namespace lifeboat::net {
namespace {

constexpr int kEventsPerTurn = 256;
constexpr Duration kWaitMax = Duration::Hours(1);
// All that a process serves stands still during a turn, so none may take long. CPU time, because
// on a busy machine a turn can't help how long it is not run.
constexpr Duration kTurnCpuMax = Duration::Millis(50);
// Sanitizers make everything some ten times as slow.
#if defined(__has_feature)
constexpr int64_t kSlowness = __has_feature(address_sanitizer) ? 10 : 1;
#else
constexpr int64_t kSlowness = 1;
#endif
constexpr size_t kWorkNameMax = 100;

Duration ThreadCpu() {
  timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return Duration::Seconds(used.tv_sec) + Duration::Nanos(used.tv_nsec);
}

}  // namespace

EventLoop::Impl::Impl()
    : epoll_fd(epoll_create1(EPOLL_CLOEXEC)), wake_fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  Check(epoll_fd >= 0 && wake_fd >= 0, "there are descriptors left for an event loop");
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, wake_fd, &event);
}

EventLoop::Impl::~Impl() {
  close(wake_fd);
  close(epoll_fd);
}

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) { signal(SIGPIPE, SIG_IGN); }

EventLoop::~EventLoop() {
  impl_->stop_signals.reset();
  // What tasks and handlers own may use the loop while it is destroyed, so they are moved out
  // first.
  const auto timers = std::exchange(impl_->timers, {});
  const auto posted = std::exchange(impl_->posted, {});
  while (!impl_->watchers.empty()) {
    Impl::Watcher* watcher = *impl_->watchers.begin();
    impl_->watchers.erase(watcher);
    watcher->DropHandlers();
  }
}

void EventLoop::After(Duration delay, std::function<void()> task) {
  StartTimer(delay, std::move(task));
}

EventLoop::TimerId EventLoop::StartTimer(Duration delay, std::function<void()> task) {
  const TimerId id{clock_.Now() + delay, ++impl_->last_number};
  impl_->timers.emplace(id, std::move(task));
  return id;
}

void EventLoop::CancelTimer(TimerId& id) {
  // The task is destroyed only after the map is whole again.
  const auto node = impl_->timers.extract(id);
  id = {};
}

void EventLoop::FireTimers() {
  auto& timers = impl_->timers;
  if (timers.empty()) return;
  const Instant now = clock_.Now();
  while (!timers.empty() && timers.begin()->first.due <= now) {
    const auto node = timers.extract(timers.begin());
    node.mapped()();
  }
}

void EventLoop::Post(std::function<void()> task) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->posted.push_back(std::move(task));
    if (impl_->posted.size() > 1) return;  // The first one has woken the loop.
  }
  if (impl_->thread != std::this_thread::get_id()) eventfd_write(impl_->wake_fd, 1);
}

/// What was posted up to now; what that posts waits for the next turn.
void EventLoop::RunPosted() {
  std::vector<std::function<void()>> tasks;
  {
    const std::lock_guard lock(impl_->mutex);
    tasks.swap(impl_->posted);
  }
  for (std::function<void()>& task : tasks) std::exchange(task, nullptr)();
}

/// How long there is nothing to do but wait, at most until `limit`.
Duration EventLoop::Idle(Instant limit) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (!impl_->posted.empty()) return {};
  }
  if (!impl_->timers.empty()) limit = std::min(limit, impl_->timers.begin()->first.due);
  return std::clamp(limit - clock_.Now(), Duration(), kWaitMax);
}

// Events come first and what was posted after them, so that what a handler posts runs in the same
// turn, after all the other events of the turn.
void EventLoop::Turn(Instant limit) {
  impl_->thread = std::this_thread::get_id();
  // Rounded up, or the last fraction of a millisecond would be spent spinning.
  const Duration wait = Idle(limit) + Duration::Nanos(999'999);
  epoll_event events[kEventsPerTurn];
  const int count =
      epoll_wait(impl_->epoll_fd, events, kEventsPerTurn, static_cast<int>(wait.millis()));
  Check(count >= 0 || errno == EINTR, "epoll works");
  for (int i = 0; i < count; ++i) {
    if (auto* watcher = static_cast<Impl::Watcher*>(events[i].data.ptr)) {
      watcher->OnReady(events[i].events);
    } else {
      eventfd_t ignored = 0;
      eventfd_read(impl_->wake_fd, &ignored);
    }
  }
  impl_->closed.clear();
  RunPosted();
  FireTimers();
  MeasureTurn();
}

void EventLoop::SetWork(std::string_view what, std::string_view of) {
  impl_->work = what.substr(0, kWorkNameMax);
  impl_->work += ' ';
  impl_->work += of.substr(0, kWorkNameMax);
}

void EventLoop::LogLongTurns() { impl_->cpu_used = ThreadCpu(); }

void EventLoop::MeasureTurn() {
  if (!impl_->cpu_used) return;
  const Duration used = ThreadCpu();
  const Duration turn = used - *std::exchange(impl_->cpu_used, used);
  if (turn <= kTurnCpuMax * kSlowness) return;
  log::Warn("a turn of the event loop took {} ms of CPU, {} are allowed; the last request: {}",
            turn.millis(), (kTurnCpuMax * kSlowness).millis(),
            impl_->work.empty() ? "none" : impl_->work);
}

void EventLoop::OnStopSignal(std::function<void(int signal)> handler) {
  impl_->stop_signals = std::make_unique<StopSignals>(*this, std::move(handler));
}

void EventLoop::Run() {
  while (!impl_->stopping) Turn({INT64_MAX / 2});
  impl_->stopping = false;
}

void EventLoop::Stop() {
  impl_->stopping = true;
  eventfd_write(impl_->wake_fd, 1);
}

bool EventLoop::RunUntil(const std::function<bool()>& condition, Duration limit) {
  const Instant end = clock_.Now() + limit;
  while (!condition()) {
    if (clock_.Now() >= end) return false;
    Turn(end);
  }
  return true;
}

}  // namespace lifeboat::net
