// Runs a whole drill against a FakeWorld in virtual time, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "drill/grader/grade.h"
#include "drill/runner.h"
#include "drill/scenario.h"
#include "drill/testing/fake_world.h"

namespace lifeboat::drill {

struct MemoryJournal final : JournalSink {
  std::vector<std::string> lines;
  void Append(std::string_view line) override { lines.emplace_back(line); }
};

struct MemoryDisplay final : Display {
  std::vector<std::string> lines;
  std::string progress;
  void Line(const std::string& text) override { lines.push_back(text); }
  void Progress(const std::string& waiting_for, Duration, Duration) override {
    progress = waiting_for;
  }
};

/// A person who types each line at its time from the start, and what had been shown to them by
/// then.
class FakePrompt final : public Prompt {
 public:
  FakePrompt(VirtualTime& time, const MemoryDisplay& display,
             const std::vector<std::pair<Duration, std::string>>& lines) {
    for (const auto& [at, line] : lines)
      time.After(at, [this, &display, line = line] {
        shown.push_back(display.lines);
        progress.push_back(display.progress);
        if (on_line_) on_line_(line);
      });
  }
  void Listen(std::function<void(const std::string&)> on_line) override {
    on_line_ = std::move(on_line);
  }

  std::vector<std::vector<std::string>> shown;
  std::vector<std::string> progress;

 private:
  std::function<void(const std::string&)> on_line_;
};

/// A scenario with a baseline of 20 s and a window of 20 s, `changes` applied to its text: each
/// pair replaces its first by its second.
inline std::string ScenarioText(
    const std::vector<std::pair<std::string, std::string>>& changes = {}) {
  std::string text = R"(lifeboat: 1
name: test
world: {regions: [us-east-1, us-west-2], primary: us-east-1}
objectives: {rpo: 15m, rto: 30m}
setup: {run: ./deploy.sh, timeout: 1m, env: {HEALTH_INTERVAL: 10}}
target:
  url: https://api.techmoda-example.com
  requests:
    create: {method: POST, path: /products, body: {id: "{{key}}", name: "{{key}}", price: "{{seq:number}}", stock: "{{seq:number}}", drillSeq: "{{seq:number}}"}}
    update: {method: PUT, path: "/products/{{id}}", body: {name: "{{key}}", price: "{{seq:number}}", stock: "{{seq:number}}", drillSeq: "{{seq:number}}"}}
    get: {method: GET, path: "/products/{{id}}", seq: $.drillSeq}
    delete: {method: DELETE, path: "/products/{{id}}"}
  item: {table: products, key: {id: "{{id}}"}, name: name, seq: drillSeq}
workload:
  seed: 42
  reads: {rate: 30/s}
  writes: {rate: 30/s, create: 60%, update: 30%, delete: 10%}
clients:
  - {name: fresh, dns: none, connections: per-request, attempts: 1}
  - {name: browser, dns: ttl, connections: keep-alive, attempts: 2}
  - {name: jvm, dns: ttl+30s, connections: keep-alive, attempts: 3, backoff: 100ms-2s}
baseline: {for: 20s, success: 99.9%}
faults:
  - {kind: kill, region: us-east-1, at: {after: baseline, jitter: 2s}, for: 3m}
recovered_when: {window: 20s}
observe_for: 5m
failback: {by: health-check, watch: 20s}
expect: {resurrected: 0, duplicates: 0}
)";
  for (const auto& [from, to] : changes) {
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
  }
  return text;
}

struct DrillRun {
  MemoryJournal journal;
  MemoryDisplay display;
  std::optional<RunEnd> end;
  Report report;
  /// Before each line that was typed: all lines, and what was waited for.
  std::vector<std::vector<std::string>> shown;
  std::vector<std::string> progress;

  const json::Value& At(std::initializer_list<std::string_view> path) const {
    static const json::Value kNone;
    const json::Value* found = report.json.FindPath(path);
    EXPECT_NE(found, nullptr);
    return found == nullptr ? kNone : *found;
  }
};

inline DrillRun RunDrill(const std::string& scenario_text, FakeWorldOptions world_options,
                         const RunOptions& options,
                         std::optional<Duration> cancel_after = std::nullopt) {
  DrillRun run;
  Result<Scenario> scenario = ParseScenario(scenario_text, "drill.yaml");
  EXPECT_TRUE(scenario.ok()) << scenario.error().message;
  VirtualTime time;
  FakeWorld world(time, world_options);
  FakePrompt prompt(time, run.display, world_options.typed);
  Runner runner(
      {time.clock(), time, world, world, world, world, run.journal, run.display, nullptr, &prompt},
      *scenario, options);
  runner.Start([&](const RunEnd& end) { run.end = end; });
  if (cancel_after) time.After(*cancel_after, [&] { runner.Cancel(); });
  EXPECT_TRUE(time.RunUntil([&] { return run.end.has_value(); })) << run.display.progress;
  run.shown = prompt.shown;
  run.progress = prompt.progress;
  if (Result<Report> report = Grade(run.journal.lines); report.ok())
    run.report = std::move(report).value();
  else
    ADD_FAILURE() << report.error().message;
  return run;
}

inline DrillRun RunDrill(const std::string& scenario_text, FakeWorldOptions world_options = {},
                         Control control = Control::kNone,
                         std::optional<Duration> cancel_after = std::nullopt) {
  return RunDrill(scenario_text, world_options, RunOptions{control, "t1", {}}, cancel_after);
}

}  // namespace lifeboat::drill
