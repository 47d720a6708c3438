// InterimVerdict: tells RTO and RPO while the failback still goes on. It grades the journal as far
// as it has been written, in a thread of its own, since the loop sends the load meanwhile.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "net/event_loop.h"

namespace lifeboat::cli {

class InterimVerdict {
 public:
  /// `journal`: the file that the drill appends to.
  InterimVerdict(net::EventLoop& loop, std::string journal)
      : loop_(loop), journal_(std::move(journal)) {}
  ~InterimVerdict();
  InterimVerdict(const InterimVerdict&) = delete;
  InterimVerdict& operator=(const InterimVerdict&) = delete;

  /// `done` runs on the loop with the lines of the run under way; not at all when the journal can't
  /// be graded, which the report will say. What still runs from an earlier call is waited for.
  void Start(std::function<void(const std::vector<std::string>&)> done);

 private:
  net::EventLoop& loop_;
  const std::string journal_;
  std::thread thread_;
};

}  // namespace lifeboat::cli
