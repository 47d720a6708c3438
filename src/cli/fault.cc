#include <fmt/format.h>

#include "base/bytes.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/control.h"
#include "fault/fault.h"

namespace lifeboat::cli {
namespace {

/// The directions that the options name, as (from, to).
Result<std::vector<std::pair<std::string, std::string>>> Directions(
    const world::Config& config, const FaultInjectOptions& options) {
  std::vector<std::pair<std::string, std::string>> directions;
  if (!options.region.empty()) {
    if (!config.Find(options.region)) {
      return InvalidError(fmt::format("this world has no region '{}'", options.region));
    }
    for (const world::RegionConfig& other : config.regions) {
      if (other.name == options.region) continue;
      directions.emplace_back(options.region, other.name);
      directions.emplace_back(other.name, options.region);
    }
    return directions;
  }
  const auto ends = Split(options.link, ':');
  if (ends.size() != 2 || !config.Find(ends[0]) || !config.Find(ends[1]) || ends[0] == ends[1]) {
    return InvalidError(fmt::format(
        "'{}' is no link; write --link FROM:TO with two regions of this world, or --region NAME",
        options.link));
  }
  directions.emplace_back(ends[0], ends[1]);
  if (options.both_ways) directions.emplace_back(ends[1], ends[0]);
  return directions;
}

/// The body that the supervisor takes for one direction; it draws the id.
Result<json::Object> FaultBody(const FaultInjectOptions& options) {
  const auto kind = fault::ParseKind(options.kind);
  if (!kind) {
    return InvalidError(fmt::format(
        "unknown fault '{}'; there are replication-pause, replication-lag and cut", options.kind));
  }
  json::Object body{{"kind", options.kind}};
  if (*kind == fault::Kind::kReplicationLag) {
    const auto lag = ParseDuration(options.lag);
    if (!lag || lag->millis() <= 0) {
      return InvalidError("replication-lag needs --lag, for instance --lag 5s");
    }
    body.Set("lag_ms", lag->millis());
  } else if (!options.lag.empty()) {
    return InvalidError("--lag goes with replication-lag only");
  }
  if (!options.duration.empty()) {
    const auto duration = ParseDuration(options.duration);
    if (!duration) return duration.error();
    body.Set("remaining_ms", duration->millis());
  }
  return body;
}

}  // namespace

void PrintFault(const json::Value& fault) {
  std::string extra;
  if (const json::Value* lag = fault.Find("lag_ms"))
    extra += fmt::format(" lag {} ms", lag->as_int());
  if (const json::Value* left = fault.Find("remaining_ms")) {
    extra += fmt::format(" {} s left", left->as_int() / 1000);
  }
  fmt::print("{:6} {:18} {} -> {}{}\n", fault.GetString("id"), fault.GetString("kind"),
             fault.GetString("from"), fault.GetString("to"), extra);
}

int FaultInject(const CommonOptions& common, const FaultInjectOptions& options) {
  const auto config = LoadWorld(common);
  if (!config) return Fail(config.error().message);
  const auto directions = Directions(*config, options);
  if (!directions) return Fail(directions.error().message);
  auto body = FaultBody(options);
  if (!body) return Fail(body.error().message);
  json::Array injected;
  for (const auto& [from, to] : *directions) {
    body->Set("from", from);
    body->Set("to", to);
    auto done = CallSupervisor(common, "POST", "/faults", *body);
    if (!done) return Fail(done.error().message);
    if (!common.json && !common.quiet) PrintFault(*done);
    injected.push_back(*std::move(done));
  }
  if (common.json) fmt::print("{}", json::WritePretty(injected));
  return kExitDone;
}

int FaultList(const CommonOptions& common) {
  const auto faults = CallSupervisor(common, "GET", "/faults");
  if (!faults) return Fail(faults.error().message);
  if (common.json) {
    fmt::print("{}", json::WritePretty(*faults));
    return kExitDone;
  }
  for (const json::Value& fault : faults->as_array()) PrintFault(fault);
  if (faults->as_array().empty() && !common.quiet) fmt::print("no fault is in force\n");
  return kExitDone;
}

int FaultClear(const CommonOptions& common, const FaultClearOptions& options) {
  if (options.all == !options.id.empty()) return Fail("give the id of a fault, or --all");
  const auto done =
      CallSupervisor(common, "DELETE", options.all ? "/faults" : "/faults/" + options.id);
  if (!done) return Fail(done.error().message);
  return kExitDone;
}

}  // namespace lifeboat::cli
