#include "world/config.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/aws_regions.h"
#include "base/bytes.h"
#include "base/ids.h"
#include "dns/address.h"

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

Result<std::string> AddressMember(const json::Value& object, std::string_view path) {
  const std::string& address = object.GetString("address");
  if (dns::ParseIpv4(address)) return address;
  return InvalidError(
      fmt::format("{}: address '{}' is no IPv4 address; write for instance "
                  "127.0.11.1",
                  path, address));
}

/// `path:line` of the second place where `text` has `value` in quotes; `path` when there is none.
std::string SecondPlace(std::string_view text, std::string_view path, std::string_view value) {
  const std::string quoted = json::Quote(value);
  const size_t first = text.find(quoted);
  const size_t second = first == std::string_view::npos ? first : text.find(quoted, first + 1);
  if (second == std::string_view::npos) return std::string(path);
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(second);
  return fmt::format("{}:{}", path, 1 + std::count(text.begin(), end, '\n'));
}

Result<RegionConfig> ParseRegion(const json::Value& value, std::string_view path) {
  RegionConfig region;
  region.name = value.GetString("name");
  if (!FindAwsRegion(region.name)) {
    return InvalidError(
        fmt::format("{}: '{}' is no region that Lifeboat knows; write for instance "
                    "us-east-1",
                    path, region.name));
  }
  auto address = AddressMember(value, path);
  if (!address) return address.error();
  region.address = *std::move(address);
  const auto http = PortMember(value, "http_port", path);
  const auto https = PortMember(value, "https_port", path);
  if (!http) return http.error();
  if (!https) return https.error();
  region.http_port = *http;
  region.https_port = *https;
  region.founded = Founded(value);
  return region;
}

Status ReadRegions(const json::Array& regions, std::string_view text, std::string_view path,
                   Config& config) {
  if (regions.size() > kMaxRegions) {
    return InvalidError(fmt::format("{}: a world has 1 to {} regions", path, kMaxRegions));
  }
  for (const json::Value& each : regions) {
    auto region = ParseRegion(each, path);
    if (!region) return region.error();
    if (config.Find(region->name)) {
      return InvalidError(fmt::format("{}: region '{}' stands twice; remove one",
                                      SecondPlace(text, path, region->name), region->name));
    }
    for (const RegionConfig& other : config.regions) {
      if (other.address != region->address) continue;
      return InvalidError(fmt::format("{}: {} and {} have the same address {}; give each its own",
                                      SecondPlace(text, path, region->address), other.name,
                                      region->name, region->address));
    }
    config.regions.push_back(*std::move(region));
  }
  return {};
}

Status ReadKeys(const json::Array& keys, std::string_view path, Config& config) {
  for (const json::Value& each : keys) {
    const auth::Credentials key{each.GetString("access_key_id"),
                                each.GetString("secret_access_key"), "", each.GetString("arn")};
    if (key.access_key_id.empty() || key.secret_access_key.empty()) {
      return InvalidError(fmt::format("{}: a key needs access_key_id and secret_access_key", path));
    }
    for (const auth::Credentials& other : config.keys) {
      if (other.access_key_id != key.access_key_id) continue;
      return InvalidError(
          fmt::format("{}: key '{}' stands twice; remove one", path, key.access_key_id));
    }
    config.keys.push_back(key);
  }
  if (config.keys.empty()) return InvalidError(fmt::format("{}: there is no key", path));
  return {};
}

Status ReadPlaces(const json::Value& nameserver, const json::Value& edge, std::string_view path,
                  Config& config) {
  auto nameserver_address = AddressMember(nameserver, path);
  auto edge_address = AddressMember(edge, path);
  for (const auto* address : {&nameserver_address, &edge_address}) {
    if (!*address) return address->error();
  }
  const auto dns_port = PortMember(nameserver, "dns_port", path);
  const auto http_port = PortMember(nameserver, "http_port", path);
  const auto edge_port = PortMember(edge, "port", path);
  for (const auto* port : {&dns_port, &http_port, &edge_port}) {
    if (!*port) return port->error();
  }
  config.nameserver_address = *std::move(nameserver_address);
  config.dns_port = *dns_port;
  config.nameserver_http_port = *http_port;
  config.nameserver_founded = Founded(nameserver);
  config.edge_address = *std::move(edge_address);
  config.edge_port = *edge_port;
  return {};
}

/// Reads a credentials file line by line.
class CredentialsReader {
 public:
  explicit CredentialsReader(std::string_view path) : path_(path) {}

