// Network: HTTP calls between machines in virtual time, each way with a delay of its own, so calls
// overtake each other. What is lost shows as a time-out; a machine without a process refuses; a
// process that dies breaks the calls that it was answering, as TCP does.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/prng.h"
#include "base/result.h"
#include "http/message.h"
#include "sim/machine.h"
#include "sim/trace.h"

namespace lifeboat::sim {

struct Weather {
  Duration delay_min = Duration::Micros(100);
  Duration delay_max = Duration::Millis(5);
  uint64_t loss_per_mille = 0;  ///< Of each way of each call.
};

class Network {
 public:
  using Done = std::function<void(Result<http::Response>)>;
  Network(EventQueue& events, const Trace& trace, Prng prng)
      : events_(events), trace_(trace), prng_(prng) {}

  void Attach(Machine& machine) { machines_[machine.name()] = &machine; }
  void SetWeather(Weather weather) { weather_ = weather; }
  /// Nothing gets from `from` to `to`.
  void Block(const std::string& from, const std::string& to) { blocked_.insert({from, to}); }
  void Unblock(const std::string& from, const std::string& to) { blocked_.erase({from, to}); }
  void UnblockAll() { blocked_.clear(); }

  /// As region::Host::CallPeer. `done` runs in the process that called, if it still lives.
  void Call(Machine& from, const std::string& to, http::Request request, Duration timeout,
            Done done);
  /// The process on `machine` has ended: breaks what it was answering.
  void OnCrash(const std::string& machine);

 private:
  struct Pending {
    Machine* from;
    uint64_t incarnation;
    std::string to;
    bool delivered = false;
    Done done;
  };
  Duration Delay() { return {prng_.Between(weather_.delay_min.ns, weather_.delay_max.ns)}; }
  bool Lost(const std::string& from, const std::string& to);
  void Deliver(uint64_t call, http::Request request);
  void Answer(uint64_t call, Result<http::Response> result);
  void Finish(uint64_t call, Result<http::Response> result);

  EventQueue& events_;
  const Trace& trace_;
  Prng prng_;
  Weather weather_;
  std::map<std::string, Machine*> machines_;
  std::set<std::pair<std::string, std::string>> blocked_;
  std::map<uint64_t, Pending> pending_;
  uint64_t calls_ = 0;
};

}  // namespace lifeboat::sim
