#include "world/local_faults.h"

namespace lifeboat::world {
namespace {

/// Says what was observed, for the journal.
Supervisor::Done Seen(drill::FaultInjector::Confirmed done, std::string what) {
  return [done = std::move(done), what = std::move(what)](const Status& status) {
    if (!status) return done(status.error());
    done(what);
  };
}

}  // namespace

Status LocalFaults::Supports(const drill::FaultOrder& fault) const {
  if (fault.kind == "kill" || fault.kind == "freeze" || fault::ParseKind(fault.kind)) return {};
  return InvalidError(fmt::format("a world on this machine has no fault '{}'", fault.kind));
}

void LocalFaults::Apply(const drill::FaultOrder& fault, Confirmed done) {
  Check(supervisor_ != nullptr, "faults need a world");
  if (fault.kind == "kill")
    return supervisor_->KillRegion(fault.region, Seen(std::move(done), "its process is gone"));
  if (fault.kind == "freeze")
    return supervisor_->FreezeRegion(fault.region,
                                     Seen(std::move(done), "its processes are stopped"));
  InjectFrom(Links(fault), std::move(done));
}

void LocalFaults::Lift(const drill::FaultOrder& fault, Confirmed done) {
  Check(supervisor_ != nullptr, "faults need a world");
  if (fault.kind == "kill")
    return supervisor_->StartRegion(fault.region,
                                    Seen(std::move(done), "it answers its status request"));
  if (fault.kind == "freeze")
    return supervisor_->ThawRegion(fault.region, Seen(std::move(done), "its processes run"));
  ClearFrom(Links(fault), std::move(done));
}

std::vector<fault::Fault> LocalFaults::Links(const drill::FaultOrder& order) const {
  std::vector<fault::Fault> links;
  const auto add = [&](const std::string& from, const std::string& to) {
    fault::Fault link;
    link.id = fmt::format("{}-{}-{}", order.id, from, to);
    link.kind = *fault::ParseKind(order.kind);
    link.from = from;
    link.to = to;
    if (const json::Value* lag = order.parameters.Find("lag_s"))
      link.lag = Duration::Nanos(static_cast<int64_t>(lag->as_double() * 1e9));
    links.push_back(std::move(link));
  };
  if (!order.from.empty()) add(order.from, order.to);
  for (const RegionConfig& other : supervisor_->config().regions) {
    if (order.region.empty() || other.name == order.region) continue;
    add(order.region, other.name);
    add(other.name, order.region);
  }
  return links;
}

void LocalFaults::InjectFrom(std::vector<fault::Fault> links, Confirmed done) {
  if (links.empty()) return done(std::string("the regions obey it"));
  const fault::Fault link = links.back();
  links.pop_back();
  supervisor_->InjectFault(link, [this, links = std::move(links), done](const Status& status) {
    if (!status) return done(status.error());
    InjectFrom(links, done);
  });
}

void LocalFaults::ClearFrom(std::vector<fault::Fault> links, Confirmed done) {
  if (links.empty()) return done(std::string("the regions obey it no longer"));
  const std::string id = links.back().id;
  links.pop_back();
  supervisor_->ClearFault(id, [this, links = std::move(links), done](const Status& status) {
    if (!status) return done(status.error());
    ClearFrom(links, done);
  });
}

}  // namespace lifeboat::world
