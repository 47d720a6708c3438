#include "client/places.h"

#include <fmt/format.h>

namespace lifeboat::client {

std::string ServerAddress::ToString() const { return fmt::format("{}:{}", address, port); }

const RegionPlace* Places::Find(std::string_view region) const {
  for (const RegionPlace& place : regions_)
    if (place.name == region) return &place;
  return nullptr;
}

const RegionPlace* Places::FindByAddress(std::string_view address) const {
  for (const RegionPlace& place : regions_)
    if (place.address == address) return &place;
  return nullptr;
}

uint16_t Places::MapPort(std::string_view address, uint16_t port) const {
  const RegionPlace* place = FindByAddress(address);
  if (place == nullptr) return port;
  if (port == 443) return place->https_port;
  if (port == 80) return place->http_port;
  return port;
}

}  // namespace lifeboat::client
