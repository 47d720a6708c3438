// One region as a process: disk, servers and the region object, wired together.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/event_loop.h"
#include "world/config.h"

namespace lifeboat::world {

class RegionProcess {
 public:
  struct Options {
    std::string name;
    std::string data_dir;
    bool accept_loss = false;  ///< Go on with what is left of a damaged disk.
  };
  /// Opens the region's disk in `data_dir`/<name> and listens on its HTTP and HTTPS ports. kCorrupt
  /// when something is missing on the disk, with the file's name and what may be done.
  static Result<std::unique_ptr<RegionProcess>> Start(net::EventLoop& loop, const Config& config,
                                                      const Options& options);
  ~RegionProcess();

 private:
  struct Impl;
  explicit RegionProcess(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::world
