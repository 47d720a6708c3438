// `lifeboat serve`: one process of a world in the foreground.
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/control.h"
#include "net/event_loop.h"
#include "world/nameserver_process.h"
#include "world/region_process.h"

namespace lifeboat::cli {
namespace {

/// Runs the loop until SIGINT or SIGTERM, then lets `process` end in order.
template <class Process>
int Serve(net::EventLoop& loop, Result<std::unique_ptr<Process>> process, std::string_view name) {
  if (!process) return Fail(fmt::format("{}: {}", name, process.error().message));
  loop.OnStopSignal([&](int) { loop.Stop(); });
  log::Info("ready");
  loop.LogLongTurns();
  loop.Run();
  return kExitDone;
}

void SetUp(const CommonOptions& common, std::string_view name) {
  umask(0077);  // All that the process makes is its owner's alone, the database's files too.
  log::SetName(name);
  log::SetLevel(common.quiet ? log::Level::kWarn : log::Level::kInfo);
}

}  // namespace

int ServeRegion(const CommonOptions& common, const RegionOptions& options) {
  const auto config = LoadWorld(common);
  if (!config) return Fail(config.error().message);
  SetUp(common, options.region);
  net::EventLoop loop;
  return Serve(loop,
               world::RegionProcess::Start(loop, *config,
                                           {options.region, common.data_dir, options.accept_loss}),
               options.region);
}

int ServeNameServer(const CommonOptions& common) {
  const auto config = LoadWorld(common);
  if (!config) return Fail(config.error().message);
  SetUp(common, "nameserver");
  net::EventLoop loop;
  return Serve(loop, world::NameServerProcess::Start(loop, *config, common.data_dir), "nameserver");
}

}  // namespace lifeboat::cli
