// A world on paper: which regions there are, at which addresses and ports, and whose keys they
// take. It stands in `world.json` of the data folder, which every process of the world reads
// (docs/formats/world.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/sigv4.h"
#include "base/result.h"
#include "json/value.h"

namespace lifeboat::world {

struct RegionConfig {
  std::string name;
  std::string address;
  uint16_t http_port = 0;
  uint16_t https_port = 0;
  bool founded = false;  ///< Its folder was made, so that an empty one is a lost disk.
};

struct Config {
  std::string era = "today";
  std::vector<RegionConfig> regions;
  std::string nameserver_address = "127.0.0.1";
  uint16_t dns_port = 10053;
  bool nameserver_founded = false;        ///< As a region's.
  uint16_t nameserver_http_port = 10054;  ///< Its status, for the supervisor and the drill.
  std::string edge_address = "127.0.0.1";
  uint16_t edge_port = 4566;
  std::vector<auth::Credentials> keys;
  bool any_credentials = false;  ///< Requests are taken whatever key signed them, unverified.

  const RegionConfig* Find(std::string_view region) const;
  /// Where Route 53's and IAM's control planes live: us-east-1, as in AWS. Empty when the world has
  /// no us-east-1; they are then not to be had.
  std::string_view GlobalControlPlane() const;
};

/// Regions in the order of `names` at 127.0.11.1, 127.0.12.1 and so on, on the default port pair.
/// Refuses names that AWS does not have, double ones, none, and more than kMaxRegions.
Result<Config> MakeConfig(const std::vector<std::string>& names);
inline constexpr size_t kMaxRegions = 16;
inline constexpr uint16_t kDefaultHttpPort = 8080;
inline constexpr uint16_t kDefaultHttpsPort = 8443;

json::Value ToJson(const Config& config);
/// `path` is for messages only.
Result<Config> ParseConfig(std::string_view text, std::string_view path);

/// Reads keys in the form of AWS's shared credentials file: `[name]`, `aws_access_key_id = `,
/// `aws_secret_access_key = `. Errors are `path:line: what is wrong`.
Result<std::vector<auth::Credentials>> ParseCredentialsFile(std::string_view text,
                                                            std::string_view path);
/// The key `test` with the secret `test`, which every world takes.
auth::Credentials DefaultKey();

}  // namespace lifeboat::world
