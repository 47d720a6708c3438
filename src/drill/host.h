// What a drill needs from its host, and what it was asked to do.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "client/dialer.h"
#include "drill/display.h"
#include "drill/fault_injector.h"
#include "drill/health_feed.h"
#include "drill/journal.h"
#include "drill/prompt.h"
#include "drill/stage.h"
#include "http/message.h"

namespace lifeboat::drill {

enum class Control { kNone, kNoFault, kNoRecovery };
std::string_view ToString(Control control);
Result<Control> ParseControl(std::string_view text);

/// What every command finds in LIFEBOAT_CONTROL: `none`, `no-fault` or `no-recovery`. With
/// `no-recovery` the set-up must leave out the standby's record.
inline constexpr std::string_view kControlVariable = "LIFEBOAT_CONTROL";

struct RunOptions {
  Control control = Control::kNone;
  std::string run_id;  ///< Names the drill; part of every key. Letters, digits and `-`.
  /// The target's headers with their secrets: in requests only, in no journal and no report.
  http::Headers headers;
};

/// How busy the machine was since it started, in seconds over all of its processors.
struct HostTimes {
  double busy = 0;
  double steal = 0;  ///< Taken by other guests of the same hardware.
  double total = 0;
};

class HostMeter {
 public:
  virtual ~HostMeter() = default;
  virtual HostTimes Read() = 0;
};

/// All must outlive the Runner.
struct RunnerHost {
  const Clock& clock;
  Scheduler& scheduler;
  client::Dialer& dialer;
  Stage& stage;
  FaultInjector& faults;
  HealthFeed& health;
  JournalSink& journal;
  Display& display;
  HostMeter* meter = nullptr;  ///< None where the machine can't be measured.
  Prompt* prompt = nullptr;    ///< Must be there for a scenario that asks a person.
};

}  // namespace lifeboat::drill
