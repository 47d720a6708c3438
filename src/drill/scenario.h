// A drill's scenario: the YAML file of docs/drill.md as values, checked. What is unknown, has the
// wrong unit or can't be is refused with its place and with what to write instead.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "client/cohort.h"
#include "drill/stage.h"
#include "fault/fault.h"
#include "http/message.h"
#include "json/value.h"

namespace lifeboat::drill {

/// How far behind the standby is assumed to be; injected into the world and printed beside the RPO.
struct AssumedLag {
  Duration p50;
  Duration max;  ///< Equal to p50 for a fixed lag.
  bool fixed() const { return p50 == max; }
};

struct WorkloadSpec {
  uint64_t seed = 1;
  Duration timeout = Duration::Seconds(5);  ///< Of one attempt.
  double read_rate = 0;                     ///< A second, over all cohorts.
  double write_rate = 0;
  int create_percent = 60;
  int update_percent = 30;
  int delete_percent = 10;
};

struct CohortSpec {
  client::CohortPolicy policy;
  bool counted = true;  ///< Its recovery counts for the RTO.
};

struct FaultSpec {
  fault::Fault what;
  Duration delay;                 ///< After the baseline ...
  Duration jitter;                ///< ... and up to this more, drawn from the seed and the run.
  std::optional<Duration> lasts;  ///< From being in force to the heal; at the end when absent.
};

struct RecoveryRule {
  Duration window = Duration::Seconds(60);
  double success = 0.99;
  Duration bucket = Duration::Seconds(5);
  double bucket_success = 0.95;
  Duration p99 = Duration::Seconds(2);
  int min_samples = 100;  ///< For each class and counted cohort in a window.
};

struct Scenario {
  std::string name;
  std::string strategy;
  WorldSpec world;
  Duration rpo;
  Duration rto;
  std::optional<AssumedLag> assumed_lag;
  std::optional<Command> setup;
  std::string target_url;
  http::Url target;
  std::string table;
  WorkloadSpec workload;
  std::vector<CohortSpec> cohorts;
  Duration baseline;
  double baseline_success = 0.999;
  std::vector<FaultSpec> faults;  ///< The first is the one that T0 belongs to.
  RecoveryRule recovered;
  Duration observe_for = Duration::Minutes(15);
  Duration failback_watch = Duration::Seconds(30);
  /// The most of each that still counts as met.
  std::map<std::string, int64_t> expect;
  int runs = 1;
  std::string digest;  ///< SHA-256 of the file's text.

  /// The region that the first fault takes or cuts off; for the audit of the others.
  std::string lost_region() const;
  /// Some fault takes it as a whole.
  bool takes_region() const;
  std::vector<std::string> survivors() const;
};

inline constexpr size_t kMaxRegions = 8;
inline constexpr size_t kMaxCohorts = 16;
inline constexpr size_t kMaxFaults = 20;
inline constexpr int kMaxRuns = 100;
inline constexpr double kMaxRate = 2'000;

/// Reads and checks a scenario. The error's message is `file:line:column: what, and what to write
/// instead`.
Result<Scenario> ParseScenario(std::string_view text, const std::string& file);

/// What the journal's first line keeps of it: everything that the grader needs, durations in
/// seconds, shares from 0 to 1.
json::Value ScenarioEcho(const Scenario& scenario);

}  // namespace lifeboat::drill
