// The phases of a run. Each is a class of its own in the file of its name; everything that one is
// given must outlive it.
#pragma once

#include <memory>

#include "base/prng.h"
#include "drill/phases/phase.h"
#include "drill/setting.h"

namespace lifeboat::drill {

class AttemptIds;
class Background;
class Commands;
class DnsWatch;
class FaultControl;
class Generator;
class KnownItems;
class LiveTimeline;
class OperatorDecision;
class StandbyWatch;
class Workload;

/// Writes the seed keys and waits until all regions show them equal, which also proves that the
/// target answers.
std::unique_ptr<Phase> NewSeed(const Setting& setting, Generator& generator, Workload& workload);
struct PreflightParts {
  DnsWatch& dns;
  StandbyWatch& standby;
  AttemptIds& ids;
};
/// Looks whether the standby would serve before a region is taken away.
std::unique_ptr<Phase> NewPreflight(const Setting& setting, const PreflightParts& parts);
/// The load starts; what is good before the fault is measured.
std::unique_ptr<Phase> NewBaseline(const Setting& setting, Generator& generator,
                                   Background& background, LiveTimeline& timeline);
struct FaultParts {
  FaultControl& faults;
  LiveTimeline& timeline;
  OperatorDecision& decision;
  Prng& prng;
};
/// Waits for the drawn moment and for the fault of the outage group that T0 belongs to.
std::unique_ptr<Phase> NewFault(const Setting& setting, const FaultParts& parts, int64_t group);

struct ObserveParts {
  Generator& generator;
  DnsWatch& dns;
  LiveTimeline& timeline;
  FaultControl& faults;
  StandbyWatch& standby;
  OperatorDecision& decision;
};
/// Waits for a good window of every counted cohort, or until none can come in time.
std::unique_ptr<Phase> NewObserve(const Setting& setting, const ObserveParts& parts);

/// Reads every key on every survivor, through the API and from the table.
std::unique_ptr<Phase> NewAudit(const Setting& setting, Workload& workload, KnownItems& items,
                                LiveTimeline& timeline);
/// The standby carries the whole load for a while.
std::unique_ptr<Phase> NewSustained(const Setting& setting, Generator& generator,
                                    LiveTimeline& timeline);
/// Ends the faults of the outage group that last until the audit, and waits for the end of the
/// others.
std::unique_ptr<Phase> NewHeal(const Setting& setting, FaultControl& faults);

struct FailbackParts {
  Workload& workload;
  Generator& generator;
  DnsWatch& dns;
  LiveTimeline& timeline;
  Commands& commands;
};
/// Watches the return of the traffic and of the data.
std::unique_ptr<Phase> NewFailback(const Setting& setting, const FailbackParts& parts);
/// Stops the load, waits until the regions are equal, and notes what each of them holds.
std::unique_ptr<Phase> NewSettle(const Setting& setting, Workload& workload, Generator& generator,
                                 DnsWatch& dns, LiveTimeline& timeline);

}  // namespace lifeboat::drill
