#include "health/monitor.h"

#include <algorithm>

#include "base/check.h"

namespace lifeboat::health {
namespace {

/// True when what the checkers have seen so far says nothing about the new endpoint.
bool SameEndpoint(const CheckConfig& a, const CheckConfig& b) {
  return a.type == b.type && a.ip_address == b.ip_address && a.fqdn == b.fqdn && a.port == b.port &&
         a.resource_path == b.resource_path && a.search_string == b.search_string &&
         a.enable_sni == b.enable_sni && a.regions == b.regions &&
         a.request_interval == b.request_interval && a.is_probed() == b.is_probed();
}

}  // namespace

Monitor::Monitor(std::vector<CheckerPlace> places, Prng prng)
    : places_(std::move(places)), prng_(prng) {
  Check(!places_.empty(), "there is a checker");
}

void Monitor::SetChecks(const std::vector<CheckConfig>& checks, Now now) {
  std::set<std::string_view> kept;
  for (const CheckConfig& config : checks) {
    kept.insert(config.id);
    const auto [it, added] = checks_.try_emplace(config.id);
    State& state = it->second;
    const bool anew = added || !SameEndpoint(state.config, config);
    state.config = config;
    if (anew) StartAnew(state, now);
    if (added) state.healthy = !config.inverted;
  }
  for (auto it = checks_.begin(); it != checks_.end();) {
    if (kept.contains(it->first)) {
      ++it;
      continue;
    }
    Unschedule(it->second);
    it = checks_.erase(it);
    ++status_epoch_;
  }
  ++memory_epoch_;
  Reevaluate(now);
}

void Monitor::StartAnew(State& state, Now now) {
  Unschedule(state);
  state.slots.clear();
  if (!state.config.is_probed()) return;
  const std::vector<std::string>& regions = state.config.regions;
  for (size_t place = 0; place < places_.size(); ++place) {
    const bool used = regions.empty() || std::find(regions.begin(), regions.end(),
                                                   places_[place].region) != regions.end();
    if (used) state.slots.push_back({.place = static_cast<int>(place)});
  }
  for (Slot& slot : state.slots) {
    slot.seen.checker = slot.place;
    const int64_t phase = prng_.Between(0, state.config.request_interval.ns);
    Schedule(state, slot, now.instant + Duration::Nanos(phase));
  }
}

void Monitor::Schedule(State& state, Slot& slot, Instant due) {
  const int index = static_cast<int>(&slot - state.slots.data());
  due_.erase({slot.due, state.config.id, index});
  slot.due = due;
  due_.emplace(due, state.config.id, index);
}

void Monitor::Unschedule(const State& state) {
  for (size_t i = 0; i < state.slots.size(); ++i)
    due_.erase({state.slots[i].due, state.config.id, static_cast<int>(i)});
}

void Monitor::Restore(const Memory& memory, Now now) {
  for (const auto& [id, remembered] : memory) {
    const auto it = checks_.find(id);
    if (it != checks_.end()) RestoreCheck(it->second, remembered, now);
  }
  ++status_epoch_;
  Reevaluate(now);
}

void Monitor::RestoreCheck(State& state, const CheckStatus& remembered, Now now) {
  if (remembered.observations.size() != state.slots.size()) return;
  for (size_t i = 0; i < state.slots.size(); ++i) {
    Slot& slot = state.slots[i];
    slot.seen = remembered.observations[i];
    slot.seen.checker = slot.place;
    slot.checker.Restore(slot.seen.healthy, slot.seen.contradictions);
    const int64_t delay = prng_.Between(0, kRestartSpread.ns);
    Schedule(state, slot, now.instant + Duration::Nanos(delay));
  }
  state.transitions = remembered.transitions;
  // What was red stays red without a new line in the history.
  if (!state.transitions.empty()) state.healthy = state.transitions.back().healthy;
}

void Monitor::Tick(Now now) {
  while (!due_.empty() && std::get<Instant>(*due_.begin()) <= now.instant) {
    const auto& [due, id, index] = *due_.begin();
    State& state = checks_.find(id)->second;
    Slot& slot = state.slots[static_cast<size_t>(index)];
    // A probe that outlasts its interval takes the next turn as well.
    if (!slot.in_flight) {
      slot.in_flight = true;
      slot.serial = next_serial_++;
      probes_.push_back({state.config.id, slot.place, slot.serial});
    }
    // After a pause of the whole process the turns that were missed are not made up for.
    const int64_t interval = state.config.request_interval.ns;
    const int64_t turns = (now.instant - slot.due).ns / interval + 1;
    Schedule(state, slot, slot.due + Duration::Nanos(turns * interval));
  }
}

std::vector<ProbeKey> Monitor::TakeProbes() { return std::exchange(probes_, {}); }

void Monitor::OnVerdict(const ProbeKey& key, const Verdict& verdict, Now now) {
  const auto it = checks_.find(key.check_id);
  if (it == checks_.end()) return;
  State& state = it->second;
  for (Slot& slot : state.slots) {
    if (slot.place != key.checker || slot.serial != key.serial || !slot.in_flight) continue;
    slot.in_flight = false;
    slot.seen.text = verdict.text;
    slot.seen.at = now.wall;
    if (!verdict.healthy) {
      slot.seen.failure_text = verdict.text;
      slot.seen.failure_at = now.wall;
    }
    if (!slot.checker.OnVerdict(verdict.healthy, state.config.failure_threshold)) return;
    ++memory_epoch_;
    Reevaluate(now);
    return;
  }
}

std::optional<Instant> Monitor::NextDeadline() const {
  if (due_.empty()) return std::nullopt;
  return std::get<Instant>(*due_.begin());
}

int Monitor::CountHealthy(const State& state) {
  return static_cast<int>(std::count_if(state.slots.begin(), state.slots.end(),
                                        [](const Slot& slot) { return slot.checker.healthy(); }));
}

bool Monitor::Evaluate(const State& state, int depth) const {
  const CheckConfig& config = state.config;
  if (config.disabled) return !config.inverted;
  bool healthy = true;
  if (config.type == CheckType::kCalculated) {
    int healthy_children = 0;
    for (const std::string& child : config.children) {
      const auto it = checks_.find(child);
      if (depth >= kMaxCalculatedDepth || it == checks_.end()) continue;
      healthy_children += Evaluate(it->second, depth + 1) ? 1 : 0;
    }
    healthy = healthy_children >= config.health_threshold;
  } else {
    healthy = QuorumHealthy(CountHealthy(state), static_cast<int>(state.slots.size()));
  }
  return healthy != config.inverted;
}

void Monitor::Reevaluate(Now now) {
  for (auto& [id, state] : checks_) {
    const bool healthy = Evaluate(state, 0);
    if (healthy == state.healthy) continue;
    state.healthy = healthy;
    state.transitions.push_back(
        {now.wall, healthy, CountHealthy(state), static_cast<int>(state.slots.size())});
    if (state.transitions.size() > kMaxTransitions) state.transitions.pop_front();
    ++status_epoch_;
    ++memory_epoch_;
  }
}

bool Monitor::Healthy(std::string_view check_id) const {
  const auto it = checks_.find(check_id);
  return it == checks_.end() || it->second.healthy;
}

const CheckConfig* Monitor::FindCheck(std::string_view check_id) const {
  const auto it = checks_.find(check_id);
  return it == checks_.end() ? nullptr : &it->second.config;
}

std::optional<CheckStatus> Monitor::GetStatus(std::string_view check_id) const {
  const auto it = checks_.find(check_id);
  if (it == checks_.end()) return std::nullopt;
  const State& state = it->second;
  CheckStatus status{state.healthy, CountHealthy(state), static_cast<int>(state.slots.size())};
  for (const Slot& slot : state.slots) {
    status.observations.push_back(slot.seen);
    status.observations.back().healthy = slot.checker.healthy();
    status.observations.back().contradictions = slot.checker.contradictions();
  }
  status.transitions = state.transitions;
  return status;
}

Memory Monitor::Remember() const {
  Memory memory;
  for (const auto& [id, state] : checks_) memory.emplace(id, *GetStatus(id));
  return memory;
}

}  // namespace lifeboat::health
