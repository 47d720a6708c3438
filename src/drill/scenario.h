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
#include "drill/target_api/target_api.h"
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
  /// How late the generator's p99 request may be sent, or the run is inconclusive.
  Duration max_late = Duration::Millis(100);
  double read_rate = 100;  ///< A second, over all cohorts.
  double write_rate = 50;
  int create_percent = 60;
  int update_percent = 30;
  int delete_percent = 10;
};

/// Keys that several writers write, so that their writes conflict.
struct SharedKeysSpec {
  std::string pool;
  int count = 0;
  std::vector<Op> ops;  ///< Key i is written by ops[i mod n] only: kPut, kPutIf or kIncrement.
  bool operator==(const SharedKeysSpec&) const = default;
};

/// A population of clients of one kind.
struct CohortSpec {
  client::CohortPolicy policy;
  bool counted = true;  ///< Its recovery counts for the RTO.
  int clients = 40;
  double share = 0;                      ///< Of the rates, from 0 to 1.
  std::optional<SharedKeysSpec> shared;  ///< Instead of keys of its own.
  std::string via;  ///< The region that it is pinned to, whatever DNS says; empty for none.
};

struct FaultSpec {
  fault::Fault what;
  Duration delay;   ///< After the baseline ...
  Duration jitter;  ///< ... and up to this more, drawn from the seed and the run's number.
  std::optional<Duration> lasts;  ///< From being in force to the heal; until audited when absent.
  bool after_failback = false;    ///< Not after the baseline: a second outage.
};

/// Who decides to fail over, and how.
struct DecisionSpec {
  enum class By { kHealthCheck, kOperator, kPrompt };
  By by = By::kHealthCheck;
  Duration reaction;   ///< From T1 to the decision.
  bool blind = false;  ///< Who is prompted isn't shown that there is a fault.
  /// T1 is also when requests have failed for this long.
  std::optional<Duration> first_failures;
  Command run;                   ///< None: a person fails over by hand.
  std::optional<Command> ready;  ///< Ends with status 0 once the standby serves.
};

/// Who brings the traffic back after the heal.
struct FailbackSpec {
  enum class By { kHealthCheck, kOperator, kPrompt, kNone };
  By by = By::kHealthCheck;
  bool when_equal = false;  ///< Held until the lag is zero and the digests are equal.
  Command run;              ///< None: a person brings it back by hand.
};

/// What goes on all the time of a run.
struct BackgroundSpec {
  Command command;
  Duration every;
};

struct RecoveryRule {
  Duration window = Duration::Seconds(60);
  double success = 0.99;
  Duration bucket = Duration::Seconds(5);
  double bucket_success = 0.95;
  Duration p99 = Duration::Seconds(2);
  int min_samples = 100;      ///< For each class and counted cohort in a window ...
  int planned_samples = 150;  ///< ... and so many are to be expected, or the scenario is refused.
};

/// What the report says of the business and of people; the drill itself needs none of it.
struct ReportSpec {
  std::string function;  ///< That the objectives were promised for.
  std::string criticality;
  std::string people_file;  ///< Beside the scenario; empty for none.
  json::Value people;       ///< Its content, by role; null before it was read.
};

struct Scenario {
  std::string name;
  std::string strategy;
  WorldSpec world;
  Duration rpo;
  Duration rto;
  Duration failback_rto;        ///< Of the failback; as `rto` unless said otherwise.
  std::optional<Duration> bad;  ///< The most bad seconds.
  std::optional<AssumedLag> assumed_lag;
  std::optional<Command> setup;
  std::string target_url;
  http::Url target;
  TargetApi api;
  WorkloadSpec workload;
  std::vector<CohortSpec> cohorts;
  Duration baseline;
  double baseline_success = 0.999;
  bool preflight_reports = false;  ///< What the pre-flight finds does not stop the run.
  DecisionSpec decision;
  FailbackSpec failback;
  std::vector<BackgroundSpec> background;
  std::vector<FaultSpec> faults;  ///< The first is the one that T0 belongs to.
  RecoveryRule recovered;
  Duration observe_for = Duration::Minutes(30);
  Duration failback_watch = Duration::Seconds(30);
  bool early_verdict = true;  ///< A run may end as soon as it is certain to be missed.
  /// The most of each that still counts as met.
  std::map<std::string, int64_t> expect;
  int runs = 1;
  ReportSpec report;
  std::string digest;  ///< SHA-256 of the file's text.

  /// The region that the first fault that takes one takes, else the one that the first fault hits;
  /// for the audit of the others.
  std::string lost_region() const;
  /// Some fault takes it as a whole.
  bool takes_region() const;
  std::vector<std::string> survivors() const;
  /// The region's own way in, or the public one.
  const http::Url& UrlOf(const std::string& region) const;
  /// A person at the terminal decides something.
  bool asks_person() const {
    return decision.by == DecisionSpec::By::kPrompt || failback.by == FailbackSpec::By::kPrompt;
  }
  /// Some fault begins after the failback.
  bool has_second_outage() const;
  /// The greatest replication lag that is assumed; zero when none is.
  Duration max_lag() const { return assumed_lag ? assumed_lag->max : Duration{}; }
};

inline constexpr size_t kMaxRegions = 8;
inline constexpr size_t kMaxCohorts = 16;
inline constexpr size_t kMaxFaults = 20;
inline constexpr int kMaxClients = 1'000;     ///< In a cohort.
inline constexpr int kMaxSharedKeys = 1'000;  ///< In a pool.
inline constexpr int kMaxRuns = 100;
inline constexpr size_t kMaxBackground = 8;
inline constexpr double kMaxRate = 2'000;

/// Reads and checks a scenario. The error's message is `file:line:column: what, and what to write
/// instead`.
Result<Scenario> ParseScenario(std::string_view text, const std::string& file);

/// Reads the text of a file of people: names by role, `lead: Ada Lovelace`. The error's message is
/// `file:line:column: what, and what to write instead`.
Result<json::Value> ParsePeople(std::string_view text, const std::string& file);

/// What the journal's first line keeps of it: everything that the grader needs, durations in
/// seconds, shares from 0 to 1.
json::Value ScenarioEcho(const Scenario& scenario);

}  // namespace lifeboat::drill
