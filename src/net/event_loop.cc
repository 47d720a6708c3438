#include "net/event_loop.h"

#include <signal.h>

#include "net/event_loop_impl.h"

namespace lifeboat::net {
namespace {

namespace asio = boost::asio;

void WaitForSignal(EventLoop::Impl& impl) {
  impl.signals->async_wait([&impl](const boost::system::error_code& error, int signal) {
    if (error) return;
    impl.on_stop_signal(signal);
    WaitForSignal(impl);
  });
}

}  // namespace

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) { signal(SIGPIPE, SIG_IGN); }

EventLoop::~EventLoop() {
  // What timers own may cancel other timers while it is destroyed.
  const auto timers = std::exchange(impl_->timers, {});
}

void EventLoop::After(Duration delay, std::function<void()> task) {
  StartTimer(delay, std::move(task));
}

EventLoop::TimerId EventLoop::StartTimer(Duration delay, std::function<void()> task) {
  const TimerId id{clock_.Now() + delay, ++impl_->last_number};
  impl_->timers.emplace(id, std::move(task));
  if (id.due < impl_->armed_for) ArmTimer();
  return id;
}

void EventLoop::CancelTimer(TimerId& id) {
  // The task is destroyed only after the map is whole again.
  const auto node = impl_->timers.extract(id);
  id = {};
}

void EventLoop::ArmTimer() {
  if (impl_->timers.empty()) {
    impl_->armed_for = {INT64_MAX};
    return;
  }
  impl_->armed_for = impl_->timers.begin()->first.due;
  impl_->timer.expires_at(
      std::chrono::steady_clock::time_point(std::chrono::nanoseconds(impl_->armed_for.ns)));
  impl_->timer.async_wait([this](const boost::system::error_code& error) {
    if (!error) FireTimers();
  });
}

void EventLoop::FireTimers() {
  const Instant now = clock_.Now();
  auto& timers = impl_->timers;
  while (!timers.empty() && timers.begin()->first.due <= now) {
    const auto node = timers.extract(timers.begin());
    node.mapped()();
  }
  ArmTimer();
}

void EventLoop::Post(std::function<void()> task) { asio::post(impl_->context, std::move(task)); }

void EventLoop::OnStopSignal(std::function<void(int signal)> handler) {
  impl_->on_stop_signal = std::move(handler);
  if (impl_->signals) return;
  impl_->signals = std::make_unique<asio::basic_signal_set<Impl::Executor>>(
      impl_->context.get_executor(), SIGINT, SIGTERM);
  WaitForSignal(*impl_);
}

void EventLoop::Run() {
  impl_->context.restart();
  impl_->context.run();
}

void EventLoop::Stop() { impl_->context.stop(); }

bool EventLoop::RunUntil(const std::function<bool()>& condition, Duration limit) {
  const Instant end = clock_.Now() + limit;
  impl_->context.restart();
  while (!condition()) {
    if (clock_.Now() >= end || impl_->context.stopped()) return false;
    impl_->context.run_one_until(
        std::chrono::steady_clock::time_point(std::chrono::nanoseconds(end.ns)));
  }
  return true;
}

}  // namespace lifeboat::net
