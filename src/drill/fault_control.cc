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

fault::Kind LinkKind(FaultSpec::Kind kind) {
  if (kind == FaultSpec::Kind::kReplicationPause) return fault::Kind::kReplicationPause;
  if (kind == FaultSpec::Kind::kReplicationLag) return fault::Kind::kReplicationLag;
  return fault::Kind::kCut;
}

}  // namespace

void FaultControl::Note(size_t index, std::string_view state, const std::string& error) {
  const bool cleared = state == "heal-asked" || state == "cleared";
  const FaultSpec& fault = context_.scenario.faults[index];
  FaultLine line;
  line.index = static_cast<int64_t>(index);
  line.kind = ToString(fault.kind);
  line.state = state;
  line.what = Describe(fault, cleared);
  line.takes_region = TakesRegion(fault.kind);
  if (TakesRegion(fault.kind)) line.region = fault.region;
  line.error = error;
  context_.journal.Note(line);
}

void FaultControl::Skip() {
  Note(0, "skipped");
  const int64_t now = context_.journal.Micros(context_.host.clock.Now());
  context_.timeline.OnFault(now, now, "");
}

void FaultControl::Inject(size_t index, Done done) {
  const FaultSpec& fault = context_.scenario.faults[index];
  const Instant asked = context_.host.clock.Now();
  Note(index, "asked");
  auto confirmed = lifeline_.Guard([this, index, asked, done](Status status) {
    if (!status.ok()) {
      Note(index, "failed", status.error().message);
      return done(status);
    }
    const Instant now = context_.host.clock.Now();
    Note(index, "in-force");
    active_.push_back({index, now});
    if (index == 0)
      context_.timeline.OnFault(context_.journal.Micros(now), context_.journal.Micros(asked),
                                Describe(context_.scenario.faults[0], false));
    done({});
  });
  switch (fault.kind) {
    case FaultSpec::Kind::kKill:
      return context_.host.target.KillRegion(fault.region, confirmed);
    case FaultSpec::Kind::kFreeze:
      return context_.host.target.FreezeRegion(fault.region, confirmed);
    default:
      return InjectLinks(Links(index), confirmed);
  }
}

std::vector<fault::Fault> FaultControl::Links(size_t index) const {
  const FaultSpec& fault = context_.scenario.faults[index];
  std::vector<fault::Fault> links;
  const auto add = [&](const std::string& from, const std::string& to) {
    fault::Fault link;
    link.id = fmt::format("drill-{}-{}-{}", index, from, to);
    link.kind = LinkKind(fault.kind);
    link.from = from;
    link.to = to;
    link.lag = fault.lag;
    links.push_back(std::move(link));
  };
  if (!fault.from.empty()) add(fault.from, fault.to);
  for (const std::string& other : context_.scenario.world.regions) {
    if (fault.region.empty() || other == fault.region) continue;
    add(fault.region, other);
    add(other, fault.region);
  }
  return links;
}

void FaultControl::InjectLinks(std::vector<fault::Fault> links, Done done) {
  if (links.empty()) return done({});
  const fault::Fault link = links.back();
  links.pop_back();
  context_.host.target.InjectFault(
      link, lifeline_.Guard([this, links = std::move(links), done](Status status) {
        if (!status.ok()) return done(status);
        InjectLinks(links, done);
      }));
}

void FaultControl::ClearLinks(std::vector<fault::Fault> links, Done done) {
  if (links.empty()) return done({});
  const std::string id = links.back().id;
  links.pop_back();
  context_.host.target.ClearFault(
      id, lifeline_.Guard([this, links = std::move(links), done](Status status) {
        if (!status.ok()) return done(status);
        ClearLinks(links, done);
      }));
}

Instant FaultControl::heals_at() const {
  Instant last = context_.host.clock.Now();
  for (const Active& active : active_) {
    const std::optional<Duration> lasts = context_.scenario.faults[active.index].lasts;
    if (lasts) last = std::max(last, active.since + *lasts);
  }
  return last;
}

void FaultControl::HealAll(Done done) { HealNext(std::move(done)); }

void FaultControl::HealNext(Done done) {
  if (active_.empty()) return done({});
  const Active active = active_.front();
  const FaultSpec& fault = context_.scenario.faults[active.index];
  const Instant due = active.since + fault.lasts.value_or(Duration{});
  const Duration wait = std::max(Duration{}, due - context_.host.clock.Now());
  context_.host.scheduler.After(wait, lifeline_.Guard([this, active, done] {
    Note(active.index, "heal-asked");
    Heal(context_.scenario.faults[active.index], active.index,
         lifeline_.Guard([this, active, done](Status status) {
           if (!status.ok()) return done(status);
           active_.erase(active_.begin());
           Note(active.index, "cleared");
           if (active.index == 0)
             context_.timeline.OnHealed(context_.journal.Micros(context_.host.clock.Now()),
                                        Describe(context_.scenario.faults[0], true));
           HealNext(done);
         }));
  }));
}

void FaultControl::Heal(const FaultSpec& fault, size_t index, Done done) {
  switch (fault.kind) {
    case FaultSpec::Kind::kKill:
      return context_.host.target.StartRegion(fault.region, done);
    case FaultSpec::Kind::kFreeze:
      return context_.host.target.ThawRegion(fault.region, done);
    default:
      return ClearLinks(Links(index), done);
  }
}

}  // namespace lifeboat::drill
