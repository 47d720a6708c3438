#include "drill/run_context.h"

#include "drill/dns_watch.h"
#include "drill/fault_control.h"
#include "drill/generator.h"

namespace lifeboat::drill {
namespace {

/// Runs of one seed differ, and are each the same again.
uint64_t RunSeed(const Scenario& scenario, int run) {
  return scenario.workload.seed * 1'000'003 + static_cast<uint64_t>(run);
}

}  // namespace

RunContext::RunContext(const RunnerHost& run_host, const Scenario& run_scenario,
                       const RunOptions& run_options, Journal& run_journal, const World& run_world,
                       const client::Places& run_places, LagKeeper& keeper, Rules rules, int number)
    : host(run_host),
      scenario(run_scenario),
      options(run_options),
      journal(run_journal),
      world(run_world),
      places(run_places),
      lag(keeper),
      run(number),
      prng(RunSeed(run_scenario, number)),
      key_prefix(fmt::format("drill-{}-{}-", run_options.run_id, number)),
      timeline(run_host.display, std::move(rules)),
      workload(run_scenario.workload, run_scenario.cohorts.size(), key_prefix, prng.Next()),
      generator(std::make_unique<Generator>(*this)),
      dns(std::make_unique<DnsWatch>(*this)),
      faults(std::make_unique<FaultControl>(*this)) {
  generator->set_on_end([this](const RequestEnd& end) { timeline.OnRequestEnd(end); });
}

RunContext::~RunContext() = default;

}  // namespace lifeboat::drill
