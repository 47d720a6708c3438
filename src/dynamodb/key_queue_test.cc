#include "dynamodb/key_queue.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/prng.h"

namespace lifeboat::dynamodb {
namespace {

using Kind = KeyQueue::Kind;
using Ticket = KeyQueue::Ticket;

struct Recorder {
  std::function<void(Ticket)> Start(std::string name) {
    return [this, name](Ticket ticket) {
      order += name;
      tickets[name] = ticket;
    };
  }
  std::string order;
  std::map<std::string, Ticket> tickets;
};

TEST(KeyQueueTest, AFreeKeyIsHadAtOnce) {
  KeyQueue queue;
  Recorder r;
  queue.Enter({"x"}, Kind::kWrite, r.Start("a"));
  queue.Enter({"y"}, Kind::kWrite, r.Start("b"));
  EXPECT_EQ(r.order, "ab");
}

TEST(KeyQueueTest, OneKeyIsServedInOrderOfArrival) {
  KeyQueue queue;
  Recorder r;
  for (const char* name : {"a", "b", "c"}) queue.Enter({"x"}, Kind::kWrite, r.Start(name));
  EXPECT_EQ(r.order, "a");
  queue.Leave(r.tickets["a"]);
  EXPECT_EQ(r.order, "ab");
  queue.Leave(r.tickets["b"]);
  EXPECT_EQ(r.order, "abc");
}

TEST(KeyQueueTest, AWriteOfSeveralKeysWaitsForAllAndBlocksAll) {
  KeyQueue queue;
  Recorder r;
  queue.Enter({"x"}, Kind::kWrite, r.Start("a"));
  queue.Enter({"y"}, Kind::kWrite, r.Start("b"));
  queue.Enter({"y", "x", "y"}, Kind::kWrite, r.Start("c"));
  queue.Enter({"x"}, Kind::kWrite, r.Start("d"));
  queue.Leave(r.tickets["a"]);
  EXPECT_EQ(r.order, "ab");
  queue.Leave(r.tickets["b"]);
  EXPECT_EQ(r.order, "abc");
  queue.Leave(r.tickets["c"]);
  EXPECT_EQ(r.order, "abcd");
}

TEST(KeyQueueTest, LeavingInsideReadyDoesNotRecurse) {
  KeyQueue queue;
  Ticket first = 0;
  queue.Enter({"x"}, Kind::kWrite, [&](Ticket ticket) { first = ticket; });
  size_t ran = 0;
  for (int i = 0; i < 50'000; ++i) {
    queue.Enter({"x"}, Kind::kWrite, [&](Ticket ticket) {
      ++ran;
      queue.Leave(ticket);
    });
  }
  queue.Leave(first);
  EXPECT_EQ(ran, 50'000u);
  EXPECT_EQ(queue.size(), 0u);
}

TEST(KeyQueueTest, TellsOfTransactions) {
  KeyQueue queue;
  Recorder r;
  queue.Enter({"x"}, Kind::kWrite, r.Start("a"));
  EXPECT_FALSE(queue.InTransaction("x"));
  queue.Enter({"x", "y"}, Kind::kTransaction, r.Start("b"));
  EXPECT_TRUE(queue.InTransaction("x"));
  EXPECT_TRUE(queue.InTransaction("y"));
  queue.Leave(r.tickets["a"]);
  queue.Leave(r.tickets["b"]);
  EXPECT_FALSE(queue.InTransaction("x"));
}

// Random interleavings: nobody shares a key, nobody is left behind, and writes of one key run in
// the order of their arrival.
TEST(KeyQueueTest, RandomInterleavings) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Prng prng(seed);
    KeyQueue queue;
    std::map<Ticket, std::vector<std::string>> running;
    std::map<std::string, size_t> last_arrival;
    size_t finished = 0;
    const size_t writes = 60;
    size_t entered = 0;
    while (finished < writes) {
      if (entered < writes && prng.Chance(1, 2)) {
        std::set<std::string> keys;
        for (uint64_t n = prng.Below(3) + 1; n > 0; --n) {
          keys.insert(std::string(1, static_cast<char>('a' + prng.Below(5))));
        }
        const size_t arrival = ++entered;
        std::vector<std::string> list(keys.begin(), keys.end());
        queue.Enter(list, Kind::kWrite, [&, arrival, list](Ticket ticket) {
          for (const auto& [other, held] : running) {
            for (const std::string& key : held) {
              EXPECT_EQ(std::count(list.begin(), list.end(), key), 0);
            }
          }
          for (const std::string& key : list) {
            EXPECT_LT(last_arrival[key], arrival);
            last_arrival[key] = arrival;
          }
          running[ticket] = list;
        });
      } else if (!running.empty()) {
        auto it = running.begin();
        std::advance(it, static_cast<long>(prng.Below(running.size())));
        const Ticket ticket = it->first;
        running.erase(it);
        ++finished;
        queue.Leave(ticket);
      }
    }
    EXPECT_EQ(queue.size(), 0u);
  }
}

}  // namespace
}  // namespace lifeboat::dynamodb
