#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/control.h"

namespace lifeboat::cli {

int Region(const CommonOptions& common, const RegionOptions& options) {
  if (options.accept_loss && options.action != "start") {
    return Fail("--accept-loss goes with start");
  }
  const std::string_view action =
      options.accept_loss ? std::string_view("start-accepting-loss") : options.action;
  const auto done =
      CallSupervisor(common, "POST", fmt::format("/regions/{}/{}", options.region, action));
  if (!done) return Fail(done.error().message);
  if (common.json) {
    fmt::print("{}", json::WritePretty(*done));
  } else if (!common.quiet) {
    fmt::print("{} {}\n", options.region, done->GetString("state"));
    const std::string lost = DescribeLoss(*done);
    if (options.accept_loss) fmt::print("{}\n", lost.empty() ? "nothing was lost" : lost);
  }
  return kExitDone;
}

}  // namespace lifeboat::cli
