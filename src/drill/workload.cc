#include "drill/workload.h"

namespace lifeboat::drill {

Duration Pace::due() const {
  return Duration::Nanos(
      static_cast<int64_t>((static_cast<double>(count_) + phase_) * 1e9 / rate_));
}

Workload::Workload(const WorkloadSpec& spec, const std::vector<size_t>& clients,
                   std::string key_prefix, uint64_t seed)
    : spec_(spec), prefix_(std::move(key_prefix)), prng_(seed) {
  for (const size_t count : clients) cohorts_.emplace_back(count);
  cohorts_.emplace_back(1);
}

PlannedRequest Workload::NextWrite(Who who) {
  const int draw = static_cast<int>(prng_.Below(100));
  if (draw < spec_.create_percent) return NextCreate(who);
  const std::optional<size_t> key = PickWritten(who);
  if (!key) return NextCreate(who);
  return Begin(draw < spec_.create_percent + spec_.update_percent ? Op::kUpdate : Op::kDelete,
               *key);
}

PlannedRequest Workload::NextCreate(Who who) {
  const size_t index = keys_.size();
  Key key;
  key.name = fmt::format("{}{}", prefix_, index + 1);
  key.who = who;
  keys_.push_back(std::move(key));
  return Begin(Op::kCreate, index);
}

void Workload::Protect(std::string region, Instant before) {
  protected_region_ = std::move(region);
  protected_from_ = before;
}

void Workload::ProvokeConflicts() {
  protected_region_.clear();
  provoke_ = true;
}

bool Workload::Spared(const Key& key) const {
  return !protected_region_.empty() && key.region == protected_region_ &&
         key.written >= protected_from_;
}

std::optional<size_t> Workload::PickWritten(Who who) {
  const ClientKeys& own = Of(who);
  if (own.free.empty()) return std::nullopt;
  if (provoke_) {
    constexpr int kTries = 8;
    for (int i = 0; i < kTries; ++i) {
      const size_t index = own.live[prng_.Below(own.live.size())];
      if (!keys_[index].busy && !keys_[index].held) return index;
    }
  }
  for (const auto& [writes, order, index] : own.free)
    if (!Spared(keys_[index])) return index;
  return std::nullopt;
}

PlannedRequest Workload::Begin(Op op, size_t key_index) {
  Key& key = keys_[key_index];
  Check(!key.busy, "one write in flight for a key");
  if (key.live) SetFree(key_index, false);
  key.busy = true;
  key.deleting = op == Op::kDelete;
  key.order = writes_++;
  return {op, key.who, key_index, key.name, ++key.last_seq};
}

/// Of a client drawn at random; the seed's when that one has none.
const std::vector<size_t>& Workload::AnyLive() {
  const auto& cohort = cohorts_[prng_.Below(cohorts_.size())];
  const std::vector<size_t>& live = cohort[prng_.Below(cohort.size())].live;
  return live.empty() ? cohorts_.back()[0].live : live;
}

std::optional<PlannedRequest> Workload::NextRead(Who who) {
  const std::vector<size_t>& own = Of(who).live;
  const std::vector<size_t>& live = prng_.Chance(1, 2) && !own.empty() ? own : AnyLive();
  if (live.empty()) return std::nullopt;
  const size_t index = live[prng_.Below(live.size())];
  return PlannedRequest{Op::kGet, who, index, keys_[index].name, 0};
}

void Workload::AddPool(const SharedKeysSpec& spec) {
  Pool& pool = pools_[spec.pool];
  if (!pool.keys.empty()) return;
  for (int i = 0; i < spec.count; ++i) {
    Key key;
    key.name = fmt::format("{}{}-{}", prefix_, spec.pool, i + 1);
    key.who = {cohorts_.size() - 1, 0};
    key.shared = spec.ops[static_cast<size_t>(i) % spec.ops.size()];
    pool.keys.push_back(keys_.size());
    keys_.push_back(std::move(key));
  }
}

std::optional<PlannedRequest> Workload::NextPoolSeed() {
  for (const auto& [name, pool] : pools_)
    for (const size_t index : pool.keys) {
      Key& key = keys_[index];
      if (key.live || key.busy) continue;
      key.busy = true;
      key.order = writes_++;
      return PlannedRequest{*key.shared, key.who, index, key.name, ++key.last_seq, true, true};
    }
  return std::nullopt;
}

bool Workload::pools_created() const {
  for (const auto& [name, pool] : pools_)
    for (const size_t index : pool.keys)
      if (!keys_[index].live) return false;
  return true;
}

std::optional<PlannedRequest> Workload::NextSharedWrite(
    Who who, const std::string& name, const std::function<bool(const PlannedRequest&)>& is_ready) {
  Pool& pool = pools_.at(name);
  for (size_t i = 0; i < pool.keys.size(); ++i) {
    const size_t index = pool.keys[pool.next[who.cohort]++ % pool.keys.size()];
    Key& key = keys_[index];
    PlannedRequest request{*key.shared, who, index, key.name, 0, true, false};
    if (!is_ready(request)) continue;
    request.seq = ++shared_numbers_[{index, who.cohort, who.client}];
    key.order = writes_++;
    ++key.last_seq;
    return request;
  }
  return std::nullopt;
}

std::optional<PlannedRequest> Workload::NextSharedRead(Who who, const std::string& name) {
  const Pool& pool = pools_.at(name);
  const size_t index = pool.keys[prng_.Below(pool.keys.size())];
  return PlannedRequest{Op::kGet, who, index, keys_[index].name, 0, true, false};
}

void Workload::OnWriteEnd(const PlannedRequest& request, const WriteEnd& end) {
  Key& key = keys_[request.key_index];
  if (request.shared) {
    // Several writers at once: nothing is known of it but that it is there.
    if (!request.creates) return;
    key.busy = false;
    key.live = end.outcome == Outcome::kAcknowledged;
    return;
  }
  Check(key.busy, "the write was handed out");
  key.busy = false;
  key.deleting = false;
  if (end.outcome != Outcome::kFailed) {
    key.region = end.region;
    key.written = end.at;
  }
  key.held = end.held;
  constexpr int kNotFound = 404;
  const bool acknowledged = end.outcome == Outcome::kAcknowledged;
  if (request.op == Op::kCreate) {
    if (acknowledged && !end.nameless) AddLive(request.key_index);
    return;  // A create that failed or may have happened leaves a key that is only audited.
  }
  const bool gone = request.op == Op::kDelete
                        ? end.outcome != Outcome::kFailed || end.status == kNotFound
                        : end.status == kNotFound;
  if (gone) {
    RemoveLive(request.key_index);
  } else {
    SetFree(request.key_index, true);
  }
}

void Workload::Release(size_t key_index) {
  Key& key = keys_[key_index];
  if (!key.held) return;
  key.held = false;
  if (key.live && !key.busy) SetFree(key_index, true);
}

void Workload::SetFree(size_t key_index, bool is_free) {
  const Key& key = keys_[key_index];
  if (is_free && key.held) return;
  const std::tuple entry(key.last_seq, key.order, key_index);
  if (is_free) {
    Of(key.who).free.insert(entry);
  } else {
    Of(key.who).free.erase(entry);
  }
}

void Workload::AddLive(size_t key_index) {
  Key& key = keys_[key_index];
  std::vector<size_t>& live = Of(key.who).live;
  key.live = true;
  key.live_at = live.size();
  live.push_back(key_index);
  SetFree(key_index, true);
}

void Workload::RemoveLive(size_t key_index) {
  Key& key = keys_[key_index];
  std::vector<size_t>& live = Of(key.who).live;
  keys_[live.back()].live_at = key.live_at;
  live[key.live_at] = live.back();
  live.pop_back();
  key.live = false;
}

}  // namespace lifeboat::drill
