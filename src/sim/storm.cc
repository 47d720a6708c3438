#include "sim/storm.h"

#include <algorithm>

#include "replication/merge.h"
#include "replication/progress.h"

namespace lifeboat::sim {
namespace {

constexpr storage::TableId kTable{7};
/// The others hear of a new member within this time.
constexpr Duration kNewsMax = Duration::Seconds(2);
constexpr Duration kClockStepMax = Duration::Seconds(10);
constexpr Duration kLagMax = Duration::Seconds(4);

PlainRegion::Options RulesFor(Bug bug, const replication::Tunables& tunables) {
  PlainRegion::Options options{
      replication::Wins, replication::MayDrop, tunables, storage::LastCommon, {}, {}};
  options.refill_rules.empties = bug != Bug::kMergeInsteadOfRefill;
  options.refill_rules.salvages = bug != Bug::kSalvageForgotten;
  if (bug == Bug::kGenerationNotChecked) {
    options.history_rule = [](const storage::LogHistory& ours, const storage::LogHistory& theirs) {
      return std::optional(std::min(ours.head, theirs.head));
    };
  }
  if (bug == Bug::kBrokenMerge) {
    // What arrives last wins, whatever its Version.
    options.wins = [](const storage::Version& incoming,
                      const std::optional<storage::Version>& stored) { return incoming != stored; };
  }
  if (bug == Bug::kEarlyTombstoneDrop) {
    options.tombstone_rule = [](const storage::Version&, const replication::Knowledge&) {
      return replication::Verdict::kDrop;
    };
  }
  return options;
}

}  // namespace

Storm::Storm(Prng prng, const Scenario& scenario, Bug bug, EventQueue& events, const Trace& trace,
             std::map<std::string, uint64_t>& marks)
    : prng_(prng),
      scenario_(scenario),
      events_(events),
      trace_(trace),
      marks_(marks),
      network_(events, trace, prng_.Fork()),
      options_(RulesFor(bug, scenario.tunables)),
      durability_(history_) {
  options_.on_salvaged = [this](const replication::Change& old, const storage::Version& now) {
    ++marks_["salvaged"];
    history_.Rename(old.key, old.version, now);
  };
  network_.SetWeather(scenario.weather);
  std::vector<std::string> members = scenario.regions;
  if (scenario.last_joins_late) members.pop_back();
  DiskSpeed disk = scenario.disk;
  disk.acknowledges_unsynced = bug == Bug::kUnsyncedCommit;
  for (size_t i = 0; i < scenario.regions.size(); ++i) {
    const std::string& name = scenario.regions[i];
    Region& region = regions_[name];
    region.machine = std::make_unique<Machine>(name, events, prng_.Fork(), disk);
    region.machine->SetSkew(scenario.skews[i]);
    region.group = {kTable, "t", {}, false, ""};
    if (i < members.size()) region.group.members = members;
    network_.Attach(*region.machine);
  }
  for (const std::string& name : scenario.regions) Start(name);
}

PlainRegion* Storm::Running(Region& region) {
  return static_cast<PlainRegion*>(region.machine->process());
}

void Storm::Start(const std::string& name) {
  Region& region = regions_.at(name);
  if (region.machine->up()) return;
  trace_.Note(name, "starts");
  if (name != exchanged_) durability_.Check(*region.machine, violations_);
  // Replication may speak to the machine while it is being made.
  region.machine->Start(std::make_unique<PlainRegion>(*region.machine, network_, faults_, options_,
                                                      region.group,
                                                      [this, name] { OnCaughtUp(name); }));
}

void Storm::Crash(const std::string& name) {
  Region& region = regions_.at(name);
  if (!region.machine->up()) return;
  trace_.Note(name, "is killed");
  region.machine->Crash();
  network_.OnCrash(name);
}

void Storm::SetGroup(const std::string& name, replication::GroupConfig group) {
  Region& region = regions_.at(name);
  region.group = std::move(group);
  trace_.Note(name, "has {} members{}", region.group.members.size(),
              region.group.joining ? " and joins" : "");
  if (!region.machine->up()) return;
  region.machine->Run([this, &region] { Running(region)->replicator().SetGroup(region.group); });
}

void Storm::BeginJoin() {
  const std::string& joining = scenario_.regions.back();
  const std::string source = scenario_.regions[prng_.Below(scenario_.regions.size() - 1)];
  for (const std::string& name : scenario_.regions) {
    const bool joins = name == joining;
    events_.After({prng_.Between(0, kNewsMax.ns)}, [this, name, joins, source] {
      replication::GroupConfig group = regions_.at(name).group;
      group.members = scenario_.regions;
      group.joining |= joins;
      if (joins) group.source = source;
      SetGroup(name, std::move(group));
    });
  }
}

void Storm::OnCaughtUp(const std::string& name) {
  events_.After(Duration::Millis(1), [this, name] {
    Region& region = regions_.at(name);
    if (!region.group.joining) return;
    ++marks_["joined"];
    replication::GroupConfig group = region.group;
    group.joining = false;
    SetGroup(name, std::move(group));
  });
}

void Storm::Blow() {
  blowing_ = true;
  if (scenario_.last_joins_late) {
    events_.After({prng_.Between(0, scenario_.storm.ns)}, [this] { BeginJoin(); });
  }
  ScheduleWrite();
  ScheduleMishap();
  events_.RunFor(scenario_.storm);
  blowing_ = false;
}

void Storm::ScheduleWrite() {
  events_.After(DrawGap(scenario_.write_gap), [this] {
    if (!blowing_) return;
    Write();
    ScheduleWrite();
  });
}

void Storm::Write() {
  const size_t index = DrawWeighted(prng_, scenario_.loads.data(), scenario_.loads.size());
  Region& region = regions_.at(scenario_.regions[index]);
  const std::string name = fmt::format("k{}", prng_.Below(scenario_.keys));
  const bool is_delete = prng_.Below(100) < scenario_.deletes_percent;
  if (!region.machine->up() || region.machine->frozen() || region.group.joining ||
      region.group.members.empty() || !Running(region)->tables().open()) {
    return;
  }
  const std::string key = storage::EncodeItemKey(kTable, name, "");
  std::optional<std::string> image;
  if (!is_delete) image = fmt::format("image {}", ++images_);
  const auto version = std::make_shared<storage::Version>();
  *version = Running(region)->tables().Write(key, image, [this, key, version](const Status& s) {
    if (!s.ok()) return;
    trace_.Note(version->region, "acknowledges {}", storage::ToString(*version));
    history_.Acknowledge(key, *version);
  });
  history_.Issue(key, *version, image);
  trace_.Note(version->region, "{} {} {}", is_delete ? "delete" : "put", name,
              storage::ToString(*version));
}

void Storm::Heal() {
  trace_.Note("world", "heals");
  EndFaults();
  network_.SetWeather(scenario_.weather);
  for (const std::string& name : scenario_.regions) {
    Start(name);
    regions_.at(name).machine->Thaw();
  }
  const Region& last = regions_.at(scenario_.regions.back());
  if (scenario_.last_joins_late && last.group.members.empty()) {
    events_.RunFor(kNewsMax);  // The news of the last member may still be under way.
  }
}

bool Storm::AllJoined() const {
  return std::all_of(regions_.begin(), regions_.end(), [](const auto& each) {
    return !each.second.group.joining && !each.second.group.members.empty();
  });
}

std::vector<const Machine*> Storm::Replicas() const {
  std::vector<const Machine*> replicas;
  for (const auto& [name, region] : regions_) replicas.push_back(region.machine.get());
  return replicas;
}

void Storm::CountMarks() {
  for (auto& [name, region] : regions_) {
    marks_["refilled"] += Running(region)->replicator().CountRefills();
    for (const auto& pair : Running(region)->replicator().GetMetrics()) {
      marks_["snapshots"] += pair.metrics.snapshots;
      marks_["applied"] += pair.metrics.lag.count;
    }
    const auto bounds = storage::ChangeLogReader(region.machine->disk().engine(), kTable);
    const auto found = bounds.GetBounds();
    if (found.ok() && found->first != 1) ++marks_["trimmed"];
  }
}

void Storm::ScheduleMishap() {
  const auto& weights = scenario_.mishaps;
  if (std::all_of(weights.begin(), weights.end(), [](uint64_t w) { return w == 0; })) return;
  events_.After(DrawGap(scenario_.mishap_gap), [this] {
    if (!blowing_) return;
    const auto mishap = static_cast<Mishap>(
        DrawWeighted(prng_, scenario_.mishaps.data(), scenario_.mishaps.size()));
    ++marks_[std::string(ToString(mishap))];
    Strike(mishap);
    ScheduleMishap();
  });
}

std::string Storm::DrawRegion() { return scenario_.regions[prng_.Below(scenario_.regions.size())]; }

void Storm::Strike(Mishap mishap) {
  const std::string victim = DrawRegion(), other = DrawRegion();
  Machine& machine = *regions_.at(victim).machine;
  trace_.Note(victim, "mishap: {} ({})", ToString(mishap), other);
  switch (mishap) {
    case Mishap::kCrash:
      return Crash(victim);
    case Mishap::kStart:
      return Start(victim);
    case Mishap::kFreeze:
      if (machine.up()) machine.Freeze();
      return;
    case Mishap::kThaw:
      return machine.Thaw();
    case Mishap::kCut:
      return InjectFault(fault::Kind::kCut, victim, other);
    case Mishap::kPause:
      return InjectFault(fault::Kind::kReplicationPause, victim, other);
    case Mishap::kLag:
      return InjectFault(fault::Kind::kReplicationLag, victim, other);
    case Mishap::kPartition:
      network_.Block(victim, other);
      if (prng_.Chance(1, 2)) network_.Block(other, victim);
      return;
    case Mishap::kWeather: {
      Weather weather = scenario_.weather;
      weather.loss_per_mille = prng_.Below(300);
      return network_.SetWeather(weather);
    }
    case Mishap::kClockStep:
      return machine.SetSkew({prng_.Between(-kClockStepMax.ns, kClockStepMax.ns)});
    case Mishap::kPeace:
      return EndFaults();
    case Mishap::kDiskCopied:
      return CopyDisk(regions_.at(victim));
    case Mishap::kDiskRolledBack:
    case Mishap::kDiskLost:
      return ExchangeDisk(victim, mishap == Mishap::kDiskLost);
  }
}

void Storm::CopyDisk(Region& region) {
  if (region.group.members.empty()) return;
  region.copy = region.machine->disk().TakeImage();
  region.copied_joining = region.group.joining;
}

bool Storm::IsWhole(Region& region) {
  return region.machine->up() && !region.group.joining && !region.group.members.empty() &&
         Running(region)->replicator().IsWhole(kTable);
}

bool Storm::AnotherIsWhole(const std::string& name) {
  return std::any_of(regions_.begin(), regions_.end(), [&](auto& each) {
    return each.first != name && !each.second.group.joining && !each.second.group.members.empty();
  });
}

void Storm::ExchangeDisk(const std::string& name, bool lost) {
  Region& region = regions_.at(name);
  if (!exchanged_.empty() && IsWhole(regions_.at(exchanged_))) exchanged_.clear();
  if (!exchanged_.empty() || region.group.members.empty() || !AnotherIsWhole(name)) return;
  if (!lost && !region.copy) return;
  ++marks_[lost ? "lost" : "rolled back"];
  Crash(name);
  exchanged_ = name;
  region.machine->disk().PutBack(lost ? nullptr : region.copy);
  region.group.joining = lost || region.copied_joining;
  // What was not given to all may be anywhere.
  if (region.group.joining) region.group.source.clear();
  region.copy.reset();
  ExcuseLost(name);
  if (lost || prng_.Chance(1, 2)) return;
  // Its history forks only if it takes writes before it hears that it was rolled back.
  for (const auto& [other, each] : regions_) {
    if (other == name) continue;
    network_.Block(name, other);
    network_.Block(other, name);
  }
  Start(name);
}

void Storm::ExcuseLost(const std::string& name) {
  struct Member {
    std::map<std::string, storage::StoredItem> items;
    storage::Version frontier;  ///< It has all writes of the region below this.
  };
  std::vector<Member> members;
  for (const auto& [other, region] : regions_) {
    const storage::MemoryEngine& engine = region.machine->disk().engine();
    Member& member = members.emplace_back(Member{ReadItems(*region.machine), {}});
    const auto progress = replication::LoadProgress(engine, kTable, name);
    if (other != name && progress.ok() && *progress) member.frontier = (*progress)->frontier;
  }
  marks_["excused"] +=
      history_.Excuse(name, [&](const std::string& key, const storage::Version& version) {
        return std::any_of(members.begin(), members.end(), [&](const Member& member) {
          const auto item = member.items.find(key);
          const bool has = item != member.items.end() && item->second.version >= version;
          return has || member.frontier > version;
        });
      });
}

void Storm::InjectFault(fault::Kind kind, const std::string& from, const std::string& to) {
  const Duration lag{prng_.Between(0, kLagMax.ns)};
  faults_.Inject(
      fault::OnOneLink(fmt::format("{} {} {}", ToString(kind), from, to), kind, from, to, lag));
  for (auto& [name, region] : regions_) {
    if (region.machine->up()) {
      region.machine->Run([this, &region] { Running(region)->replicator().OnLinksChanged(); });
    }
  }
}

void Storm::EndFaults() {
  faults_.ClearAll();
  network_.UnblockAll();
  for (auto& [name, region] : regions_) {
    if (region.machine->up()) {
      region.machine->Run([this, &region] { Running(region)->replicator().OnLinksChanged(); });
    }
  }
}

}  // namespace lifeboat::sim
