#include "world/founding.h"

#include "net/document_files.h"
#include "net/files.h"
#include "net/region_disk.h"

namespace lifeboat::world {

// The seals are durable before world.json says that they are there.
Status FoundAndSave(Config& config, const std::string& data_dir) {
  if (Status made = net::MakeDataFolder(data_dir); !made) return made;
  for (RegionConfig& region : config.regions) {
    if (region.founded) continue;
    if (Status made = net::FoundRegionDisk(data_dir + "/" + region.name); !made) return made;
    region.founded = true;
  }
  if (!config.nameserver_founded) {
    const auto documents = net::DocumentFiles::Open(data_dir + "/nameserver", {"zones", "health"});
    if (!documents) return documents.error();
    config.nameserver_founded = true;
  }
  return net::WriteFileAtomically(data_dir + "/world.json", json::WritePretty(ToJson(config)));
}

}  // namespace lifeboat::world
