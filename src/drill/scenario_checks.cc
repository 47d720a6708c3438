#include "drill/scenario_checks.h"

#include <cmath>
#include <map>
#include <set>

#include "base/aws_regions.h"
#include "fault/fis.h"

namespace lifeboat::drill {
namespace {

bool IsOneOf(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string Join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

/// A scalar as it would be written on a command line.
std::string ScalarText(const json::Value& value) {
  return value.is_string() ? value.as_string() : json::Write(value);
}

/// Every key that is not the scenario's own is a parameter of the fault.
void ReadWhat(Section& section, const WorldSpec& world, FaultSpec& fault) {
  section.Require("kind", "for instance `kind: kill`");
  const auto kind = section.Text("kind");
  if (!kind) return;
  std::vector<fault::Written> written;
  for (const std::string& key : section.Keys()) {
    if (key == "kind" || key == "at" || key == "for") continue;
    written.push_back({key, ScalarText(*section.Raw(key))});
  }
  fault::Built built = fault::Build(*kind, written, world.regions);
  for (const fault::Complaint& complaint : built.complaints)
    section.Complain(complaint.key, complaint.what);
  fault.what = std::move(built.fault);
}

void ReadMoment(Section at, FaultSpec& fault) {
  fault.after_failback = at.OneOf("after", {"baseline", "failback"}) == "failback";
  fault.delay = at.Time("delay").value_or(Duration{});
  fault.jitter = at.Time("jitter").value_or(Duration{});
  at.Close();
}

/// How long a fault is kept; nullopt: until the audit has ended.
std::optional<Duration> ReadLength(Section& section) {
  const json::Value* length = section.Raw("for");
  if (length != nullptr && length->is_string() && length->as_string() == "until-audited")
    return std::nullopt;
  const std::optional<Duration> lasts = section.Time("for");
  if (lasts && lasts->ns <= 0)
    section.Complain("for",
                     "a fault that lasts no time can't be seen; write for instance 20s, or "
                     "until-audited");
  return lasts;
}

/// An experiment template of FIS: each of its actions is a fault, from the moment of the entry on.
void ReadExperiment(Section& section, const WorldSpec& world, const FaultSpec& moment,
                    std::vector<FaultSpec>& faults) {
  const fault::FisExperiment experiment =
      fault::ReadFisTemplate(*section.Raw("fis"), world.regions, world.primary);
  for (const fault::Complaint& complaint : experiment.complaints)
    section.ComplainBelow("fis", complaint.key, complaint.what);
  for (const fault::FisFault& each : experiment.faults) {
    FaultSpec fault = moment;
    fault.what = each.fault;
    fault.delay = moment.delay + each.delay;
    fault.lasts = each.lasts;
    faults.push_back(std::move(fault));
  }
}

/// A window that may hold too few samples can't tell good from bad.
void CheckSamples(Section& root, const Scenario& s, const CohortSpec& cohort) {
  const double window = s.recovered.window.seconds();
  for (const auto& [name, rate] :
       {std::pair("reads", s.workload.read_rate), {"writes", s.workload.write_rate}}) {
    if (rate <= 0) continue;
    const double samples = rate * cohort.share * window;
    if (samples >= s.recovered.planned_samples - 1e-6) continue;
    root.Complain("workload",
                  fmt::format("{} at {:g}/s give the cohort {} {:.0f} requests in a window of {}, "
                              "and {} are needed; write at least {:.0f}/s, or a longer window",
                              name, rate, cohort.policy.name, samples,
                              FormatDuration(s.recovered.window), s.recovered.planned_samples,
                              std::ceil(s.recovered.planned_samples / window / cohort.share)));
  }
}

}  // namespace

void CheckRegions(Section& section, const WorldSpec& world) {
  std::set<std::string> seen;
  for (const std::string& region : world.regions) {
    if (!FindAwsRegion(region))
      section.Complain("regions", fmt::format("'{}' is no AWS region; write names such as "
                                              "us-east-1, us-west-2, eu-west-1",
                                              region));
    if (!seen.insert(region).second)
      section.Complain("regions", fmt::format("'{}' stands twice; write each region once", region));
  }
  if (section.present() && (world.regions.size() < 2 || world.regions.size() > kMaxRegions))
    section.Complain("regions", fmt::format("a drill needs 2 to {} regions; write for instance "
                                            "[us-east-1, us-west-2]",
                                            kMaxRegions));
  if (!world.regions.empty() && !IsOneOf(world.regions, world.primary))
    section.Complain("primary", fmt::format("'{}' is none of the regions; write one of: {}",
                                            world.primary, Join(world.regions)));
}

void CheckRegionName(Section& section, std::string_view key, const std::string& region,
                     const WorldSpec& world) {
  if (IsOneOf(world.regions, region)) return;
  section.Complain(key, fmt::format("'{}' is no region of this world; write one of: {}", region,
                                    Join(world.regions)));
}

void ShareOut(Section& root, std::vector<CohortSpec>& cohorts) {
  constexpr double kUncounted = 0.05;
  constexpr double kRounding = 1e-6;
  double left = 1;
  size_t open = 0;
  for (CohortSpec& cohort : cohorts) {
    if (cohort.share < 0 && !cohort.counted) cohort.share = kUncounted;
    if (cohort.share < 0)
      ++open;
    else
      left -= cohort.share;
  }
  const bool too_much = left < -kRounding || (open > 0 && left < kRounding);
  const bool too_little = open == 0 && left > kRounding;
  if (!cohorts.empty() && (too_much || too_little))
    root.Complain("clients", fmt::format("the shares of the cohorts make {:.4g}%{}; write shares "
                                         "that make 100%, or leave one out",
                                         (1 - left) * 100,
                                         open > 0 ? ", and nothing is left for the others" : ""));
  for (CohortSpec& cohort : cohorts)
    if (cohort.share < 0) cohort.share = std::max(0.0, left / static_cast<double>(open));
}

void CheckWorkload(Section& reads, Section& writes, const WorkloadSpec& w) {
  if (w.create_percent + w.update_percent + w.delete_percent != 100)
    writes.Complain("create", fmt::format("create, update and delete make {}%; write shares that "
                                          "make 100%",
                                          w.create_percent + w.update_percent + w.delete_percent));
  if (w.create_percent == 0)
    writes.Complain("create", "without creates there is nothing to update; write a share above 0%");
  for (const auto& [section, rate] : {std::pair(&reads, w.read_rate), {&writes, w.write_rate}})
    if (rate > kMaxRate)
      section->Complain(
          "rate", fmt::format("{:g}/s is above the limit; write at most {:g}/s", rate, kMaxRate));
}

void CheckWindow(Section& section, const RecoveryRule& rule) {
  if (rule.bucket.ns <= 0 || rule.window < rule.bucket || rule.window.ns % rule.bucket.ns != 0)
    section.Complain(
        "window",
        fmt::format("a window of {} is no multiple of its bucket of {}; write for "
                    "instance {}",
                    FormatDuration(rule.window), FormatDuration(rule.bucket),
                    FormatDuration(rule.bucket.ns > 0 ? rule.bucket * 4 : Duration::Seconds(20))));
}

void ReadFault(Section& section, const WorldSpec& world, std::vector<FaultSpec>& faults) {
  FaultSpec fault;
  ReadMoment(section.Sub("at"), fault);
  if (section.Raw("fis") != nullptr) {
    ReadExperiment(section, world, fault, faults);
  } else {
    fault.lasts = ReadLength(section);
    ReadWhat(section, world, fault);
    faults.push_back(std::move(fault));
  }
  if (faults.size() > kMaxFaults)
    section.Complain("fis", fmt::format("the scenario has more than {} faults", kMaxFaults));
  section.Close();
}

namespace {

/// Cohorts that share a pool say the same of it, and the API can do what they ask of it.
void CheckShared(Section& root, const Scenario& s) {
  std::map<std::string, const SharedKeysSpec*> pools;
  for (const CohortSpec& cohort : s.cohorts) {
    if (!cohort.shared) continue;
    const SharedKeysSpec& keys = *cohort.shared;
    const auto [first, is_new] = pools.try_emplace(keys.pool, &keys);
    if (!is_new && *first->second != keys)
      root.Complain("clients", fmt::format("the pool '{}' is described in two ways; write the same "
                                           "count and ops in each cohort",
                                           keys.pool));
    if (std::none_of(keys.ops.begin(), keys.ops.end(), [](Op op) { return op != Op::kPutIf; }))
      root.Complain("clients",
                    "put_if alone has nothing to send while no version is known; write "
                    "put or increment beside it in 'ops'");
    for (const Op op : keys.ops) {
      if (s.api.Form(op) == nullptr)
        root.Complain("target",
                      fmt::format("the cohort {} needs '{}' in 'requests', which says how "
                                  "a shared key is written",
                                  cohort.policy.name, ToString(op)));
      const bool counts = op == Op::kIncrement;
      if (s.api.item && (counts ? s.api.item->counter : s.api.item->writer).empty())
        root.Complain("target", fmt::format("the winner of a shared key can't be told; write `{}` "
                                            "in 'item', the attribute that holds it",
                                            counts ? "counter" : "writer"));
    }
  }
}

void CheckCohorts(Section& root, const Scenario& s) {
  if (root.Raw("clients") != nullptr && s.cohorts.empty())
    root.Complain("clients",
                  "there is no client; write at least one cohort, for instance `- {name: "
                  "browser, dns: ttl}`");
  CheckShared(root, s);
  std::set<std::string> names;
  size_t counted = 0;
  for (const CohortSpec& cohort : s.cohorts) {
    counted += cohort.counted ? 1 : 0;
    if (cohort.policy.name == "seed" || cohort.policy.name == "preflight")
      root.Complain("clients", fmt::format("'{}' is the drill's own name for requests of its own; "
                                           "write another one",
                                           cohort.policy.name));
    if (!names.insert(cohort.policy.name).second)
      root.Complain("clients", fmt::format("two cohorts are named '{}'; write different names",
                                           cohort.policy.name));
  }
  if (!s.cohorts.empty() && counted == 0)
    root.Complain("clients", "no cohort is counted; leave out `counted: false` in one at least");
  for (const CohortSpec& cohort : s.cohorts)
    if (cohort.counted) CheckSamples(root, s, cohort);
}

/// It is judged by the survivors of the first one, after a return to the region that was lost.
void CheckSecondOutage(Section& root, const Scenario& s) {
  if (!s.has_second_outage()) return;
  for (const FaultSpec& fault : s.faults)
    if (fault.after_failback && fault::TakesRegion(fault.what) &&
        fault.what.region() != s.lost_region())
      root.Complain("faults",
                    fmt::format("the second outage takes {}, which is not supported yet; write "
                                "the region of the first one, {}",
                                fault.what.region(), s.lost_region()));
  if (s.failback.by == FailbackSpec::By::kNone)
    root.Complain("faults",
                  "a fault after the failback never comes, since no failback is planned; write "
                  "`at: {after: baseline}`, or a `failback`");
}

void CheckFaults(Section& root, const Scenario& s) {
  if (root.Raw("faults") == nullptr) return;
  const bool first = std::any_of(s.faults.begin(), s.faults.end(),
                                 [](const FaultSpec& fault) { return !fault.after_failback; });
  if (!first)
    root.Complain("faults",
                  "there is no fault after the baseline; write at least one, for "
                  "instance `- {kind: kill, region: us-east-1}`");
  if (first) CheckSecondOutage(root, s);
}

/// Who is to decide without knowing the moment must not be able to work it out.
void CheckBlind(Section& root, const Scenario& s) {
  constexpr Duration kLeast = Duration::Minutes(1);
  if (!s.decision.blind) return;
  for (const FaultSpec& fault : s.faults)
    if (fault.jitter < kLeast)
      root.Complain("decision",
                    fmt::format("a blind decision needs a moment that nobody can guess, but '{}' "
                                "comes within {}; write `jitter: 60s` at least, or `blind: false`",
                                ToString(fault.what.kind), FormatDuration(fault.jitter)));
}

/// An older write that is missing could not be told from one that was before the journal began.
void CheckBaseline(Section& root, const Scenario& s) {
  constexpr Duration kMargin = Duration::Seconds(10);
  Duration before = s.max_lag();
  const char* what = "the greatest assumed lag";
  for (const BackgroundSpec& job : s.background) {
    if (job.every <= before) continue;
    before = job.every;
    what = "the longest interval of a background command";
  }
  if (s.baseline >= before + kMargin) return;
  root.Complain("baseline",
                fmt::format("a baseline of {} can't show an RPO beyond it; write at least {}: {} "
                            "and 10s",
                            FormatDuration(s.baseline), FormatDuration(before + kMargin), what));
}

/// Nothing can be waited for that takes no time.
void CheckTimes(Section& root, const Scenario& s) {
  const auto positive = [&](const char* section, const char* name, Duration value) {
    if (value.ns <= 0)
      root.Complain(section, fmt::format("'{}' is no time at all; write a length above zero, for "
                                         "instance 5s",
                                         name));
  };
  positive("workload", "timeout", s.workload.timeout);
  positive("workload", "max_late", s.workload.max_late);
  positive("recovered_when", "p99", s.recovered.p99);
  positive("objectives", "rto", s.rto);
  positive("objectives", "failback", s.failback_rto);
  if (s.setup) positive("setup", "timeout", s.setup->timeout);
  constexpr Duration kLongest = Duration::Hours(24);
  for (const auto& [section, value] : {std::pair("workload", s.workload.timeout),
                                       {"objectives", s.rto},
                                       {"objectives", s.failback_rto},
                                       {"observe_for", s.observe_for},
                                       {"baseline", s.baseline},
                                       {"recovered_when", s.recovered.window}})
    if (value > kLongest)
      root.Complain(section, fmt::format("{} is longer than a day; write 24h at most",
                                         FormatDuration(value)));
  if (s.workload.read_rate <= 0 && s.workload.write_rate <= 0)
    root.Complain("workload",
                  "without reads and writes there is nothing to measure; write a rate "
                  "above 0/s");
}

}  // namespace

void CheckTogether(Section& root, const Scenario& s) {
  CheckCohorts(root, s);
  CheckFaults(root, s);
  CheckBlind(root, s);
  CheckBaseline(root, s);
  CheckTimes(root, s);
  if (s.observe_for < s.recovered.window)
    root.Complain("observe_for",
                  fmt::format("{} is shorter than the good window; write at least {}",
                              FormatDuration(s.observe_for), FormatDuration(s.recovered.window)));
  if (s.decision.by == DecisionSpec::By::kOperator && !s.decision.ready &&
      s.decision.run.run.empty())
    root.Complain("decision",
                  "an operator needs a command; write for instance `run: ./failover.sh`");
}

}  // namespace lifeboat::drill
