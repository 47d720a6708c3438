// The asio objects behind EventLoop; included only by event_loop.cc and descriptor.cc, since asio's
// headers take seconds to compile.
#pragma once

#define BOOST_ASIO_NO_DEPRECATED
#define BOOST_ASIO_DISABLE_BOOST_COROUTINE
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <map>

#include "net/event_loop.h"

namespace lifeboat::net {

struct EventLoop::Impl {
  using Executor = boost::asio::io_context::executor_type;
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  // One thread runs the context; the hint of 1 lets asio skip waking others.
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<Executor> work{context.get_executor()};
  // One asio timer, always set to the earliest entry of `timers`.
  Timer timer{context.get_executor()};
  Instant armed_for{INT64_MAX};
  std::map<TimerId, std::function<void()>> timers;
  uint64_t last_number = 0;
  std::unique_ptr<boost::asio::basic_signal_set<Executor>> signals;
  std::function<void(int)> on_stop_signal;
};

}  // namespace lifeboat::net
