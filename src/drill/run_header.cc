#include "drill/run_header.h"

namespace lifeboat::drill {
namespace {

std::string LagLine(const Scenario& scenario) {
  const bool external = scenario.world.use == WorldSpec::Use::kExternal;
  if (!scenario.assumed_lag && external) return "replication lag: the world's own";
  if (!scenario.assumed_lag) return "replication lag: none injected, loopback has milliseconds";
  const AssumedLag& lag = *scenario.assumed_lag;
  const char* how = external ? "assumed, not injected" : "assumed and injected";
  if (lag.fixed()) return fmt::format("replication lag {} ({})", FormatDuration(lag.max), how);
  return fmt::format("replication lag p50 {} max {} ({})", FormatDuration(lag.p50),
                     FormatDuration(lag.max), how);
}

std::vector<std::string> Assumptions(const Scenario& scenario, const World* world) {
  std::vector<std::string> out = {LagLine(scenario), "TTLs are real"};
  if (world == nullptr) return out;
  out.insert(out.end(), world->assumptions.begin(), world->assumptions.end());
  for (const client::RegionPlace& place : world->regions)
    out.push_back(fmt::format("ports 443 and 80 of {} are {} and {} at {}", place.name,
                              place.https_port, place.http_port, place.address));
  return out;
}

}  // namespace

RunLine RunHeader(const RunnerHost& host, const Scenario& scenario, const RunOptions& options,
                  const World& world, const Deployments& deployments) {
  RunLine line;
  line.id = options.run_id;
  line.runs = scenario.runs;
  line.started_at = FormatIso8601Millis(host.clock.WallNow());
  line.seed = static_cast<int64_t>(scenario.workload.seed);
  line.control = ToString(options.control);
  line.lifeboat = world.version;
  line.deployment_digest = deployments.digest;
  line.scenario = ScenarioEcho(scenario);
  json::Array regions;
  for (const client::RegionPlace& place : world.regions)
    regions.push_back(json::Object{{"name", place.name},
                                   {"address", place.address},
                                   {"http_port", static_cast<int>(place.http_port)},
                                   {"https_port", static_cast<int>(place.https_port)}});
  line.regions = std::move(regions);
  for (const client::ServerAddress& server : world.name_servers)
    line.name_servers.push_back(server.ToString());
  line.assumptions = Assumptions(scenario, &world);
  line.assumptions.insert(line.assumptions.end(), deployments.assumptions.begin(),
                          deployments.assumptions.end());
  return line;
}

HealthLine HealthLineOf(const HealthEvent& event) {
  HealthLine line;
  line.check = event.check_id;
  line.name = event.name;
  line.region = event.region;
  line.healthy = event.healthy;
  line.checkers_healthy = event.checkers_healthy;
  line.checkers = event.checkers;
  return line;
}

std::vector<std::string> HeaderLines(const Scenario& scenario, const RunOptions& options, int run) {
  std::string first = fmt::format("{}  run {}/{}  seed {}  era {}", scenario.name, run,
                                  scenario.runs, scenario.workload.seed, scenario.world.era);
  if (options.control != Control::kNone)
    first += fmt::format("  control {}", ToString(options.control));
  std::string assumed = "ASSUMED";
  const char* separator = " ";
  for (const std::string& line : Assumptions(scenario, nullptr)) {
    assumed += separator + line;
    separator = " | ";
  }
  return {first, assumed};
}

}  // namespace lifeboat::drill
