#include "drill/fault_control.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

std::string Describe(const FaultSpec& fault, bool cleared) {
  const std::string place = fault.region.empty() ? fault.from + " to " + fault.to : fault.region;
  switch (fault.kind) {
    case FaultSpec::Kind::kKill:
      return place + (cleared ? " started" : " killed");
    case FaultSpec::Kind::kFreeze:
      return place + (cleared ? " thawed" : " frozen");
    case FaultSpec::Kind::kReplicationPause:
      return place + (cleared ? " replication resumed" : " replication paused");
    case FaultSpec::Kind::kReplicationLag:
      return fmt::format("{} replication lag {}", place,
                         cleared ? "ended" : FormatDuration(fault.lag));
    case FaultSpec::Kind::kCut:
      return place + (cleared ? " connected" : " cut");
  }
  return place;
}

FaultOrder OrderOf(const FaultSpec& fault, size_t index) {
  FaultOrder order{fmt::format("drill-{}", index),
                   std::string(ToString(fault.kind)),
                   fault.region,
                   fault.from,
                   fault.to,
                   {}};
  if (fault.kind == FaultSpec::Kind::kReplicationLag)
    order.parameters.Append("lag_s", fault.lag.seconds());
  return order;
}

}  // namespace

void FaultControl::Note(size_t index, std::string_view state, const std::string& confirmed_by,
                        const std::string& error) {
  const bool cleared = state == "heal-asked" || state == "cleared";
  const FaultSpec& fault = setting_.scenario.faults[index];
  FaultLine line;
  line.index = static_cast<int64_t>(index);
  line.kind = ToString(fault.kind);
  line.state = state;
  line.what = Describe(fault, cleared);
  line.takes_region = TakesRegion(fault.kind);
  if (TakesRegion(fault.kind)) line.region = fault.region;
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
                        Describe(setting_.scenario.faults[0], false));
    done({});
  };
  setting_.host.faults.Apply(OrderOf(fault, index), lifeline_.Guard(confirmed));
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
        timeline_.OnHealed(setting_.Micros(), Describe(setting_.scenario.faults[0], true));
      HealNext(done);
    };
    setting_.host.faults.Lift(OrderOf(setting_.scenario.faults[active.index], active.index),
                              lifeline_.Guard(lifted));
  }));
}

}  // namespace lifeboat::drill
