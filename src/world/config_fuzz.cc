// Any bytes as world.json: refused with a message that names the file, or read, and then written
// and read again as the same world, whose names can be served.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "nameserver/view.h"
#include "world/config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lifeboat;
  const auto config =
      world::ParseConfig({reinterpret_cast<const char*>(data), size}, "data/world.json");
  if (!config) {
    Check(config.error().message.starts_with("data/world.json:"), "a refusal names the file");
    return 0;
  }
  const json::Value written = world::ToJson(*config);
  const auto again = world::ParseConfig(json::WritePretty(written), "again");
  Check(again.ok() && world::ToJson(*again) == written, "a second trip changes nothing");
  nameserver::Config own;
  own.address = config->nameserver_address;
  for (const world::RegionConfig& region : config->regions) {
    own.regions.push_back({region.name, region.address});
  }
  nameserver::MakeWorldNames(own, {});
  return 0;
}
