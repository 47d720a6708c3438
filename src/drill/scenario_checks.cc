#include "drill/scenario_checks.h"

#include <cmath>
#include <set>

#include "base/aws_regions.h"
#include "fault/fis.h"

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
  at.OneOf("after", {"baseline"});
  fault.delay = at.Time("delay").value_or(Duration{});
  fault.jitter = at.Time("jitter").value_or(Duration{});
  at.Close();
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

void ReadFault(Section& section, const WorldSpec& world, std::vector<FaultSpec>& faults) {
  FaultSpec fault;
  ReadMoment(section.Sub("at"), fault);
  if (section.Raw("fis") != nullptr) {
    ReadExperiment(section, world, fault, faults);
  } else {
    fault.lasts = section.Time("for");
    ReadWhat(section, world, fault);
    faults.push_back(std::move(fault));
  }
  if (faults.size() > kMaxFaults)
    section.Complain("fis", fmt::format("the scenario has more than {} faults", kMaxFaults));
  section.Close();
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
