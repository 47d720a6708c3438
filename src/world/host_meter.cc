#include "world/host_meter.h"

#include <unistd.h>

#include <fstream>

namespace lifeboat::world {

/// The first line of /proc/stat (proc(5)): user, nice, system, idle, iowait, irq, softirq, steal,
/// in ticks.
drill::HostTimes LocalHostMeter::Read() {
  std::ifstream file("/proc/stat");
  std::string name;
  double ticks[8] = {};
  file >> name;
  for (double& tick : ticks) file >> tick;
  if (!file || name != "cpu") return {};
  const auto per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  drill::HostTimes times;
  for (const double tick : ticks) times.total += tick / per_second;
  constexpr int kIdle = 3, kIoWait = 4, kSteal = 7;
  times.steal = ticks[kSteal] / per_second;
  times.busy = times.total - (ticks[kIdle] + ticks[kIoWait] + ticks[kSteal]) / per_second;
  return times;
}

}  // namespace lifeboat::world
