#include "sim/machine.h"

#include "base/check.h"

namespace lifeboat::sim {
namespace {

/// Where all wall clocks begin: 2027-01-15T08:00:00Z.
constexpr WallTime kEpoch = WallTime::FromSeconds(1'800'000'000);

}  // namespace

Machine::Machine(std::string name, EventQueue& events, Prng prng, DiskSpeed disk)
    : name_(std::move(name)), events_(events), prng_(prng), disk_(events, prng_, disk) {}

WallTime Machine::WallNow() const { return kEpoch + (events_.now() - Instant{}) + skew_; }

void Machine::Start(std::unique_ptr<Process> process) {
  Check(!up(), "one process at a time");
  process_ = std::move(process);
  disk_.SetProcess([this](std::function<void()> task) { Run(std::move(task)); });
}

void Machine::Crash() {
  ++incarnation_;
  frozen_ = false;
  held_.clear();
  process_.reset();
  disk_.Crash();
}

void Machine::Thaw() {
  frozen_ = false;
  for (auto& task : std::exchange(held_, {})) Run(std::move(task));
}

void Machine::Run(std::function<void()> task) {
  if (frozen_) {
    held_.push_back(std::move(task));
  } else {
    task();
  }
}

void Machine::After(Duration delay, std::function<void()> task) {
  events_.After(delay, [this, incarnation = incarnation_, task = std::move(task)]() mutable {
    if (incarnation == incarnation_) Run(std::move(task));
  });
}

}  // namespace lifeboat::sim
