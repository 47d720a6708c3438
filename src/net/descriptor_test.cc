#include "net/descriptor.h"

#include <sys/socket.h>
#include <unistd.h>

#include "net/net_test_support.h"

namespace lifeboat::net {
namespace {

class DescriptorTest : public testing::Test {
 protected:
  DescriptorTest() {
    int fds[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    descriptor = std::make_unique<Descriptor>(loop, fds[0]);
    peer = fds[1];
  }
  ~DescriptorTest() override {
    if (peer >= 0) close(peer);
  }

  void PeerSends() { EXPECT_EQ(write(peer, "x", 1), 1); }

  /// How often the loop wakes up while nothing is awaited.
  int IdleTurns() {
    int turns = 0;
    loop.RunUntil([&] { return ++turns > 1000; }, Duration::Millis(10));
    return turns;
  }

  EventLoop loop;
  std::unique_ptr<Descriptor> descriptor;
  int peer = -1;
};

TEST_F(DescriptorTest, EachHandlerRunsOnce) {
  int readable = 0;
  int writable = 0;
  descriptor->AwaitReadable([&] { ++readable; });
  descriptor->AwaitWritable([&] { ++writable; });
  EXPECT_EQ(writable, 0) << "inside the call";
  RUN_UNTIL(loop, writable == 1);
  EXPECT_EQ(readable, 0);
  PeerSends();
  RUN_UNTIL(loop, readable == 1);
  // The byte is still there, and nobody asks.
  EXPECT_LT(IdleTurns(), 10);
  EXPECT_EQ(readable, 1);
  descriptor->AwaitReadable([&] { ++readable; });
  RUN_UNTIL(loop, readable == 2);
}

TEST_F(DescriptorTest, TwoMayAwaitTheSame) {
  std::string order;
  descriptor->AwaitReadable([&] { order += 'a'; });
  descriptor->AwaitReadable([&] { order += 'b'; });
  PeerSends();
  RUN_UNTIL(loop, order == "ab");
  descriptor->AwaitReadable([&] {
    order += 'c';
    descriptor.reset();
  });
  descriptor->AwaitReadable([&] { order += 'd'; });
  RUN_UNTIL(loop, order == "abc");
  EXPECT_LT(IdleTurns(), 10);
  EXPECT_EQ(order, "abc");
}

TEST_F(DescriptorTest, AHangUpThatNobodyAwaitsDoesNotSpin) {
  int readable = 0;
  int writable = 0;
  descriptor->AwaitReadable([&] { ++readable; });
  close(std::exchange(peer, -1));
  RUN_UNTIL(loop, readable == 1);
  EXPECT_LT(IdleTurns(), 10);
  descriptor->AwaitReadable([&] { ++readable; });
  descriptor->AwaitWritable([&] { ++writable; });
  RUN_UNTIL(loop, readable == 2 && writable == 1);
}

TEST_F(DescriptorTest, NoHandlerRunsAfterClose) {
  descriptor->AwaitReadable([] { FAIL(); });
  PeerSends();
  descriptor->Close();
  EXPECT_EQ(descriptor->fd(), -1);
  descriptor->AwaitReadable([] { FAIL(); });
  EXPECT_LT(IdleTurns(), 10);
}

TEST_F(DescriptorTest, OneHandlerMayCloseAnother) {
  int fds[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
  Descriptor other(loop, fds[0]);
  ASSERT_EQ(write(fds[1], "x", 1), 1);
  PeerSends();
  int ran = 0;
  // Both are ready in the same turn, and the first to run ends the second.
  descriptor->AwaitReadable([&] {
    ++ran;
    other.Close();
  });
  other.AwaitReadable([&] {
    ++ran;
    descriptor->Close();
  });
  RUN_UNTIL(loop, ran == 1);
  EXPECT_LT(IdleTurns(), 10);
  EXPECT_EQ(ran, 1);
  close(fds[1]);
}

TEST_F(DescriptorTest, WhatTheLoopStillHoldsGoesWithIt) {
  struct Owner {
    std::unique_ptr<Descriptor> descriptor;
  };
  std::weak_ptr<Owner> weak;
  {
    EventLoop inner;
    int fds[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    auto circle = std::make_shared<Owner>();
    weak = circle;
    circle->descriptor = std::make_unique<Descriptor>(inner, fds[0]);
    circle->descriptor->AwaitReadable([circle] {});
    close(fds[1]);
  }
  EXPECT_TRUE(weak.expired());
}

}  // namespace
}  // namespace lifeboat::net
