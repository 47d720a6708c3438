#include "drill/fault_control.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

fault::Fault WithId(const FaultSpec& spec, size_t index) {
  fault::Fault fault = spec.what;
  fault.id = fmt::format("drill-{}", index);
  return fault;
}

}  // namespace

void FaultControl::Note(size_t index, std::string_view state, const std::string& confirmed_by,
                        const std::string& error) {
  const bool cleared = state == "heal-asked" || state == "cleared";
  const fault::Fault& fault = setting_.scenario.faults[index].what;
  FaultLine line;
  line.index = static_cast<int64_t>(index);
  line.kind = ToString(fault.kind);
  line.state = state;
  line.what = cleared ? fault::Ended(fault) : fault::Begun(fault);
  line.takes_region = fault::TakesRegion(fault);
  if (*line.takes_region) line.region = fault.region();
  line.confirmed_by = confirmed_by;
  line.error = error;
  setting_.journal.Note(line);
}

void FaultControl::Skip() {
  Note(0, "skipped");
  const int64_t now = setting_.journal.Micros(setting_.host.clock.Now());
  timeline_.OnFault(now, now, "");
}

void FaultControl::Inject(size_t index, Done done) {
  const FaultSpec& fault = setting_.scenario.faults[index];
  const Instant asked = setting_.host.clock.Now();
  Note(index, "asked");
  auto confirmed = [this, index, asked, done](const Result<std::string>& seen) {
    if (!seen.ok()) {
      Note(index, "failed", "", seen.error().message);
      return done(seen.error());
    }
    const Instant now = setting_.Now();
    Note(index, "in-force", *seen);
    active_.push_back({index, now});
    if (index == 0)
      timeline_.OnFault(setting_.journal.Micros(now), setting_.journal.Micros(asked),
                        fault::Begun(setting_.scenario.faults[0].what));
    done({});
  };
  setting_.host.faults.Apply(WithId(fault, index), lifeline_.Guard(confirmed));
}

Instant FaultControl::heals_at() const {
  Instant last = setting_.host.clock.Now();
  for (const Active& active : active_) {
    const std::optional<Duration> lasts = setting_.scenario.faults[active.index].lasts;
    if (lasts) last = std::max(last, active.since + *lasts);
  }
  return last;
}

void FaultControl::HealAll(Done done) { HealNext(std::move(done)); }

void FaultControl::HealNext(Done done) {
  if (active_.empty()) return done({});
  const Active active = active_.front();
  const FaultSpec& fault = setting_.scenario.faults[active.index];
  const Instant due = active.since + fault.lasts.value_or(Duration{});
  const Duration wait = std::max(Duration{}, due - setting_.host.clock.Now());
  setting_.host.scheduler.After(wait, lifeline_.Guard([this, active, done] {
    Note(active.index, "heal-asked");
    auto lifted = [this, active, done](const Result<std::string>& seen) {
      if (!seen.ok()) return done(seen.error());
      active_.erase(active_.begin());
      Note(active.index, "cleared", *seen);
      if (active.index == 0)
        timeline_.OnHealed(setting_.Micros(), fault::Ended(setting_.scenario.faults[0].what));
      HealNext(done);
    };
    setting_.host.faults.Lift(WithId(setting_.scenario.faults[active.index], active.index),
                              lifeline_.Guard(lifted));
  }));
}

}  // namespace lifeboat::drill
