// Setting: the surroundings that every part of one run acts in. It holds no part of the run.
#pragma once

#include <cstdint>
#include <string>

#include "client/places.h"
#include "drill/host.h"
#include "drill/journal.h"
#include "drill/scenario.h"

namespace lifeboat::drill {

/// Everything referred to must outlive it; the journal's run has begun.
struct Setting {
  const RunnerHost& host;
  const Scenario& scenario;
  const RunOptions& options;
  const World& world;
  const client::Places& places;
  const Deployments& deployments;
  Journal& journal;
  int run = 1;
  std::string key_prefix;  ///< Of every key of this run.

  Instant Now() const { return host.clock.Now(); }
  int64_t Micros() const { return journal.Micros(host.clock.Now()); }
};

}  // namespace lifeboat::drill
