// What happens to the world of a failover run while the storm blows.
#include "sim/failover_world.h"

#include <array>

#include "base/aws_regions.h"
#include "sim/scenario.h"

namespace lifeboat::sim {
namespace {

constexpr Duration kLongestRestart = Duration::Seconds(12);
constexpr Duration kServerClockStepMax = Duration::Seconds(10);

}  // namespace

void FailoverWorld::Blow() {
  network_.SetWeather(plan_.weather);
  blowing_ = true;
  ScheduleMishap();
  RunFor(plan_.storm);
  blowing_ = false;
}

void FailoverWorld::ScheduleMishap() {
  events_.After({prng_.Between(0, 2 * plan_.mishap_gap.ns)}, [this] {
    if (!blowing_) return;
    Strike();
    ScheduleMishap();
  });
}

void FailoverWorld::Strike() {
  const std::array<uint64_t, 7> weights = {3, 3, 2, plan_.restarts, 1, 1, 4};
  switch (DrawWeighted(prng_, weights.data(), weights.size())) {
    case 0:
      return StrikeRegion(Loss::kKilled);
    case 1:
      return StrikeRegion(Loss::kFrozen);
    case 2:
      return StrikeRegion(Loss::kCutOff);
    case 3:
      return CrashServer();
    case 4:
      return ChangeWeather();
    case 5:
      return StepClock();
    default:
      return ChangeNote();
  }
}

void FailoverWorld::Mark(const std::string& what, const std::string& who) {
  ++result_.marks[what];
  trace_.Note(who, "{}", what);
}

void FailoverWorld::StrikeRegion(Loss loss) {
  StrikeRegion(plan_.regions[prng_.Below(plan_.regions.size())], loss);
}

void FailoverWorld::StrikeRegion(const std::string& region, Loss loss) {
  if (!lost_.insert(region).second) return;  // It comes back by itself.
  Lose(region, loss);
  checker_->OnRegion(region, false, events_.now());
  events_.After({prng_.Between(0, plan_.longest_outage.ns)}, [this, region, loss] {
    const bool poorer = Return(region, loss);
    lost_.erase(region);
    checker_->OnRegion(region, true, events_.now());
    if (poorer && prng_.Chance(1, 2)) Isolate(region);
  });
}

void FailoverWorld::Isolate(const std::string& region) {
  StrikeRegion(region, Loss::kCutOff);
  // It goes on by itself after a while, and makes a history of its own.
  events_.After(route53::kAskingTime + Duration::Seconds(1), [this] { ChangeNote(); });
}

void FailoverWorld::Lose(const std::string& region, Loss loss) {
  switch (loss) {
    case Loss::kKilled:
      Mark("kill", region);
      regions_.at(region)->Crash();
      return network_.OnCrash(region);
    case Loss::kFrozen:
      Mark("freeze", region);
      return regions_.at(region)->Freeze();
    case Loss::kCutOff:
      Mark("cut off", region);
      network_.Block(region, server_machine_->name());
      if (prng_.Chance(1, 2)) network_.Block(server_machine_->name(), region);
      return;
  }
}

bool FailoverWorld::Return(const std::string& region, Loss loss) {
  bool poorer = false;
  switch (loss) {
    case Loss::kKilled:
      poorer = region == kGlobalControlPlaneRegion && StrikeDisk();
      Mark("revive", region);
      StartRegion(region);
      break;
    case Loss::kFrozen:
      Mark("thaw", region);
      regions_.at(region)->Thaw();
      break;
    case Loss::kCutOff:
      Mark("reconnect", region);
      network_.Unblock(region, server_machine_->name());
      network_.Unblock(server_machine_->name(), region);
      break;
  }
  return poorer;
}

bool FailoverWorld::StrikeDisk() {
  Disk::Image image;
  switch (prng_.Below(4)) {
    case 0:
      return false;
    case 1:
      Mark("disk lost", std::string(kGlobalControlPlaneRegion));
      break;
    default:
      if (images_.empty()) return false;
      Mark("disk rolled back", std::string(kGlobalControlPlaneRegion));
      image = images_[prng_.Below(images_.size())];
  }
  regions_.at(std::string(kGlobalControlPlaneRegion))->disk().PutBack(image);
  // What had not reached the name server may be gone with the disk.
  const std::set<int>& kept = KeptNotes();
  std::erase_if(acknowledged_notes_, [&](int note) { return !kept.contains(note); });
  return true;
}

void FailoverWorld::CrashServer() {
  if (!server_machine_->up()) return;
  Mark("server crash", "nameserver");
  server_machine_->Crash();
  const Duration pause{prng_.Chance(1, 2) ? 0 : prng_.Between(0, kLongestRestart.ns)};
  events_.After(pause, [this] {
    Mark("server start", "nameserver");
    StartServer({.zones = bug_ == FailoverBug::kForgottenZones,
                 .health = bug_ == FailoverBug::kForgottenOpinions,
                 .base = bug_ == FailoverBug::kAnyEpoch});
    checker_->OnServerStart(events_.now());
  });
}

void FailoverWorld::ChangeWeather() {
  Mark("weather", "network");
  Weather weather = plan_.weather;
  weather.delay_max = weather.delay_max * prng_.Between(1, 2);
  weather.loss_per_mille = prng_.Below(weather.loss_per_mille + 1);
  network_.SetWeather(weather);
}

void FailoverWorld::StepClock() {
  Mark("clock-step", "nameserver");
  server_machine_->SetSkew({prng_.Between(-kServerClockStepMax.ns, kServerClockStepMax.ns)});
}

}  // namespace lifeboat::sim
