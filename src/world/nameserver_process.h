// The name server as a process: sockets, files and probes around nameserver::NameServer.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/event_loop.h"
#include "world/config.h"

namespace lifeboat::world {

class NameServerProcess {
 public:
  /// Reads what was persisted in `data_dir`/nameserver, then listens: DNS over UDP and TCP, and its
  /// status over HTTP.
  static Result<std::unique_ptr<NameServerProcess>> Start(net::EventLoop& loop,
                                                          const Config& config,
                                                          const std::string& data_dir);
  ~NameServerProcess();

 private:
  struct Impl;
  explicit NameServerProcess(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::world
