#include "route53/routes.h"

#include "base/bytes.h"

namespace lifeboat::route53 {
namespace {

struct Entry {
  std::string_view method;
  std::string_view pattern;  ///< `*` stands for one variable part.
  OperationFunction function;
};

constexpr Entry kEntries[] = {
    {"POST", "hostedzone", CreateHostedZone},
    {"GET", "hostedzone", ListHostedZones},
    {"GET", "hostedzone/*", GetHostedZone},
    {"POST", "hostedzone/*", UpdateHostedZoneComment},
    {"DELETE", "hostedzone/*", DeleteHostedZone},
    {"GET", "hostedzonesbyname", ListHostedZonesByName},
    {"GET", "hostedzonecount", GetHostedZoneCount},
    {"POST", "hostedzone/*/rrset", ChangeResourceRecordSets},
    {"GET", "hostedzone/*/rrset", ListResourceRecordSets},
    {"GET", "change/*", GetChange},
    {"POST", "healthcheck", CreateHealthCheck},
    {"GET", "healthcheck", ListHealthChecks},
    {"GET", "healthcheck/*", GetHealthCheck},
    {"POST", "healthcheck/*", UpdateHealthCheck},
    {"DELETE", "healthcheck/*", DeleteHealthCheck},
    {"GET", "healthcheckcount", GetHealthCheckCount},
    {"GET", "healthcheck/*/status", GetHealthCheckStatus},
    {"GET", "healthcheck/*/lastfailurereason", GetHealthCheckLastFailureReason},
    {"GET", "checkeripranges", GetCheckerIpRanges},
    {"POST", "tags/*/*", ChangeTagsForResource},
    {"GET", "tags/*/*", ListTagsForResource},
    {"POST", "tags/*", ListTagsForResources},
};

std::optional<std::vector<std::string>> Match(std::string_view pattern,
                                              const std::vector<std::string_view>& parts) {
  const std::vector<std::string_view> wanted = Split(pattern, '/');
  if (wanted.size() != parts.size()) return std::nullopt;
  std::vector<std::string> variables;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (wanted[i] == "*" && !parts[i].empty()) {
      variables.push_back(PercentDecode(parts[i]));
    } else if (wanted[i] != parts[i]) {
      return std::nullopt;
    }
  }
  return variables;
}

}  // namespace

std::optional<Route> FindRoute(std::string_view method, std::string_view path) {
  if (!path.starts_with(kApiVersion)) return std::nullopt;
  path.remove_prefix(kApiVersion.size());
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);  // The model says `/rrset/`.
  const std::vector<std::string_view> parts = Split(path, '/');
  for (const Entry& entry : kEntries) {
    if (entry.method != method) continue;
    if (std::optional<std::vector<std::string>> variables = Match(entry.pattern, parts))
      return Route{entry.function, std::move(*variables)};
  }
  return std::nullopt;
}

}  // namespace lifeboat::route53
