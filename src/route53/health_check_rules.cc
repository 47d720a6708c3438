#include "route53/health_check_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "dns/address.h"
#include "dns/name.h"
#include "route53/encoding.h"
#include "route53/errors.h"

namespace lifeboat::route53 {
namespace {

using health::CheckConfig;
using health::CheckType;
using Checked = http::AwsResult<bool>;

constexpr size_t kMaxPath = 255;
constexpr size_t kMaxSearchString = 255;
constexpr size_t kMaxFqdn = 255;
constexpr size_t kMaxChildren = 256;
constexpr size_t kMinRegions = 3;
constexpr int kMaxFailureThreshold = 10;

/// Which types of checks take a setting (API Reference, HealthCheckConfig).
struct Setting {
  std::string_view name;
  bool endpoint = true;    ///< HTTP(S), string matches and TCP.
  bool calculated = true;  ///< CALCULATED.
};
constexpr Setting kSettings[] = {
    {"Type"},
    {"Inverted"},
    {"Disabled"},
    {"FailureThreshold"},
    {"RequestInterval"},
    {"IPAddress", true, false},
    {"Port", true, false},
    {"ResourcePath", true, false},
    {"FullyQualifiedDomainName", true, false},
    {"SearchString", true, false},
    {"MeasureLatency", true, false},
    {"EnableSNI", true, false},
    {"Regions", true, false},
    {"HealthThreshold", false, true},
    {"ChildHealthChecks", false, true},
    // Members of UpdateHealthCheck that are no settings.
    {"HealthCheckVersion"},
    {"ResetElements"},
};

/// Every element is a setting that Lifeboat has and that this type of check takes.
Checked CheckSettings(const XmlElement& element, CheckType type) {
  const bool is_calculated = type == CheckType::kCalculated;
  for (const XmlElement& child : element.children) {
    const auto setting = std::find_if(std::begin(kSettings), std::end(kSettings),
                                      [&](const Setting& one) { return one.name == child.name; });
    if (setting == std::end(kSettings)) return InvalidInput(http::NotSupported(child.name));
    if (is_calculated ? setting->calculated : setting->endpoint) continue;
    const std::string_view rule = is_calculated
                                      ? "Calculated health checks can not have {} specified."
                                      : "Only calculated health checks can have {} specified.";
    return InvalidInput("Invalid parameter : " + fmt::format(fmt::runtime(rule), child.name));
  }
  return true;
}

/// Reads a number when it is given; leaves `value` alone otherwise.
template <class T>
Checked ReadNumber(const XmlElement& element, std::string_view name, uint64_t low, uint64_t high,
                   T& value) {
  if (!element.Has(name)) return true;
  const std::optional<uint64_t> number = ParseUint(element.Get(name));
  if (!number || *number < low || *number > high)
    return InvalidInput(fmt::format("Value '{}' at '{}' is not between {} and {}",
                                    element.Get(name), name, low, high));
  value = static_cast<T>(*number);
  return true;
}

Checked ReadBool(const XmlElement& element, std::string_view name, bool& value) {
  if (!element.Has(name)) return true;
  const std::string_view text = element.Get(name);
  if (text != "true" && text != "false")
    return InvalidInput(fmt::format("Value '{}' at '{}' is neither true nor false", text, name));
  value = text == "true";
  return true;
}

Checked ReadText(const XmlElement& element, std::string_view name, size_t longest,
                 std::string& value) {
  if (!element.Has(name)) return true;
  if (element.Get(name).size() > longest)
    return InvalidInput(fmt::format("Value at '{}' is longer than {} characters", name, longest));
  value = element.Get(name);
  return true;
}

void ReadList(const XmlElement& element, std::string_view name, std::vector<std::string>& list) {
  const XmlElement* found = element.Find(name);
  if (found == nullptr) return;
  list.clear();
  for (const XmlElement& item : found->children) list.push_back(item.text);
}

/// The settings that both CreateHealthCheck and UpdateHealthCheck carry.
Checked ReadCommon(const XmlElement& element, CheckConfig& config) {
  for (const Checked& read :
       {ReadText(element, "IPAddress", 45, config.ip_address),
        ReadNumber(element, "Port", 1, 65535, config.port),
        ReadText(element, "ResourcePath", kMaxPath, config.resource_path),
        ReadText(element, "FullyQualifiedDomainName", kMaxFqdn, config.fqdn),
        ReadText(element, "SearchString", kMaxSearchString, config.search_string),
        ReadNumber(element, "FailureThreshold", 1, kMaxFailureThreshold, config.failure_threshold),
        ReadBool(element, "Inverted", config.inverted),
        ReadBool(element, "Disabled", config.disabled),
        ReadBool(element, "EnableSNI", config.enable_sni),
        ReadNumber(element, "HealthThreshold", 0, 256, config.health_threshold)}) {
    if (!read.ok()) return read.error();
  }
  ReadList(element, "Regions", config.regions);
  ReadList(element, "ChildHealthChecks", config.children);
  return true;
}

bool IsResettable(std::string_view name) {
  return name == "FullyQualifiedDomainName" || name == "Regions" || name == "ResourcePath" ||
         name == "ChildHealthChecks";
}

/// Blanks and line breaks in a path or a name would end a request's line early.
bool HasBlank(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

Checked CheckEndpoint(const CheckConfig& config) {
  for (const auto& [name, text] : {std::pair("ResourcePath", &config.resource_path),
                                   std::pair("FullyQualifiedDomainName", &config.fqdn)}) {
    if (HasBlank(*text)) {
      return InvalidInput(fmt::format(
          "Invalid parameter : {} can not have white space or control characters.", name));
    }
  }
  if (config.ip_address.empty() && config.fqdn.empty())
    return InvalidInput("Invalid parameter: IPAddress or FullyQualifiedDomainName must be given");
  if (config.port == 0) return InvalidInput("Invalid parameter: a TCP check needs a Port");
  if (!config.fqdn.empty()) {
    const Result<dns::Name> name = dns::Name::Parse(config.fqdn, dns::Escapes::kOctal);
    if (!name.ok())
      return InvalidInput(fmt::format("Invalid fully qualified domain name: {}", config.fqdn));
  }
  if (!config.ip_address.empty()) {
    std::optional<std::string> bytes = dns::ParseIpv4(config.ip_address);
    if (!bytes) bytes = dns::ParseIpv6(config.ip_address);
    if (!bytes) return InvalidInput(fmt::format("Invalid IP address: {}", config.ip_address));
    if (dns::IsSpecialAddress(*bytes))
      return InvalidInput(
          fmt::format("IPAddress {} is in a private, local or otherwise "
                      "non-routable range; health checkers can't reach it.",
                      config.ip_address));
  }
  return true;
}

Checked CheckRegions(const CheckConfig& config) {
  if (config.regions.empty()) return true;
  if (config.regions.size() < kMinRegions)
    return InvalidInput("Regions must name at least three regions");
  for (const std::string& region : config.regions) {
    if (std::find(std::begin(health::kCheckerRegions), std::end(health::kCheckerRegions), region) ==
        std::end(health::kCheckerRegions))
      return InvalidInput(fmt::format("Health checkers do not run in region {}", region));
  }
  return true;
}

/// `config` has `id` among its children, or theirs. Stored checks have no circles, so it ends.
bool Watches(const CheckConfig& config, std::string_view id, const State& state) {
  return std::any_of(config.children.begin(), config.children.end(), [&](const std::string& child) {
    if (child == id) return true;
    const auto found = state.checks.find(child);
    return found != state.checks.end() && Watches(found->second.config, id, state);
  });
}

Checked CheckCalculated(const CheckConfig& config, const State& state) {
  if (!config.ip_address.empty() || !config.fqdn.empty() || !config.resource_path.empty() ||
      !config.search_string.empty() || !config.regions.empty())
    return InvalidInput("A CALCULATED health check has no endpoint settings");
  if (config.children.size() > kMaxChildren)
    return InvalidInput("A CALCULATED health check has at most 256 children");
  for (const std::string& child : config.children) {
    if (!state.checks.contains(child))
      return InvalidInput(fmt::format("ChildHealthCheck {} does not exist", child));
  }
  if (Watches(config, config.id, state)) {
    return InvalidInput("Invalid parameter : A health check can not be among its own children.");
  }
  return true;
}

/// Rules that hold for the settings as a whole.
Checked CheckWhole(const CheckConfig& config, const State& state) {
  if (config.type == CheckType::kCalculated) return CheckCalculated(config, state);
  if (!config.children.empty())
    return InvalidInput("ChildHealthChecks are only for CALCULATED health checks");
  if (config.has_search_string() == config.search_string.empty()) {
    return InvalidInput(
        config.has_search_string()
            ? "A health check of a STR_MATCH type needs a SearchString"
            : "SearchString is only for HTTP_STR_MATCH and HTTPS_STR_MATCH health checks");
  }
  if (config.type == CheckType::kTcp && !config.resource_path.empty())
    return InvalidInput("A TCP health check has no ResourcePath");
  if (const Checked checked = CheckEndpoint(config); !checked.ok()) return checked;
  return CheckRegions(config);
}

}  // namespace

http::AwsResult<HealthCheck> ReadHealthCheck(const XmlElement& element, const State& state) {
  HealthCheck check;
  CheckConfig& config = check.config;
  const std::string_view type_name = element.Get("Type");
  const std::optional<CheckType> type = ParseCheckType(type_name);
  if (!type)
    return InvalidInput(http::NotSupported(fmt::format("A health check of type '{}'", type_name)));
  config.type = *type;
  if (const Checked checked = CheckSettings(element, *type); !checked.ok()) return checked.error();
  if (*type == CheckType::kCalculated && !element.Has("HealthThreshold")) {
    return InvalidInput(
        "Invalid parameter : Calculated health checks must have a health threshold specified.");
  }
  config.port = config.type == CheckType::kTcp || config.type == CheckType::kCalculated ? 0
                : config.is_tls()                                                       ? 443
                                                                                        : 80;
  config.enable_sni = config.is_tls();
  if (const Checked read = ReadCommon(element, config); !read.ok()) return read.error();
  const std::string_view interval = element.Get("RequestInterval");
  if (!interval.empty() && interval != "10" && interval != "30")
    return InvalidInput(fmt::format("RequestInterval must be 10 or 30, not '{}'", interval));
  config.request_interval = Duration::Seconds(interval == "10" ? 10 : 30);
  if (const Checked read = ReadBool(element, "MeasureLatency", check.measure_latency); !read.ok())
    return read.error();
  if (const Checked checked = CheckWhole(config, state); !checked.ok()) return checked.error();
  return check;
}

http::AwsResult<HealthCheck> UpdatedHealthCheck(const HealthCheck& check, const XmlElement& request,
                                                const State& state) {
  uint64_t guard = check.version;
  if (const Checked read = ReadNumber(request, "HealthCheckVersion", 1, UINT64_MAX, guard);
      !read.ok())
    return read.error();
  if (guard != check.version) return HealthCheckVersionMismatch(guard, check.version);
  if (const Checked checked = CheckSettings(request, check.config.type); !checked.ok()) {
    return checked.error();
  }
  HealthCheck updated = check;
  CheckConfig& config = updated.config;
  if (const XmlElement* reset = request.Find("ResetElements")) {
    for (const XmlElement& element : reset->children) {
      if (element.text == "FullyQualifiedDomainName") config.fqdn.clear();
      if (element.text == "Regions") config.regions.clear();
      if (element.text == "ResourcePath") config.resource_path.clear();
      if (element.text == "ChildHealthChecks") config.children.clear();
      if (!IsResettable(element.text)) {
        return InvalidInput(fmt::format(
            "Invalid XML ; cvc-enumeration-valid: Value '{}' is not facet-valid with respect to "
            "enumeration '[FullyQualifiedDomainName, Regions, ResourcePath, ChildHealthChecks]'. "
            "It "
            "must be a value from the enumeration.",
            element.text));
      }
    }
  }
  if (const Checked read = ReadCommon(request, config); !read.ok()) return read.error();
  if (const Checked checked = CheckWhole(config, state); !checked.ok()) return checked.error();
  ++updated.version;
  return updated;
}

bool SameSettings(const HealthCheck& a, const HealthCheck& b) {
  CheckConfig theirs = b.config;
  theirs.id = a.config.id;
  return a.config == theirs && a.measure_latency == b.measure_latency;
}

}  // namespace lifeboat::route53
