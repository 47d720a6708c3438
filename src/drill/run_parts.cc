#include "drill/run_parts.h"

#include "drill/phases/phases.h"

namespace lifeboat::drill {
namespace {

/// Runs of one seed differ, and are each the same again.
uint64_t RunSeed(const Setting& setting) {
  return setting.scenario.workload.seed * 1'000'003 + static_cast<uint64_t>(setting.run);
}

std::vector<size_t> Populations(const Scenario& scenario) {
  std::vector<size_t> clients;
  for (const CohortSpec& cohort : scenario.cohorts)
    clients.push_back(static_cast<size_t>(cohort.clients));
  return clients;
}

}  // namespace

RunParts::RunParts(Setting run_setting, LagKeeper& lag, Curtain& curtain, Rules rules)
    : setting(std::move(run_setting)),
      prng(RunSeed(setting)),
      timeline(setting.host.display, std::move(rules)),
      workload(setting.scenario.workload, Populations(setting.scenario), setting.key_prefix,
               prng.Next()),
      items(setting.scenario.api),
      generator(setting, workload, items, ids, prng.Fork()),
      dns(setting),
      faults(setting, lag, workload, timeline),
      standby(setting.scenario.survivors()),
      commands(setting),
      background(setting, commands),
      decision(setting, commands, timeline, curtain) {
  for (const CohortSpec& cohort : setting.scenario.cohorts)
    if (cohort.shared) workload.AddPool(*cohort.shared);
  generator.set_on_end([this](const RequestEnd& end) { OnRequestEnd(end); });
  phases.push_back(NewSeed(setting, generator, workload));
  phases.push_back(NewPreflight(setting, {dns, standby, ids}));
  phases.push_back(NewBaseline(setting, generator, background, timeline));
  phases.push_back(NewFault(setting, {faults, timeline, decision, prng}, 0));
  phases.push_back(NewObserve(setting, {generator, dns, timeline, faults, standby, decision}));
  phases.push_back(NewAudit(setting, workload, items, timeline));
  phases.push_back(NewSustained(setting, generator, timeline));
  phases.push_back(NewHeal(setting, faults));
  phases.push_back(NewFailback(setting, {workload, generator, dns, timeline, commands}));
  // A control proves something about the first outage; a second one would add nothing to it.
  if (setting.scenario.has_second_outage() && setting.options.control == Control::kNone) {
    phases.push_back(NewFault(setting, {faults, timeline, decision, prng}, 1));
    phases.push_back(NewObserve(setting, {generator, dns, timeline, faults, standby, decision}));
    phases.push_back(NewHeal(setting, faults));
    phases.push_back(NewFailback(setting, {workload, generator, dns, timeline, commands}));
  }
  phases.push_back(NewSettle(setting, workload, generator, dns, timeline));
}

void RunParts::Halt() {
  phases.clear();
  background.Stop();
  commands.StopAll();
  generator.Stop();
  dns.Stop();
}

void RunParts::OnRequestEnd(const RequestEnd& end) {
  timeline.OnRequestEnd(end);
  standby.OnRequestEnd(end);
  for (const auto& phase : phases) phase->OnRequestEnd(end);
}

void RunParts::OnHealth(int64_t t, const HealthEvent& event) {
  timeline.OnHealth(t, event);
  standby.OnHealth(t, event);
}

}  // namespace lifeboat::drill
