// Machine: a disk, a wall clock that may be wrong, and a process that can be started, killed and
// frozen. What is meant for a process that has been killed is dropped; what is meant for a frozen
// one waits.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/prng.h"
#include "http/message.h"
#include "sim/disk.h"
#include "sim/event_queue.h"

namespace lifeboat::sim {

/// What runs on a machine.
class Process {
 public:
  virtual ~Process() = default;
  virtual void Handle(const http::Request& request, http::Reply reply) = 0;
};

class Machine final : public Clock, public Scheduler {
 public:
  Machine(std::string name, EventQueue& events, Prng prng, DiskSpeed disk);

  const std::string& name() const { return name_; }
  Disk& disk() { return disk_; }
  const Disk& disk() const { return disk_; }
  Prng& prng() { return prng_; }
  Process* process() { return process_.get(); }

  bool up() const { return process_ != nullptr; }
  bool frozen() const { return frozen_; }
  void Start(std::unique_ptr<Process> process);
  /// SIGKILL, and what was not synced is lost.
  void Crash();
  void Freeze() { frozen_ = true; }
  void Thaw();

  /// Runs `task` when the process that is on the machine now can run it.
  void Run(std::function<void()> task);
  /// Numbers the processes that have run here.
  uint64_t incarnation() const { return incarnation_; }

  // The process's clocks and timers.
  Instant Now() const override { return events_.now(); }
  WallTime WallNow() const override;
  void After(Duration delay, std::function<void()> task) override;
  void SetSkew(Duration skew) { skew_ = skew; }

 private:
  const std::string name_;
  EventQueue& events_;
  Prng prng_;
  Disk disk_;
  Duration skew_;
  std::unique_ptr<Process> process_;
  uint64_t incarnation_ = 0;
  bool frozen_ = false;
  std::vector<std::function<void()>> held_;  ///< For the frozen process.
};

}  // namespace lifeboat::sim