  Status ReadLine(std::string_view line) {
    ++line_;
    line = Trim(line);
    if (line.empty() || line.front() == '#' || line.front() == ';') return {};
    if (line.front() == '[' && line.back() == ']') {
      if (Status done = Finish(); !done) return done;
      return Begin(Trim(line.substr(1, line.size() - 2)));
    }
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos || name_.empty()) {
      return Complain(fmt::format("'{}' is neither [name] nor, below one, key = value", line));
    }
    const std::string_view name = Trim(line.substr(0, equals));
    const std::string_view value = Trim(line.substr(equals + 1));
    if (name == "aws_access_key_id") return SetId(value);
    if (name == "aws_secret_access_key") return Set(key_.secret_access_key, name, value);
    return {};  // Such files hold other things, too, which tools that share them want.
  }

  /// Ends the section that is open.
  Status Finish() {
    if (name_.empty()) return {};
    if (key_.access_key_id.empty() || key_.secret_access_key.empty()) {
      return Complain(
          fmt::format("section [{}] needs aws_access_key_id and aws_secret_access_key", name_));
    }
    key_.arn = UserArn(name_);
    keys.push_back(std::exchange(key_, {}));
    name_.clear();
    return {};
  }

  std::vector<auth::Credentials> keys;

 private:
  Error Complain(std::string_view what) const {
    return InvalidError(fmt::format("{}:{}: {}", path_, line_, what));
  }

  Status Begin(std::string_view name) {
    if (name.empty()) return Complain("a section needs a name: [name]");
    if (const auto [it, is_new] = sections_.emplace(name, line_); !is_new) {
      return Complain(
          fmt::format("section [{}] stands twice, first in line {}; remove one", name, it->second));
    }
    name_ = name;
    return {};
  }

  Status Set(std::string& member, std::string_view name, std::string_view value) {
    if (!member.empty()) {
      return Complain(fmt::format("section [{}] has {} twice; remove one", name_, name));
    }
    member = value;
    return {};
  }

  Status SetId(std::string_view id) {
    if (const Status set = Set(key_.access_key_id, "aws_access_key_id", id); !set) return set;
    if (id == DefaultKey().access_key_id) {
      return Complain(fmt::format("every world has the key '{}' already; write another", id));
    }
    if (const auto [it, is_new] = ids_.emplace(id, line_); !is_new) {
      return Complain(
          fmt::format("key '{}' stands twice, first in line {}; remove one", id, it->second));
    }
    return {};
  }

  const std::string_view path_;
  size_t line_ = 0;
  std::string name_;  ///< Of the section that is open; empty before the first.
  auth::Credentials key_;
  std::map<std::string, size_t, std::less<>> sections_;  ///< And the line where each began.
  std::map<std::string, size_t, std::less<>> ids_;
};

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
      {"keys", std::move(keys)},
      {"any_credentials", config.any_credentials}};
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
  if (config.era != "today" && config.era != "lab") {
    return InvalidError(fmt::format("{}: era '{}' is neither today nor lab", path, config.era));
  }
  const json::Value* regions = value->Find("regions");
  const json::Value* nameserver = value->Find("nameserver");
  const json::Value* edge = value->Find("edge");
  const json::Value* keys = value->Find("keys");
  const json::Value* any = value->Find("any_credentials");  // Older files have none.
  config.any_credentials = any != nullptr && any->as_bool();
  if (!regions || regions->as_array().empty() || !nameserver || !edge || !keys) {
    return InvalidError(fmt::format("{}: regions, nameserver, edge or keys are missing", path));
  }
  if (auto read = ReadRegions(regions->as_array(), text, path, config); !read) return read.error();
  if (auto read = ReadPlaces(*nameserver, *edge, path, config); !read) return read.error();
  if (auto read = ReadKeys(keys->as_array(), path, config); !read) return read.error();
  return config;
}

Result<std::vector<auth::Credentials>> ParseCredentialsFile(std::string_view text,
                                                            std::string_view path) {
  CredentialsReader reader(path);
  for (const std::string_view line : Split(text, '\n')) {
    if (const Status read = reader.ReadLine(line); !read) return read.error();
  }
  if (const Status done = reader.Finish(); !done) return done.error();
  if (reader.keys.empty())
    return InvalidError(fmt::format("{}: there is no [name] section with a key", path));
  return std::move(reader.keys);
}

}  // namespace lifeboat::world
