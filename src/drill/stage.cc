#include "drill/stage.h"

namespace lifeboat::drill {

const ExternalRegion* ExternalWorld::Find(std::string_view region) const {
  for (const ExternalRegion& each : regions)
    if (each.name == region) return &each;
  return nullptr;
}

std::string Trouble(const CommandEnd& end, Duration timeout) {
  if (end.timed_out)
    return fmt::format("took longer than {}; its output is in {}", FormatDuration(timeout),
                       end.file);
  if (end.exit == 0) return "";
  constexpr int kSignalled = 128;
  if (end.exit > kSignalled)
    return fmt::format("was ended by signal {}; its output is in {}", end.exit - kSignalled,
                       end.file);
  return fmt::format("ended with status {}; its output is in {}", end.exit, end.file);
}

}  // namespace lifeboat::drill
