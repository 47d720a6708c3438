#include "drill/workload.h"

namespace lifeboat::drill {

Duration Pace::due() const {
  return Duration::Nanos(static_cast<int64_t>(static_cast<double>(count_) * 1e9 / rate_));
}

Workload::Workload(const WorkloadSpec& spec, size_t cohorts, std::string key_prefix, uint64_t seed)
    : spec_(spec), prefix_(std::move(key_prefix)), prng_(seed), cohorts_(cohorts) {}

PlannedRequest Workload::NextWrite(size_t cohort) {
  const int draw = static_cast<int>(prng_.Below(100));
  if (draw < spec_.create_percent) return NextCreate(cohort);
  const std::optional<size_t> key = PickWritten(cohort);
  if (!key) return NextCreate(cohort);
  return Begin(draw < spec_.create_percent + spec_.update_percent ? Op::kUpdate : Op::kDelete,
               *key);
}

PlannedRequest Workload::NextCreate(size_t cohort) {
  const size_t index = keys_.size();
  Key key;
  key.name = fmt::format("{}{}", prefix_, index + 1);
  key.cohort = cohort;
  keys_.push_back(std::move(key));
  return Begin(Op::kCreate, index);
}

std::optional<size_t> Workload::PickWritten(size_t cohort) {
  const auto& free = cohorts_[cohort].free;
  if (free.empty()) return std::nullopt;
  if (provoke_) {
    const std::vector<size_t>& live = cohorts_[cohort].live;
    constexpr int kTries = 8;
    for (int i = 0; i < kTries; ++i) {
      const size_t index = live[prng_.Below(live.size())];
      if (!keys_[index].busy) return index;
    }
  }
  return std::get<2>(*free.begin());
}

PlannedRequest Workload::Begin(Op op, size_t key_index) {
  Key& key = keys_[key_index];
  Check(!key.busy, "one write in flight for a key");
  if (key.live) SetFree(key_index, false);
  key.busy = true;
  key.order = writes_++;
  return {op, key.cohort, key_index, key.name, ++key.last_seq};
}

std::optional<PlannedRequest> Workload::NextRead(size_t cohort) {
  const bool own = prng_.Chance(1, 2);
  const size_t whose = own ? cohort : prng_.Below(cohorts_.size());
  for (const size_t c : {whose, cohort}) {
    const std::vector<size_t>& live = cohorts_[c].live;
    if (live.empty()) continue;
    const size_t index = live[prng_.Below(live.size())];
    return PlannedRequest{Op::kGet, cohort, index, keys_[index].name, 0};
  }
  return std::nullopt;
}

void Workload::OnWriteEnd(const PlannedRequest& request, Outcome outcome, int status) {
  Key& key = keys_[request.key_index];
  Check(key.busy, "the write was handed out");
  key.busy = false;
  constexpr int kNotFound = 404;
  const bool acknowledged = outcome == Outcome::kAcknowledged;
  if (request.op == Op::kCreate) {
    if (acknowledged) AddLive(request.key_index);
    return;  // A create that failed or may have happened leaves a key that is only audited.
  }
  const bool gone = request.op == Op::kDelete ? outcome != Outcome::kFailed || status == kNotFound
                                              : status == kNotFound;
  if (gone) {
    RemoveLive(request.key_index);
  } else {
    SetFree(request.key_index, true);
  }
}

void Workload::SetFree(size_t key_index, bool is_free) {
  const Key& key = keys_[key_index];
  const std::tuple entry(key.last_seq, key.order, key_index);
  if (is_free) {
    cohorts_[key.cohort].free.insert(entry);
  } else {
    cohorts_[key.cohort].free.erase(entry);
  }
}

void Workload::AddLive(size_t key_index) {
  Key& key = keys_[key_index];
  std::vector<size_t>& live = cohorts_[key.cohort].live;
  key.live = true;
  key.live_at = live.size();
  live.push_back(key_index);
  SetFree(key_index, true);
}

void Workload::RemoveLive(size_t key_index) {
  Key& key = keys_[key_index];
  std::vector<size_t>& live = cohorts_[key.cohort].live;
  keys_[live.back()].live_at = key.live_at;
  live[key.live_at] = live.back();
  live.pop_back();
  key.live = false;
}

}  // namespace lifeboat::drill
