#include "drill/drift.h"

#include <fmt/format.h>

namespace lifeboat::drill {
namespace {

constexpr std::string_view kFunction = "function ";
constexpr std::string_view kVariable = "variable ";

/// Numbers and names are told; hashes and variables only as different.
bool IsTold(std::string_view setting) {
  return setting != "code" && setting != "template" && !setting.starts_with(kVariable);
}

void Compare(const std::string& thing, const std::map<std::string, std::string>& here,
             const std::map<std::string, std::string>& there, std::vector<std::string>& drift) {
  for (const auto& [setting, value] : here) {
    const auto other = there.find(setting);
    if (other == there.end()) {
      drift.push_back(fmt::format("{}: {} is missing", thing, setting));
    } else if (other->second != value) {
      drift.push_back(IsTold(setting) ? fmt::format("{}: {} is {} instead of {}", thing, setting,
                                                    other->second, value)
                                      : fmt::format("{}: {} differs", thing, setting));
    }
  }
  for (const auto& [setting, value] : there)
    if (!here.contains(setting)) drift.push_back(fmt::format("{}: {} is added", thing, setting));
}

}  // namespace

std::vector<std::string> FindDrift(const Deployments& deployments, std::string_view primary,
                                   std::string_view standby) {
  std::vector<std::string> drift;
  const auto here = deployments.regions.find(std::string(primary));
  const auto there = deployments.regions.find(std::string(standby));
  if (here == deployments.regions.end() || there == deployments.regions.end()) return drift;
  for (const auto& [thing, settings] : here->second) {
    const auto other = there->second.find(thing);
    if (other != there->second.end())
      Compare(thing, settings, other->second, drift);
    else if (thing.starts_with(kFunction))
      drift.push_back(thing + " is missing");
  }
  return drift;
}

}  // namespace lifeboat::drill
