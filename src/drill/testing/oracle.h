// A small drill in virtual time, and what its journal says of it, for the tests of whole drills.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drill/testing/drill_run.h"

namespace lifeboat::drill {

using Changes = std::vector<std::pair<std::string, std::string>>;

/// One cohort that asks DNS each time, and little load: a drill of some minutes in virtual time.
inline std::string Small(Changes changes = {}) {
  Changes all = {
      {"  - {name: browser, dns: ttl, connections: keep-alive, attempts: 2}\n", ""},
      {"  - {name: jvm, dns: ttl+30s, connections: keep-alive, attempts: 3, backoff: 100ms-2s}\n",
       ""},
      {"reads: {rate: 30/s}", "reads: {rate: 20/s}"},
      {"rate: 30/s", "rate: 20/s"},
      {"create: 60%, update: 30%, delete: 10%", "create: 10%, update: 80%, delete: 10%"},
      {"for: 20s", "for: 15s"},
      {"window: 20s", "window: 10s"},
      {", for: 3m", ""},
      {"observe_for: 5m", "observe_for: 3m"}};
  for (auto& change : changes) all.push_back(std::move(change));
  return ScenarioText(all);
}

/// The lines of a type, in order.
inline std::vector<json::Value> Lines(const DrillRun& run, std::string_view type) {
  std::vector<json::Value> out;
  for (const std::string& line : run.journal.lines) {
    json::Value value = *json::Parse(line);
    if (value.GetString("type") == type) out.push_back(std::move(value));
  }
  return out;
}

inline double At(const json::Value& line) {
  return static_cast<double>(line.Find("t")->as_int()) / 1e6;
}

inline std::optional<double> FaultAt(const DrillRun& run, int64_t index, std::string_view state) {
  for (const json::Value& line : Lines(run, "fault"))
    if (line.Find("index")->as_int() == index && line.GetString("state") == state) return At(line);
  return std::nullopt;
}

inline std::optional<double> PhaseAt(const DrillRun& run, std::string_view name) {
  for (const json::Value& line : Lines(run, "phase"))
    if (line.GetString("name") == name) return At(line);
  return std::nullopt;
}

}  // namespace lifeboat::drill
