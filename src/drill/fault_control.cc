#include "drill/fault_control.h"

#include <algorithm>

namespace lifeboat::drill {

fault::Fault WithId(const FaultSpec& spec, size_t index) {
  fault::Fault fault = spec.what;
  fault.id = fmt::format("drill-{}", index);
  return fault;
}

FaultControl::FaultControl(const Setting& setting, LagKeeper& lag, Workload& workload,
                           LiveTimeline& timeline)
    : setting_(setting),
      lag_(lag),
      workload_(workload),
      timeline_(timeline),
      entries_(setting.scenario.faults.size()) {
  for (size_t i = 0; i < entries_.size(); ++i) entries_[i].group = Spec(i).after_failback ? 1 : 0;
}

void FaultControl::Begin(int64_t group, Prng& prng) {
  group_ = group;
  begun_ = false;
  const Instant now = setting_.Now();
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].group != group) continue;
    const Duration jitter = Duration::Nanos(prng.Between(0, Spec(i).jitter.ns));
    entries_[i].due = now + Spec(i).delay + jitter;
    setting_.host.scheduler.After(Spec(i).delay + jitter, lifeline_.Guard([this, i] { Ask(i); }));
  }
}

void FaultControl::BeginWithout(Prng& prng) {
  const FaultSpec& first = setting_.scenario.faults.front();
  const Duration wait = first.delay + Duration::Nanos(prng.Between(0, first.jitter.ns));
  for (Entry& entry : entries_) entry.state = State::kLifted;
  setting_.host.scheduler.After(wait, lifeline_.Guard([this] {
    Note(0, "skipped");
    timeline_.OnFault(setting_.Micros(), setting_.Micros(), "");
    begun_ = true;
  }));
}

bool FaultControl::Decides(size_t index) const {
  if (fault::TakesRegion(Spec(index).what)) return true;
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].group == group_ && fault::TakesRegion(Spec(i).what)) return false;
  return true;
}

bool FaultControl::all_were_in_force() const {
  return std::none_of(entries_.begin(), entries_.end(), [this](const Entry& entry) {
    return entry.group == group_ &&
           (entry.state == State::kWaiting || entry.state == State::kAsked);
  });
}

bool FaultControl::all_lifted() const {
  return std::all_of(entries_.begin(), entries_.end(), [this](const Entry& entry) {
    return (!ending_ && entry.group != group_) || entry.state == State::kLifted;
  });
}

Duration FaultControl::LongestLeft() const {
  constexpr Duration kConfirmation = Duration::Minutes(1);
  Duration longest;
  for (size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.group != group_ || entry.state == State::kLifted) continue;
    const Instant begins = entry.state == State::kWaiting ? entry.due : entry.in_force;
    longest = std::max(longest, begins + Spec(i).lasts.value_or(Duration{}) - setting_.Now());
  }
  return longest + kConfirmation;
}

void FaultControl::Note(size_t index, std::string_view state, const std::string& confirmed_by,
                        const std::string& error) {
  const bool cleared = state == "heal-asked" || state == "cleared";
  FaultLine line;
  line.index = static_cast<int64_t>(index);
  const fault::Fault& fault = Spec(index).what;
  line.kind = ToString(fault.kind);
  line.state = state;
  line.what = cleared ? fault::Ended(fault) : fault::Begun(fault);
  line.takes_region = fault::TakesRegion(fault);
  if (*line.takes_region) line.region = fault.region();
  line.group = entries_[index].group;
  line.confirmed_by = confirmed_by;
  line.error = error;
  setting_.journal.Note(line);
}

void FaultControl::Fail(size_t index, const Error& error) {
  if (status_.ok())
    status_ = Error{error.code, fault::Begun(Spec(index).what) + ": " + error.message};
}

void FaultControl::Ask(size_t index) {
  Entry& entry = entries_[index];
  if (ending_ || entry.state != State::kWaiting) return;
  entry.state = State::kAsked;
  entry.asked = setting_.Now();
  const bool first = std::none_of(entries_.begin(), entries_.end(), [&](const Entry& other) {
    return &other != &entry && other.group == group_ && other.state != State::kWaiting;
  });
  constexpr Duration kMargin = Duration::Seconds(1);
  if (first)
    workload_.Protect(setting_.scenario.lost_region(),
                      entry.asked - setting_.scenario.max_lag() - kMargin);
  Note(index, "asked");
  setting_.host.faults.Apply(
      WithId(Spec(index), index),
      lifeline_.Guard([this, index](const Result<std::string>& seen) { OnApplied(index, seen); }));
}

void FaultControl::OnApplied(size_t index, const Result<std::string>& seen) {
  Entry& entry = entries_[index];
  if (!seen.ok()) {
    entry.state = State::kLifted;
    Note(index, "failed", "", seen.error().message);
    Fail(index, seen.error());
    if (ending_ && all_lifted() && on_all_lifted_) std::exchange(on_all_lifted_, nullptr)();
    return;
  }
  entry.state = State::kInForce;
  entry.in_force = setting_.Now();
  Note(index, "in-force", *seen);
  const int64_t now = setting_.Micros();
  const int64_t asked = setting_.journal.Micros(entry.asked);
  if (!begun_ && Decides(index)) {
    begun_ = true;
    timeline_.OnFault(now, asked, fault::Begun(Spec(index).what));
  } else {
    timeline_.OnOtherFault(now, asked, fault::Begun(Spec(index).what));
  }
  if (ending_) return Lift(index);
  if (Spec(index).lasts)
    setting_.host.scheduler.After(*Spec(index).lasts,
                                  lifeline_.Guard([this, index] { Lift(index); }));
}

void FaultControl::Lift(size_t index) {
  if (entries_[index].state != State::kInForce) return;
  entries_[index].state = State::kLifting;
  Note(index, "heal-asked");
  setting_.host.faults.Lift(
      WithId(Spec(index), index),
      lifeline_.Guard([this, index](const Result<std::string>& seen) { OnLifted(index, seen); }));
}

void FaultControl::OnLifted(size_t index, const Result<std::string>& seen) {
  entries_[index].state = State::kLifted;
  if (seen.ok()) {
    Note(index, "cleared", *seen);
    timeline_.OnHealed(setting_.Micros(), fault::Ended(Spec(index).what), Decides(index));
    // A region that was started has forgotten its faults, the assumed lag too.
    if (!ending_) lag_.Apply([](const Status&) {});
  } else {
    Note(index, "failed", "", "not lifted: " + seen.error().message);
    Fail(index, seen.error());
  }
  if (ending_ && all_lifted() && on_all_lifted_) std::exchange(on_all_lifted_, nullptr)();
}

void FaultControl::LiftAudited() {
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].group == group_ && !Spec(i).lasts) Lift(i);
}

void FaultControl::LiftEverything(std::function<void()> done) {
  ending_ = true;
  for (Entry& entry : entries_)
    if (entry.state == State::kWaiting) entry.state = State::kLifted;
  on_all_lifted_ = std::move(done);
  for (size_t i = 0; i < entries_.size(); ++i) Lift(i);
  if (all_lifted() && on_all_lifted_)
    setting_.host.scheduler.After({}, lifeline_.Guard([this] {
      if (on_all_lifted_) std::exchange(on_all_lifted_, nullptr)();
    }));
}

}  // namespace lifeboat::drill
