#include "net/event_loop.h"

#include <signal.h>

#include <thread>

#include "net/net_test_support.h"

namespace lifeboat::net {
namespace {

TEST(EventLoop, RunsTimersInTheOrderOfTheirTimes) {
  EventLoop loop;
  std::string order;
  loop.After(Duration::Millis(3), [&] { order += 'c'; });
  loop.After(Duration::Millis(1), [&] { order += 'a'; });
  loop.After(Duration::Millis(2), [&] { order += 'b'; });
  loop.After(Duration(), [&] { order += '0'; });
  EXPECT_EQ(order, "");
  RUN_UNTIL(loop, order.size() == 4);
  EXPECT_EQ(order, "0abc");
}

TEST(EventLoop, CancelledTimersDoNotRun) {
  EventLoop loop;
  bool ran = false;
  bool later = false;
  auto id = loop.StartTimer(Duration::Millis(1), [&] { ran = true; });
  loop.After(Duration::Millis(2), [&] { later = true; });
  loop.CancelTimer(id);
  EXPECT_EQ(id.number, 0u);
  loop.CancelTimer(id);
  RUN_UNTIL(loop, later);
  EXPECT_FALSE(ran);
}

TEST(EventLoop, PostFromAnotherThreadRunsOnTheLoop) {
  EventLoop loop;
  std::thread::id where;
  std::thread other([&] { loop.Post([&] { where = std::this_thread::get_id(); }); });
  RUN_UNTIL(loop, where != std::thread::id());
  other.join();
  EXPECT_EQ(where, std::this_thread::get_id());
}

TEST(EventLoop, StopEndsRunAndItCanRunAgain) {
  EventLoop loop;
  int runs = 0;
  loop.Post([&] {
    ++runs;
    loop.Stop();
  });
  loop.Run();
  loop.Post([&] {
    ++runs;
    loop.Stop();
  });
  loop.Run();
  EXPECT_EQ(runs, 2);
}

TEST(EventLoop, DeliversStopSignals) {
  EventLoop loop;
  std::vector<int> signals;
  loop.OnStopSignal([&](int signal) { signals.push_back(signal); });
  raise(SIGTERM);
  RUN_UNTIL(loop, signals.size() == 1);
  raise(SIGINT);
  RUN_UNTIL(loop, signals.size() == 2);
  EXPECT_EQ(signals, (std::vector<int>{SIGTERM, SIGINT}));
}

TEST(System, PrngsDiffer) {
  Prng a = NewSystemPrng();
  Prng b = NewSystemPrng();
  EXPECT_NE(a.Next(), b.Next());
}

}  // namespace
}  // namespace lifeboat::net
