#include "drill/run_parts.h"

#include "drill/phases/phases.h"

namespace lifeboat::drill {
namespace {

/// Runs of one seed differ, and are each the same again.
uint64_t RunSeed(const Setting& setting) {
  return setting.scenario.workload.seed * 1'000'003 + static_cast<uint64_t>(setting.run);
}

}  // namespace

RunParts::RunParts(Setting run_setting, LagKeeper& lag, Rules rules)
    : setting(std::move(run_setting)),
      prng(RunSeed(setting)),
      timeline(setting.host.display, std::move(rules)),
      workload(setting.scenario.workload, setting.scenario.cohorts.size(), setting.key_prefix,
               prng.Next()),
      generator(setting, workload, prng.Fork()),
      dns(setting),
      faults(setting, timeline) {
  generator.set_on_end([this](const RequestEnd& end) { timeline.OnRequestEnd(end); });
  phases.push_back(NewWarmUp(setting, generator, workload));
  phases.push_back(NewBaseline(setting, generator, dns, timeline));
  phases.push_back(NewFault(setting, faults, prng));
  phases.push_back(NewObserve(setting, generator, dns, timeline));
  phases.push_back(NewAudit(setting, workload, timeline));
  phases.push_back(NewHeal(setting, faults, lag));
  phases.push_back(NewFailback(setting, workload, dns, timeline));
  phases.push_back(NewSettle(setting, workload, generator, dns, timeline));
}

}  // namespace lifeboat::drill
