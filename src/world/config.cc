#include "world/config.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/aws_regions.h"
#include "base/bytes.h"
#include "base/ids.h"

namespace lifeboat::world {
namespace {

constexpr int kFormatVersion = 1;

std::string UserArn(std::string_view name) {
  return fmt::format("arn:aws:iam::{}:user/{}", kAccountId, name);
}

Result<uint16_t> PortMember(const json::Value& object, std::string_view key,
                            std::string_view path) {
  const json::Value* member = object.Find(key);
  if (!member || member->as_int() < 1 || member->as_int() > 65535) {
    return InvalidError(fmt::format("{}: {} is not a port number", path, key));
  }
  return static_cast<uint16_t>(member->as_int());
}

bool Founded(const json::Value& object) {
  const json::Value* founded = object.Find("founded");
  return founded && founded->as_bool();
}

Result<RegionConfig> ParseRegion(const json::Value& value, std::string_view path) {
  RegionConfig region;
  region.name = value.GetString("name");
  region.address = value.GetString("address");
  if (!FindAwsRegion(region.name) || region.address.empty()) {
    return InvalidError(fmt::format("{}: a region needs a known name and an address", path));
  }
  const auto http = PortMember(value, "http_port", path);
  const auto https = PortMember(value, "https_port", path);
  if (!http) return http.error();
  if (!https) return https.error();
  region.http_port = *http;
  region.https_port = *https;
  region.founded = Founded(value);
  return region;
}

/// One `[name]` section of a credentials file while it is read.
struct Section {
  std::string name;
  auth::Credentials key;
};

Status Finish(Section& section, std::vector<auth::Credentials>& keys, std::string_view path,
              size_t line) {
  if (section.name.empty()) return {};
  if (section.key.access_key_id.empty() || section.key.secret_access_key.empty()) {
    return InvalidError(
        fmt::format("{}:{}: section [{}] needs aws_access_key_id and "
                    "aws_secret_access_key",
                    path, line, section.name));
  }
  section.key.arn = UserArn(section.name);
  keys.push_back(std::move(section.key));
  section = {};
  return {};
}

}  // namespace

const RegionConfig* Config::Find(std::string_view region) const {
  const auto it = std::find_if(regions.begin(), regions.end(),
                               [&](const RegionConfig& each) { return each.name == region; });
  return it == regions.end() ? nullptr : &*it;
}

std::string_view Config::GlobalControlPlane() const {
  return Find(kGlobalControlPlaneRegion) ? kGlobalControlPlaneRegion : std::string_view();
}

auth::Credentials DefaultKey() { return {"test", "test", "", UserArn("test")}; }

Result<Config> MakeConfig(const std::vector<std::string>& names) {
  if (names.empty() || names.size() > kMaxRegions) {
    return InvalidError(fmt::format("a world has 1 to {} regions", kMaxRegions));
  }
  Config config;
  for (const std::string& name : names) {
    if (!FindAwsRegion(name)) {
      return InvalidError(
          fmt::format("'{}' is no region that Lifeboat knows; write for instance "
                      "us-east-1,us-west-2",
                      name));
    }
    if (config.Find(name)) return InvalidError(fmt::format("region '{}' is named twice", name));
    config.regions.push_back({name, fmt::format("127.0.{}.1", 11 + config.regions.size()),
                              kDefaultHttpPort, kDefaultHttpsPort});
  }
  config.keys.push_back(DefaultKey());
  return config;
}

json::Value ToJson(const Config& config) {
  json::Array regions;
  for (const RegionConfig& region : config.regions) {
    regions.push_back(json::Object{{"name", region.name},
                                   {"address", region.address},
                                   {"http_port", region.http_port},
                                   {"https_port", region.https_port},
                                   {"founded", region.founded}});
  }
  json::Array keys;
  for (const auth::Credentials& key : config.keys) {
    keys.push_back(json::Object{{"access_key_id", key.access_key_id},
                                {"secret_access_key", key.secret_access_key},
                                {"arn", key.arn}});
  }
  return json::Object{
      {"format_version", kFormatVersion},
      {"era", config.era},
      {"regions", std::move(regions)},
      {"nameserver", json::Object{{"address", config.nameserver_address},
                                  {"dns_port", config.dns_port},
                                  {"http_port", config.nameserver_http_port},
                                  {"founded", config.nameserver_founded}}},
      {"edge", json::Object{{"address", config.edge_address}, {"port", config.edge_port}}},
      {"keys", std::move(keys)}};
}

Result<Config> ParseConfig(std::string_view text, std::string_view path) {
  const auto value = json::Parse(text);
  if (!value) return InvalidError(fmt::format("{}: {}", path, value.error().message));
  if (const json::Value* version = value->Find("format_version");
      !version || version->as_int() != kFormatVersion) {
    return InvalidError(
        fmt::format("{}: format_version {} is what this program reads", path, kFormatVersion));
  }
  Config config;
  config.era = value->GetString("era");
  const json::Value* regions = value->Find("regions");
  const json::Value* nameserver = value->Find("nameserver");
  const json::Value* edge = value->Find("edge");
  const json::Value* keys = value->Find("keys");
  if (!regions || regions->as_array().empty() || !nameserver || !edge || !keys) {
    return InvalidError(fmt::format("{}: regions, nameserver, edge or keys are missing", path));
  }
  for (const json::Value& each : regions->as_array()) {
    auto region = ParseRegion(each, path);
    if (!region) return region.error();
    config.regions.push_back(*std::move(region));
  }
  const auto dns_port = PortMember(*nameserver, "dns_port", path);
  const auto http_port = PortMember(*nameserver, "http_port", path);
  const auto edge_port = PortMember(*edge, "port", path);
  for (const auto* port : {&dns_port, &http_port, &edge_port}) {
    if (!*port) return port->error();
  }
  config.nameserver_address = nameserver->GetString("address");
  config.dns_port = *dns_port;
  config.nameserver_http_port = *http_port;
  config.nameserver_founded = Founded(*nameserver);
  config.edge_address = edge->GetString("address");
  config.edge_port = *edge_port;
  for (const json::Value& key : keys->as_array()) {
    config.keys.push_back({key.GetString("access_key_id"), key.GetString("secret_access_key"), "",
                           key.GetString("arn")});
  }
  if (config.keys.empty()) return InvalidError(fmt::format("{}: there is no key", path));
  return config;
}

Result<std::vector<auth::Credentials>> ParseCredentialsFile(std::string_view text,
                                                            std::string_view path) {
  std::vector<auth::Credentials> keys;
  Section section;
  size_t number = 0;
  for (std::string_view line : Split(text, '\n')) {
    ++number;
    line = Trim(line);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[' && line.back() == ']') {
      if (const Status done = Finish(section, keys, path, number); !done) return done.error();
      section.name = std::string(Trim(line.substr(1, line.size() - 2)));
      continue;
    }
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos || section.name.empty()) {
      return InvalidError(fmt::format("{}:{}: '{}' is neither [name] nor, below one, key = value",
                                      path, number, line));
    }
    const std::string_view key = Trim(line.substr(0, equals));
    const std::string value(Trim(line.substr(equals + 1)));
    if (key == "aws_access_key_id") section.key.access_key_id = value;
    if (key == "aws_secret_access_key") section.key.secret_access_key = value;
  }
  if (const Status done = Finish(section, keys, path, number); !done) return done.error();
  if (keys.empty())
    return InvalidError(fmt::format("{}: there is no [name] section with a key", path));
  return keys;
}

}  // namespace lifeboat::world
