#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/control.h"

namespace lifeboat::cli {
namespace {

/// POST `path`, and what became of the process called `name`.
int Order(const CommonOptions& common, const std::string& path, const std::string& name) {
  const auto done = CallSupervisor(common, "POST", path);
  if (!done) return Fail(done.error().message);
  if (common.json) {
    fmt::print("{}", json::WritePretty(*done));
  } else if (!common.quiet) {
    fmt::print("{} {}\n", name, done->GetString("state"));
    const std::string lost = DescribeLoss(*done);
    if (!lost.empty()) fmt::print("{}\n", lost);
  }
  return kExitDone;
}

}  // namespace

int Region(const CommonOptions& common, const RegionOptions& options) {
  if (options.region == "nameserver") {
    return Fail(
        fmt::format("the name server is no region; use `lifeboat nameserver {}`", options.action));
  }
  if (options.accept_loss && options.action != "start") {
    return Fail("--accept-loss goes with start");
  }
  const std::string_view action =
      options.accept_loss ? std::string_view("start-accepting-loss") : options.action;
  return Order(common, fmt::format("/regions/{}/{}", options.region, action), options.region);
}

int NameServer(const CommonOptions& common, const std::string& action) {
  return Order(common, "/nameserver/" + action, "nameserver");
}

}  // namespace lifeboat::cli
