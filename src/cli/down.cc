#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/control.h"
#include "world/data_folder.h"

namespace lifeboat::cli {
namespace {

constexpr int kPollMs = 20;
constexpr int kMaxPolls = 750;

}  // namespace

int Down(const CommonOptions& common) {
  const auto asked = CallSupervisor(common, "POST", "/down");
  if (!asked) return Fail(asked.error().message);
  for (int i = 0; i < kMaxPolls; ++i) {
    if (!world::FindSupervisor(common.data_dir)) {
      if (!common.quiet) fmt::print("stopped\n");
      return kExitDone;
    }
    usleep(kPollMs * 1000);
  }
  return Fail("the world is still stopping; see `lifeboat status`");
}

}  // namespace lifeboat::cli
