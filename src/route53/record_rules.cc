#include "route53/record_rules.h"

#include <limits>
#include <set>

#include <fmt/format.h>

#include "base/bytes.h"
#include "dns/rdata.h"
#include "route53/errors.h"

namespace lifeboat::route53 {
namespace {

constexpr size_t kMaxSetIdentifier = 128;
constexpr size_t kMaxValueCharacters = 4'000;

/// Routing policies that Route 53 has and we do not have yet.
constexpr std::string_view kLaterPolicies[] = {"Weight",
                                               "Region",
                                               "GeoLocation",
                                               "MultiValueAnswer",
                                               "CidrRoutingConfig",
                                               "GeoProximityLocation",
                                               "TrafficPolicyInstanceId"};

http::AwsResult<ChangeAction> ReadAction(std::string_view text) {
  if (text == "CREATE") return ChangeAction::kCreate;
  if (text == "DELETE") return ChangeAction::kDelete;
  if (text == "UPSERT") return ChangeAction::kUpsert;
  return InvalidInput(
      fmt::format("Invalid XML ; cvc-enumeration-valid: Value '{}' is not facet-valid with respect "
                  "to enumeration '[CREATE, DELETE, UPSERT]'. It must be a value from the "
                  "enumeration.",
                  text));
}

/// What the parsers of dns/ find, and what Route 53 calls it.
struct Problem {
  std::string_view found;
  std::string_view name;
  std::string_view words;
};
constexpr Problem kProblems[] = {
    {"a name is empty", "DomainLabelEmpty", "Domain label is empty"},
    {"a name has an empty label", "DomainLabelEmpty", "Domain label is empty"},
    {"a label is longer than 63 bytes", "DomainLabelTooLong", "Domain label is too long"},
    {"a name is longer than 255 bytes", "DomainNameTooLong", "Domain name is too long"},
    {"a name ends in a backslash", "TrailingEscape", "Value ends in an incomplete escape code"},
    {"an escape in a name", "InvalidEscapeCode", "Value contains an invalid escape code"},
    {"a string is longer than 255 characters", "CharacterStringTooLong", "Value is too long"},
    {"a quoted string has no closing quote", "InvalidCharacterString",
     "Value should be enclosed in quotation marks"},
    {"a text value must stand in quotation marks", "InvalidCharacterString",
     "Value should be enclosed in quotation marks"},
};

/// Types whose values are a fixed row of fields.
constexpr std::pair<dns::Type, Problem> kFieldCounts[] = {
    {dns::Type::kMx, {"", "MXRRDATANotTwoFields", "MX record doesn't have 2 fields"}},
    {dns::Type::kSrv, {"", "SRVRRDATANotFourFields", "SRV record doesn't have 4 fields"}},
    {dns::Type::kCaa, {"", "CAARRDATANotThreeFields", "CAA record doesn't have 3 fields"}},
    {dns::Type::kSoa, {"", "SOARRDATANotSevenFields", "SOA record doesn't have 7 fields"}},
};

std::string Fatal(std::string_view name, std::string_view words, std::string_view value) {
  return fmt::format("Invalid Resource Record: 'FATAL problem: {} ({}) encountered with '{}''",
                     name, words, value);
}

/// `found` is what the parser says of `text`, a value of that type or a name.
std::string FatalProblem(std::optional<dns::Type> type, std::string_view text,
                         std::string_view found) {
  if (type == dns::Type::kA) {
    return Fatal("ARRDATAIllegalIPv4Address", "Value is not a valid IPv4 address", text);
  }
  if (type == dns::Type::kAaaa) {
    return Fatal("AAAARRDATAIllegalIPv6Address", "Value is not a valid IPv6 address", text);
  }
  for (const Problem& problem : kProblems) {
    if (found.starts_with(problem.found)) return Fatal(problem.name, problem.words, text);
  }
  for (const auto& [counted, problem] : kFieldCounts) {
    if (type == counted && found.ends_with("few fields")) {
      return Fatal(problem.name, problem.words, text);
    }
    if (type == counted && found.ends_with("many fields")) {
      return Fatal(problem.name, problem.words, text);
    }
  }
  return Fatal("UnsupportedCharacter", "Value contains unsupported characters", text);
}

/// A name in a batch; what is wrong with it is the batch's problem.
http::AwsResult<dns::Name> ReadName(std::string_view text) {
  const Result<dns::Name> name = dns::Name::Parse(text, dns::Escapes::kOctal);
  if (!name.ok()) return InvalidChangeBatch({FatalProblem({}, text, name.error().message)});
  if (name->is_root()) {
    return InvalidChangeBatch({Fatal("DomainLabelEmpty", "Domain label is empty", text)});
  }
  return *name;
}

http::AwsResult<AliasTarget> ReadAlias(const XmlElement& element) {
  AliasTarget alias;
  alias.hosted_zone_id = element.Get("HostedZoneId");
  if (alias.hosted_zone_id.starts_with("/hostedzone/")) alias.hosted_zone_id.erase(0, 12);
  const http::AwsResult<dns::Name> name = ReadName(element.Get("DNSName"));
  if (!name.ok()) return name.error();
  alias.dns_name = *name;
  const std::string_view evaluate = element.Get("EvaluateTargetHealth");
  if (alias.hosted_zone_id.empty() || (evaluate != "true" && evaluate != "false"))
    return InvalidInput("An AliasTarget needs HostedZoneId, DNSName and EvaluateTargetHealth");
  alias.evaluate_target_health = evaluate == "true";
  return alias;
}

http::AwsResult<uint32_t> ReadTtl(std::string_view text) {
  const std::optional<uint64_t> ttl = ParseUint(text);
  if (!ttl || *ttl > std::numeric_limits<int32_t>::max())
    return InvalidInput(fmt::format("Value '{}' at 'TTL' is not between 0 and 2147483647", text));
  return static_cast<uint32_t>(*ttl);
}

/// Exactly one of an alias and TTL with records.
http::AwsResult<bool> ReadContent(const XmlElement& element, std::string_view change,
                                  ResourceRecordSet& set) {
  const XmlElement* alias = element.Find("AliasTarget");
  const XmlElement* records = element.Find("ResourceRecords");
  const bool has_records = records != nullptr && !records->children.empty();
  const bool has_ttl = element.Has("TTL");
  if (alias ? has_records || has_ttl : !has_records || !has_ttl) {
    return InvalidInput(
        fmt::format("Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and "
                    "ResourceRecords], or TrafficPolicyInstanceId], but found {} in Change with {}",
                    alias ? "more than one" : "none", change));
  }
  if (alias) {
    http::AwsResult<AliasTarget> target = ReadAlias(*alias);
    if (!target.ok()) return target.error();
    set.alias = std::move(target).value();
    return true;
  }
  const http::AwsResult<uint32_t> ttl = ReadTtl(element.Get("TTL"));
  if (!ttl.ok()) return ttl.error();
  set.ttl = *ttl;
  for (const XmlElement& record : records->children) set.values.emplace_back(record.Get("Value"));
  return true;
}

http::AwsResult<bool> ReadPolicy(const XmlElement& element, std::string_view change,
                                 ResourceRecordSet& set) {
  for (const std::string_view later : kLaterPolicies) {
    if (element.Has(later))
      return InvalidInput(http::NotSupported(fmt::format("{} in Change with {}", later, change)));
  }
  set.set_identifier = element.Get("SetIdentifier");
  if (set.set_identifier.size() > kMaxSetIdentifier)
    return InvalidInput("Value at 'SetIdentifier' is longer than 128 characters");
  const std::string_view failover = element.Get("Failover");
  if (failover == "PRIMARY") {
    set.failover = Failover::kPrimary;
  } else if (failover == "SECONDARY") {
    set.failover = Failover::kSecondary;
  } else if (!failover.empty()) {
    return InvalidInput(
        fmt::format("Invalid XML ; cvc-enumeration-valid: Value '{}' is not "
                    "facet-valid with respect to enumeration '[PRIMARY, "
                    "SECONDARY]'. It must be a value from the enumeration.",
                    failover));
  }
  if (set.failover && set.set_identifier.empty()) {
    return InvalidInput(
        fmt::format("Invalid request: Missing field 'SetIdentifier' in Change with {}", change));
  }
  if (!set.failover && !set.set_identifier.empty()) {
    return InvalidInput(
        fmt::format("Invalid request: Expected exactly one of [Weight, Region, Failover, "
                    "GeoLocation, MultiValueAnswer, or CidrRoutingConfig], but found none in "
                    "Change with {}",
                    change));
  }
  set.health_check_id = element.Get("HealthCheckId");
  return true;
}

}  // namespace

http::AwsResult<RequestedChange> ReadChange(const XmlElement& change) {
  const http::AwsResult<ChangeAction> action = ReadAction(change.Get("Action"));
  if (!action.ok()) return action.error();
  const XmlElement* element = change.Find("ResourceRecordSet");
  if (element == nullptr) return InvalidInput("A Change needs a ResourceRecordSet");
  const http::AwsResult<dns::Name> name = ReadName(element->Get("Name"));
  if (!name.ok()) return name.error();
  const std::optional<dns::Type> type = dns::ParseType(element->Get("Type"));
  if (!type || !dns::HasTextForm(*type))
    return InvalidInput(http::NotSupported(fmt::format("Type '{}'", element->Get("Type"))));

  RequestedChange requested{*action, {.name = *name, .type = *type}};
  const std::string_view identifier = element->Get("SetIdentifier");
  const std::string described =
      fmt::format("[Action={}, Name={}, Type={}, SetIdentifier={}]", change.Get("Action"),
                  Text(*name), dns::TypeName(*type), identifier.empty() ? "null" : identifier);
  if (const auto read = ReadContent(*element, described, requested.set); !read.ok())
    return read.error();
  if (const auto read = ReadPolicy(*element, described, requested.set); !read.ok())
    return read.error();
  return requested;
}

std::vector<std::string> CheckValues(const ResourceRecordSet& set) {
  std::vector<std::string> problems;
  std::set<std::string_view> seen;
  if (set.values.size() > kMaxValuesPerRecord)
    problems.push_back(fmt::format("Number of values limit of {} exceeded.", kMaxValuesPerRecord));
  if (set.type == dns::Type::kCname && set.values.size() > 1) {
    problems.push_back(fmt::format(
        "RRSet of type CNAME with DNS name {} must have exactly one value.", Text(set.name)));
  }
  for (const std::string& value : set.values) {
    if (!seen.insert(value).second)
      problems.push_back(fmt::format("Duplicate Resource Record: '{}'", value));
    const Result<std::string> rdata = dns::ParseRdata(set.type, value, dns::Escapes::kOctal);
    if (value.size() > kMaxValueCharacters) {
      problems.push_back("A value is longer than 4000 characters.");
    } else if (!rdata.ok()) {
      problems.push_back(FatalProblem(set.type, value, rdata.error().message));
    }
  }
  return problems;
}

}  // namespace lifeboat::route53
