// How busy this machine is, from the kernel's own counters.
#pragma once

#include "drill/host.h"

namespace lifeboat::world {

/// Zeros where /proc/stat can't be read.
class LocalHostMeter final : public drill::HostMeter {
 public:
  drill::HostTimes Read() override;
};

}  // namespace lifeboat::world
