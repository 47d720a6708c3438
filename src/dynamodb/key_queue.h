// KeyQueue: whose turn it is to write an item. A write enters the queues of all of its keys at
// once and runs when it is first in each of them; it leaves when its commit is done. Since all
// writes enter in one order, the oldest is first everywhere: there are no deadlocks and no
// starvation.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lifeboat::dynamodb {

class KeyQueue {
 public:
  /// Writes that may wait or be under way together; more are refused.
  static constexpr size_t kMaxTickets = 65536;

  using Ticket = uint64_t;
  enum class Kind : uint8_t { kWrite, kTransaction };

  bool full() const { return tickets_.size() >= kMaxTickets; }
  /// Runs `ready` when the write is first in the queues of all `keys`: before this returns when
  /// they are free. Keys may repeat. The caller must Leave() once, in `ready` or later.
  Ticket Enter(std::vector<std::string> keys, Kind kind, std::function<void(Ticket)> ready);
  /// Ends the write; those that it kept waiting get their turn before this returns, unless it is
  /// called from a `ready`: then soon after.
  void Leave(Ticket ticket);
  /// True when a write waits for or holds `key`.
  bool Holds(const std::string& key) const { return queues_.contains(key); }
  /// True when a transaction waits for or holds `key`.
  bool InTransaction(const std::string& key) const;
  size_t size() const { return tickets_.size(); }

 private:
  struct Waiting {
    std::vector<std::string> keys;
    Kind kind;
    size_t not_first = 0;  ///< In how many queues somebody is before us.
    std::function<void(Ticket)> ready;
  };
  struct Queue {
    std::deque<Ticket> tickets;
    size_t transactions = 0;
  };
  void RunReady();

  Ticket next_ = 1;
  std::unordered_map<Ticket, Waiting> tickets_;
  std::unordered_map<std::string, Queue> queues_;
  std::deque<Ticket> ready_;
  bool running_ = false;
};

}  // namespace lifeboat::dynamodb
