#include "health/check.h"

#include <iterator>

#include <fmt/format.h>

namespace lifeboat::health {

std::vector<CheckerPlace> MakeCheckerPlaces(int count) {
  std::vector<CheckerPlace> places;
  constexpr int kRegionCount = static_cast<int>(std::size(kCheckerRegions));
  for (int i = 0; i < count; ++i) {
    const int region = i % kRegionCount;
    places.push_back({std::string(kCheckerRegions[region]),
                      fmt::format("15.177.{}.{}", 2 + 4 * region, 10 + i / kRegionCount)});
  }
  return places;
}

}  // namespace lifeboat::health
