#include "drill/scenario_checks.h"

#include <cmath>
#include <set>

#include "base/aws_regions.h"

namespace lifeboat::drill {
namespace {

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string Join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::optional<FaultSpec::Kind> ParseFaultKind(std::string_view text) {
  using Kind = FaultSpec::Kind;
  for (const Kind kind :
       {Kind::kKill, Kind::kFreeze, Kind::kReplicationPause, Kind::kReplicationLag, Kind::kCut})
    if (ToString(kind) == text) return kind;
  return std::nullopt;
}

/// `region: R`, or for faults of links `link: A:B` for the direction from A to B.
void ReadPlace(Section& section, const WorldSpec& world, FaultSpec& fault) {
  const std::optional<std::string> region = section.Text("region");
  const std::optional<std::string> link = section.Text("link");
  if (region && !Contains(world.regions, *region))
    section.Complain("region", fmt::format("'{}' is no region of this world; write one of: {}",
                                           *region, Join(world.regions)));
  fault.region = region.value_or("");
  if (link) {
    const size_t colon = link->find(':');
    fault.from = link->substr(0, colon);
    fault.to = colon == std::string::npos ? "" : link->substr(colon + 1);
    if (!Contains(world.regions, fault.from) || !Contains(world.regions, fault.to) ||
        fault.from == fault.to)
      section.Complain("link",
                       fmt::format("'{}' is no link of this world; write two of its regions "
                                   "as from:to",
                                   *link));
  }
  if (TakesRegion(fault.kind) && link)
    section.Complain("link", "a region is killed or frozen, not a link; write `region:`");
  if (region.has_value() == link.has_value())
    section.Complain("region", TakesRegion(fault.kind) ? "write `region:` with the region to take"
                                                       : "write either `region:` or `link:`");
}

void ReadMoment(Section at, FaultSpec& fault) {
  at.OneOf("after", {"baseline"});
  fault.delay = at.Time("delay").value_or(Duration{});
  fault.jitter = at.Time("jitter").value_or(Duration{});
  at.Close();
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
  if (!world.regions.empty() && !Contains(world.regions, world.primary))
    section.Complain("primary", fmt::format("'{}' is none of the regions; write one of: {}",
                                            world.primary, Join(world.regions)));
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

FaultSpec ReadFault(Section& section, const WorldSpec& world) {
  FaultSpec fault;
  section.Require("kind", "for instance `kind: kill`");
  if (const auto text = section.Text("kind")) {
    const auto kind = ParseFaultKind(*text);
    if (kind)
      fault.kind = *kind;
    else
      section.Complain("kind",
                       fmt::format("the fault '{}' is not supported yet; write one of: kill, "
                                   "freeze, replication-pause, replication-lag, cut",
                                   *text));
  }
  ReadPlace(section, world, fault);
  const auto lag = section.Time("lag");
  fault.lag = lag.value_or(Duration{});
  if (lag.has_value() != (fault.kind == FaultSpec::Kind::kReplicationLag))
    section.Complain("lag", lag ? "only replication-lag has a 'lag'; leave it out"
                                : "replication-lag needs its lag; write for instance `lag: 3s`");
  ReadMoment(section.Sub("at"), fault);
  fault.lasts = section.Time("for");
  section.Close();
  return fault;
}

void CheckTogether(Section& root, const Scenario& s) {
  std::set<std::string> names;
  size_t counted = 0;
  for (const CohortSpec& cohort : s.cohorts) {
    counted += cohort.counted ? 1 : 0;
    if (!names.insert(cohort.policy.name).second)
      root.Complain("clients", fmt::format("two cohorts are named '{}'; write different names",
                                           cohort.policy.name));
  }
  if (!s.cohorts.empty() && counted == 0)
    root.Complain("clients", "no cohort is counted; leave out `counted: false` in one at least");
  const double window = s.recovered.window.seconds();
  for (const auto& [name, rate] :
       {std::pair("reads", s.workload.read_rate), {"writes", s.workload.write_rate}}) {
    if (rate <= 0 || s.cohorts.empty()) continue;
    const double cohorts = static_cast<double>(s.cohorts.size());
    const double samples = rate / cohorts * window;
    if (samples < s.recovered.min_samples)
      root.Complain(
          "workload",
          fmt::format("{} at {:g}/s give each of {} cohorts {:.0f} requests in a window of "
                      "{}, and {} are needed; write at least {:.0f}/s, or a longer window",
                      name, rate, s.cohorts.size(), samples, FormatDuration(s.recovered.window),
                      s.recovered.min_samples,
                      std::ceil(s.recovered.min_samples * cohorts / window)));
  }
  if (s.observe_for < s.recovered.window)
    root.Complain("observe_for",
                  fmt::format("{} is shorter than the good window; write at least {}",
                              FormatDuration(s.observe_for), FormatDuration(s.recovered.window)));
}

}  // namespace lifeboat::drill
