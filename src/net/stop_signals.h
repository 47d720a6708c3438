// StopSignals: SIGINT and SIGTERM as events of the loop.
#pragma once

#include <functional>
#include <memory>

namespace lifeboat::net {

class EventLoop;
class Descriptor;

class StopSignals {
 public:
  /// Takes both signals over from the process; one object at a time.
  StopSignals(EventLoop& loop, std::function<void(int signal)> handler);
  /// Gives them their default meaning back.
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;

 private:
  void Await();

  std::function<void(int signal)> handler_;
  std::unique_ptr<Descriptor> pipe_;
};

}  // namespace lifeboat::net
