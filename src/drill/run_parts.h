// RunParts: what one run consists of, made together and in order. Only the Runner has all of it;
// each phase is given the two or three parts that it uses.
#pragma once

#include <memory>
#include <vector>

#include "base/prng.h"
#include "drill/dns_watch.h"
#include "drill/fault_control.h"
#include "drill/generator.h"
#include "drill/lag_keeper.h"
#include "drill/live_timeline.h"
#include "drill/phases/phase.h"
#include "drill/setting.h"
#include "drill/workload.h"

namespace lifeboat::drill {

struct RunParts {
  RunParts(Setting run_setting, LagKeeper& lag, Rules rules);
  RunParts(const RunParts&) = delete;
  RunParts& operator=(const RunParts&) = delete;

  Setting setting;
  Prng prng;  ///< The seed and the run's number decide.
  LiveTimeline timeline;
  Workload workload;
  Generator generator;
  DnsWatch dns;
  FaultControl faults;
  std::vector<std::unique_ptr<Phase>> phases;  ///< In their order.
};

}  // namespace lifeboat::drill
