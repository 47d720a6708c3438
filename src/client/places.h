// Where the regions of a world listen, and how the ports of public URLs map to them.
//
// A records carry no port, so all regions of a world share one port pair and every client of ours
// maps 443 and 80 at a region's address to it (design.md, section 2). Reports say so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace lifeboat::client {

struct RegionPlace {
  std::string name;     ///< us-east-1
  std::string address;  ///< Numeric.
  uint16_t http_port = 80;
  uint16_t https_port = 443;
};

struct ServerAddress {
  std::string address;  ///< Numeric.
  uint16_t port = 53;
  std::string ToString() const;
};

/// Where a service is to be had that is at none of the regions' own places.
struct AwsEndpoint {
  http::Url url;
  std::string address;  ///< Numeric; of the URL's host.
};

class Places {
 public:
  Places() = default;
  explicit Places(std::vector<RegionPlace> regions) : regions_(std::move(regions)) {}

  const std::vector<RegionPlace>& regions() const { return regions_; }
  /// nullptr when unknown.
  const RegionPlace* Find(std::string_view region) const;
  /// nullptr when no region listens there.
  const RegionPlace* FindByAddress(std::string_view address) const;
  /// The port to dial for `port` at `address`: 443 and 80 at a region's address become the
  /// region's own, everything else stays as it is.
  uint16_t MapPort(std::string_view address, uint16_t port) const;

 private:
  std::vector<RegionPlace> regions_;
};

}  // namespace lifeboat::client
