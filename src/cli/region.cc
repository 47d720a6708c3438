#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/control.h"

namespace lifeboat::cli {

int Region(const CommonOptions& common, const RegionOptions& options) {
  const auto done =
      CallSupervisor(common, "POST", fmt::format("/regions/{}/{}", options.region, options.action));
  if (!done) return Fail(done.error().message);
  if (common.json) {
    fmt::print("{}", json::WritePretty(*done));
  } else if (!common.quiet) {
    fmt::print("{} {}\n", options.region, done->GetString("state"));
  }
  return kExitDone;
}

}  // namespace lifeboat::cli
