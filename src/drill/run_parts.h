// RunParts: what one run consists of, made together and in order. Only the Runner has all of it;
// each phase is given the two or three parts that it uses.
#pragma once

#include <memory>
#include <vector>

#include "base/prng.h"
#include "drill/attempt_ids.h"
#include "drill/background.h"
#include "drill/commands.h"
#include "drill/curtain.h"
#include "drill/dns_watch.h"
#include "drill/fault_control.h"
#include "drill/generator.h"
#include "drill/lag_keeper.h"
#include "drill/live_timeline.h"
#include "drill/operator_decision.h"
#include "drill/phases/phase.h"
#include "drill/setting.h"
#include "drill/standby_watch.h"
#include "drill/target_api/known_items.h"
#include "drill/workload.h"

namespace lifeboat::drill {

struct RunParts {
  RunParts(Setting run_setting, LagKeeper& lag, Curtain& curtain, Rules rules);
  RunParts(const RunParts&) = delete;
  RunParts& operator=(const RunParts&) = delete;

  /// No more requests, questions and phases; faults are left as they are.
  void Halt();
  void OnRequestEnd(const RequestEnd& end);
  void OnHealth(int64_t t, const HealthEvent& event);

  Setting setting;
  Prng prng;  ///< The seed and the run's number decide.
  LiveTimeline timeline;
  Workload workload;
  KnownItems items;
  AttemptIds ids;
  Generator generator;
  DnsWatch dns;
  FaultControl faults;
  StandbyWatch standby;
  Commands commands;
  Background background;
  OperatorDecision decision;
  std::vector<std::unique_ptr<Phase>> phases;  ///< In their order.
};

}  // namespace lifeboat::drill
