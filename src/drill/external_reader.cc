#include "drill/external_reader.h"

#include "base/bytes.h"
#include "dns/address.h"
#include "drill/target_api/target_reader.h"

namespace lifeboat::drill {
namespace {

constexpr uint16_t kDnsPort = 53;
constexpr size_t kMaxAddresses = 16;

bool IsAddress(std::string_view text) { return dns::ParseIpv4(text).has_value(); }

/// The texts of a list.
std::vector<std::string> TextList(Section& section, std::string_view key, size_t most) {
  std::vector<std::string> out;
  const json::Value* raw = section.Raw(key);
  if (raw == nullptr) return out;
  const json::Array* list = raw->if_array();
  const bool good = list != nullptr && list->size() <= most &&
                    std::all_of(list->begin(), list->end(),
                                [](const json::Value& each) { return each.is_string(); });
  if (!good) {
    section.Complain(key, fmt::format("'{}' must be a list of at most {} texts", key, most));
    return out;
  }
  for (const json::Value& each : *list) out.push_back(each.as_string());
  return out;
}

std::optional<client::ServerAddress> ParseServer(const std::string& text) {
  const size_t colon = text.find(':');
  client::ServerAddress server{text.substr(0, colon), kDnsPort};
  if (!IsAddress(server.address)) return std::nullopt;
  if (colon == std::string::npos) return server;
  const auto port = ParseInt(text.substr(colon + 1));
  if (!port || *port < 1 || *port > UINT16_MAX) return std::nullopt;
  server.port = static_cast<uint16_t>(*port);
  return server;
}

void ReadPorts(Section ports, ExternalRegion& region) {
  for (const auto& [key, port] : {std::pair("80", &region.http_port), {"443", &region.https_port}})
    if (const auto number = ports.Integer(key, 1, UINT16_MAX))
      *port = static_cast<uint16_t>(*number);
  ports.Close();
}

ExternalRegion ReadRegion(Section& section) {
  ExternalRegion region;
  section.Require("name", "for instance `name: us-east-1`");
  region.name = section.Text("name").value_or("");
  region.addresses = TextList(section, "addresses", kMaxAddresses);
  for (const std::string& address : region.addresses)
    if (!IsAddress(address))
      section.Complain("addresses", fmt::format("'{}' is no IPv4 address; write for instance "
                                                "192.0.2.10",
                                                address));
  ReadPorts(section.Sub("ports"), region);
  if (const auto url = section.Text("dynamodb")) {
    if (!ParseTargetUrl(*url))
      section.Complain("dynamodb", fmt::format("'{}' is no URL; write for instance "
                                               "https://dynamodb.us-east-1.amazonaws.com",
                                               *url));
    region.dynamodb = *url;
  } else {
    section.Require("dynamodb",
                    "the region's DynamoDB endpoint; an audit without the table is not supported "
                    "yet");
  }
  for (const std::string_view name : {"kill", "start", "freeze", "thaw"})
    if (const auto command = section.Text(name)) region.commands[std::string(name)] = *command;
  for (const auto& [begin, end] : {std::pair("kill", "start"), {"freeze", "thaw"}})
    if (region.commands.contains(begin) != region.commands.contains(end))
      section.Complain(region.commands.contains(begin) ? begin : end,
                       fmt::format("'{}' and '{}' go together; write both", begin, end));
  section.Close();
  return region;
}

bool CanBring(const Scenario& s, const fault::Fault& fault) {
  if (fault.info().doer == fault::Doer::kDrill) return true;
  const ExternalRegion* region = s.world.external.Find(fault.region());
  if (region == nullptr) return false;
  return (fault.kind == fault::Kind::kKill && region->commands.contains("kill")) ||
         (fault.kind == fault::Kind::kFreeze && region->commands.contains("freeze"));
}

}  // namespace

void ReadExternal(Section section, WorldSpec& world) {
  world.use = WorldSpec::Use::kExternal;
  section.Require("name", "what `drill run --yes-really NAME` must say, for instance staging");
  section.Require("regions",
                  "for instance `- {name: us-east-1, addresses: [192.0.2.10], dynamodb: "
                  "\"https://dynamodb.us-east-1.amazonaws.com\"}`");
  ExternalWorld& external = world.external;
  external.name = section.Text("name").value_or("");
  world.era = "external";
  for (Section& region : section.List("regions", kMaxRegions)) {
    external.regions.push_back(ReadRegion(region));
    world.regions.push_back(external.regions.back().name);
  }
  section.Require("name_servers",
                  "the authoritative servers of the target's zone, for instance "
                  "[192.0.2.53, \"127.0.0.1:5353\"]");
  for (const std::string& text : TextList(section, "name_servers", kMaxAddresses)) {
    if (const auto server = ParseServer(text))
      external.name_servers.push_back(*server);
    else
      section.Complain("name_servers", fmt::format("'{}' is no address of a server; write "
                                                   "192.0.2.53 or 127.0.0.1:5353",
                                                   text));
  }
  external.ca = section.Text("ca").value_or("");
  section.Close();
}

void CheckExternal(Section& root, const Scenario& s) {
  if (s.world.use != WorldSpec::Use::kExternal) return;
  for (const ExternalRegion& region : s.world.external.regions)
    if (region.addresses.empty())
      root.Complain("world", fmt::format("nothing tells what address {} has; write its `addresses`",
                                         region.name));
  for (const FaultSpec& fault : s.faults)
    if (!CanBring(s, fault.what))
      root.Complain("faults",
                    fmt::format("{} can't be brought to an external world; write `kind: run` or "
                                "`kind: observer`, or give its region the commands `kill` and "
                                "`start`, `freeze` and `thaw`",
                                fault::ToString(fault.what.kind)));
  const bool by_check = s.decision.by == DecisionSpec::By::kOperator && !s.decision.first_failures;
  if (by_check)
    root.Complain("decision",
                  "an external world has no health feed, so a reaction can't count from T1; write "
                  "`detect: {first-failures: 30s}`");
}

}  // namespace lifeboat::drill
