#include "fault/fis.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/bytes.h"

namespace lifeboat::fault {
namespace {

constexpr std::string_view kWait = "aws:fis:wait";
constexpr size_t kMaxActions = 20;  ///< As on AWS.

/// What a member of the template is: something that we carry out, that only tells, or neither.
constexpr std::string_view kUsed[] = {"actions", "targets", "stopConditions", "experimentOptions"};
constexpr std::string_view kTells[] = {"description", "roleArn", "clientToken",
                                       "tags",        "id",      "arn"};

bool Contains(std::span<const std::string_view> list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// A resource that a target names.
struct Resource {
  std::string region;
  std::string function;  ///< Of Lambda's ARNs.
};

/// `arn:aws:lambda:us-east-1:000000000000:function:name`
Resource ReadArn(std::string_view arn) {
  const auto parts = Split(arn, ':');
  Resource resource;
  if (parts.size() > 3 && parts[0] == "arn") resource.region = parts[3];
  if (parts.size() > 6 && parts[2] == "lambda") resource.function = parts[6];
  return resource;
}

class Reader {
 public:
  Reader(const json::Value& experiment, std::span<const std::string> regions, std::string_view home)
      : experiment_(experiment), regions_(regions), home_(home) {}

  FisExperiment Read() {
    if (!experiment_.is_object()) {
      Complain("", "an experiment template is a mapping with `actions` and `targets`");
      return std::move(out_);
    }
    CheckMembers();
    const json::Value* actions = experiment_.Find("actions");
    if (actions == nullptr || actions->as_object().empty())
      Complain("/actions", "an experiment template needs `actions`");
    else if (actions->as_object().size() > kMaxActions)
      Complain("/actions", fmt::format("there are more than {} actions", kMaxActions));
    else
      for (const auto& [name, action] : actions->as_object()) ReadAction(name, action);
    if (out_.faults.empty() && out_.complaints.empty())
      Complain("/actions", "none of the actions is a fault; write one that is");
    return std::move(out_);
  }

 private:
  void Complain(std::string pointer, std::string what) {
    out_.complaints.push_back({std::move(pointer), std::move(what)});
  }

  void CheckMembers() {
    for (const auto& [key, member] : experiment_.as_object()) {
      if (Contains(kUsed, key) || Contains(kTells, key)) continue;
      Complain("/" + key, fmt::format("'{}' of an experiment template is not supported; leave it "
                                      "out",
                                      key));
    }
    if (const json::Value* stops = experiment_.Find("stopConditions")) {
      for (const json::Value& stop : stops->as_array())
        if (stop.GetString("source") != "none")
          Complain("/stopConditions", "there are no alarms here; write `source: none`");
    }
    const json::Value* options = experiment_.Find("experimentOptions");
    if (options == nullptr) return;
    for (const auto& [key, value] : options->as_object()) {
      const bool usual = (key == "accountTargeting" && value.as_string() == "single-account") ||
                         (key == "emptyTargetResolutionMode" && value.as_string() == "fail");
      if (!usual)
        Complain("/experimentOptions",
                 fmt::format("'{}' is not supported but as accountTargeting: single-account and "
                             "emptyTargetResolutionMode: fail; leave it out",
                             key));
    }
  }

  const json::Value* FindAction(std::string_view name) const {
    return experiment_.FindPath({"actions", name});
  }

  static const std::string& ParameterOf(const json::Value& action, std::string_view name) {
    static const std::string kNone;
    const json::Value* value = action.FindPath({"parameters", name});
    return value == nullptr ? kNone : value->as_string();
  }

  /// When an action starts: at the end of the last that it is to start after. Actions in a circle
  /// have no start.
  std::optional<Duration> StartOf(const json::Value& action, std::set<std::string> above) const {
    Duration start;
    const json::Value* after = action.Find("startAfter");
    if (after == nullptr) return start;
    for (const json::Value& name : after->as_array()) {
      const json::Value* before = FindAction(name.as_string());
      if (before == nullptr || !above.insert(name.as_string()).second) return std::nullopt;
      const auto begins = StartOf(*before, above);
      const auto lasts = ParseIsoDuration(ParameterOf(*before, "duration"));
      if (!begins || !lasts) return std::nullopt;
      start = std::max(start, *begins + *lasts);
      above.erase(name.as_string());
    }
    return start;
  }

  void ReadAction(const std::string& name, const json::Value& action) {
    const std::string pointer = "/actions/" + name;
    const std::string& id = action.GetString("actionId");
    const auto lasts = ParseIsoDuration(ParameterOf(action, "duration"));
    if (!lasts)
      return Complain(pointer, fmt::format("action '{}': {}", name, lasts.error().message));
    const auto start = StartOf(action, {name});
    if (!start)
      return Complain(pointer,
                      fmt::format("action '{}': startAfter must name other actions of this "
                                  "template, and not in a circle",
                                  name));
    if (id == kWait) return;
    if (FindAlias(id) == nullptr)
      return Complain(pointer, fmt::format("action '{}': {} cannot be done here", name,
                                           id.empty() ? "an action without actionId" : id));
    for (const Resource& resource : Resources(name, action))
      Add(name, {name, {}, *start, *lasts}, action, resource);
  }

  std::vector<Resource> Resources(const std::string& name, const json::Value& action) {
    std::vector<Resource> found;
    const json::Value* targets = action.Find("targets");
    if (targets == nullptr || targets->as_object().size() != 1) {
      Complain("/actions/" + name, fmt::format("action '{}' needs one target", name));
      return found;
    }
    const auto& [kind, target_name] = *targets->as_object().begin();
    const json::Value* target = experiment_.FindPath({"targets", target_name.as_string()});
    const std::string pointer = "/targets/" + target_name.as_string();
    if (target == nullptr) {
      Complain("/actions/" + name, fmt::format("there is no target '{}'", target_name.as_string()));
      return found;
    }
    // Roles are in every region; the experiment itself is in one.
    if (kind == "Roles") return {{std::string(home_), ""}};
    for (const std::string_view unsupported : {"resourceTags", "filters", "parameters"})
      if (target->Find(unsupported) != nullptr)
        Complain(pointer, fmt::format("'{}' of a target is not supported; name the resources by "
                                      "resourceArns",
                                      unsupported));
    if (target->GetString("selectionMode") != "ALL")
      Complain(pointer, "only `selectionMode: ALL` is supported");
    const json::Value* arns = target->Find("resourceArns");
    std::set<std::pair<std::string, std::string>> seen;
    for (const json::Value& arn : arns == nullptr ? json::Array() : arns->as_array()) {
      const Resource resource = ReadArn(arn.as_string());
      if (std::find(regions_.begin(), regions_.end(), resource.region) == regions_.end())
        Complain(pointer, fmt::format("'{}' is in no region of this world", arn.as_string()));
      else if (seen.emplace(resource.region, resource.function).second)
        found.push_back(resource);
    }
    if (found.empty() && out_.complaints.empty()) Complain(pointer, "a target needs resourceArns");
    return found;
  }

  void Add(const std::string& name, FisFault fault, const json::Value& action,
           const Resource& resource) {
    const std::string& id = action.GetString("actionId");
    std::vector<Written> written;
    std::set<std::string> known = {"duration"};
    // `key` of ours gets the action's parameter `theirs`, with `suffix`.
    const auto take = [&](std::string_view theirs, std::string_view key, std::string_view suffix) {
      known.emplace(theirs);
      const std::string& text = ParameterOf(action, theirs);
      if (!text.empty()) written.push_back({std::string(key), text + std::string(suffix)});
    };
    const auto take_moment = [&] {
      known.emplace("preventExecution");
      const bool prevented = ParameterOf(action, "preventExecution") == "true";
      written.push_back({"when", prevented ? "before" : "after"});
    };
    if (id.find("cross-region-connectivity") != std::string::npos) {
      known.emplace("region");
      written.push_back({"link", resource.region + ":" + ParameterOf(action, "region")});
      written.push_back({"both_ways", "yes"});
    } else {
      written.push_back({"region", resource.region});
    }
    if (!resource.function.empty()) written.push_back({"function", resource.function});
    if (id == "aws:network:disrupt-connectivity") take("scope", "service", "");
    if (id.starts_with("aws:lambda:")) take("invocationPercentage", "share", "%");
    if (id == "aws:lambda:invocation-add-delay") take("startupDelayMilliseconds", "p50", "ms");
    if (id == "aws:lambda:invocation-error") take_moment();
    if (id == "aws:lambda:invocation-http-integration-response") {
      take_moment();
      take("statusCode", "status", "");
      known.emplace("contentTypeHeader");
      if (ParameterOf(action, "contentTypeHeader") != "application/json")
        Complain("/actions/" + name, "only `contentTypeHeader: application/json` is supported");
    }
    if (id.starts_with("aws:fis:inject-api-")) {
      take("percentage", "share", "%");
      take("service", "service", "");
      known.emplace("operations");
    }
    CheckParameters(name, action, known);
    Built built = Build(id, written, regions_);
    for (const Complaint& complaint : built.complaints)
      Complain("/actions/" + name, fmt::format("action '{}': {}", name, complaint.what));
    fault.fault = std::move(built.fault);
    out_.faults.push_back(std::move(fault));
  }

  void CheckParameters(const std::string& name, const json::Value& action,
                       const std::set<std::string>& known) {
    const json::Value* parameters = action.Find("parameters");
    for (const auto& [key, value] :
         parameters == nullptr ? json::Object() : parameters->as_object())
      if (!known.contains(key))
        Complain(
            "/actions/" + name,
            fmt::format("action '{}': parameter '{}' is not supported; leave it out", name, key));
  }

  const json::Value& experiment_;
  const std::span<const std::string> regions_;
  const std::string_view home_;
  FisExperiment out_;
};

}  // namespace

FisExperiment ReadFisTemplate(const json::Value& experiment, std::span<const std::string> regions,
                              std::string_view home) {
  return Reader(experiment, regions, home).Read();
}

Result<Duration> ParseIsoDuration(std::string_view text) {
  const Error bad =
      InvalidError(fmt::format("'{}' is no duration; write for instance PT2M or PT1H30M", text));
  if (!text.starts_with("PT") || text.size() < 4) return bad;
  std::string_view rest = text.substr(2);
  Duration sum;
  std::string_view units = "HMS";
  while (!rest.empty()) {
    int64_t number = 0;
    const auto [end, ec] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    const size_t digits = static_cast<size_t>(end - rest.data());
    constexpr int64_t kMost = 1'000'000;
    if (ec != std::errc() || number < 0 || number > kMost || digits == rest.size()) return bad;
    const size_t unit = units.find(rest[digits]);
    if (unit == std::string_view::npos) return bad;
    const Duration one = units[unit] == 'H'   ? Duration::Minutes(60)
                         : units[unit] == 'M' ? Duration::Minutes(1)
                                              : Duration::Seconds(1);
    sum = sum + one * number;
    units.remove_prefix(unit + 1);
    rest.remove_prefix(digits + 1);
  }
  if (sum.ns <= 0) return bad;
  return sum;
}

}  // namespace lifeboat::fault
