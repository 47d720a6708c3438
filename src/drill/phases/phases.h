// The phases of a run. Each is a class of its own in the file of its name; everything that one is
// given must outlive it.
#pragma once

#include <memory>

#include "base/prng.h"
#include "drill/phases/phase.h"
#include "drill/setting.h"

namespace lifeboat::drill {

class DnsWatch;
class FaultControl;
class Generator;
class LagKeeper;
class LiveTimeline;
class Workload;

/// Every cohort writes its first keys, which also proves that the target answers.
std::unique_ptr<Phase> NewWarmUp(const Setting& setting, Generator& generator, Workload& workload);
/// The load starts; what is good before the fault is measured.
std::unique_ptr<Phase> NewBaseline(const Setting& setting, Generator& generator, DnsWatch& dns,
                                   LiveTimeline& timeline);
/// Waits for the drawn moment and brings the faults into force.
std::unique_ptr<Phase> NewFault(const Setting& setting, FaultControl& faults, Prng& prng);
/// Waits for a good window of every counted cohort, or until observe_for has passed.
std::unique_ptr<Phase> NewObserve(const Setting& setting, Generator& generator, DnsWatch& dns,
                                  LiveTimeline& timeline);
/// Reads every key on the survivor, through the API and from the table.
std::unique_ptr<Phase> NewAudit(const Setting& setting, Workload& workload, LiveTimeline& timeline);
/// Ends the faults when their time has come.
std::unique_ptr<Phase> NewHeal(const Setting& setting, FaultControl& faults, LagKeeper& lag);
/// Watches the return of the traffic and of the data.
std::unique_ptr<Phase> NewFailback(const Setting& setting, Workload& workload, DnsWatch& dns,
                                   LiveTimeline& timeline);
/// Stops the load, waits until the regions are equal, and notes what each of them holds.
std::unique_ptr<Phase> NewSettle(const Setting& setting, Workload& workload, Generator& generator,
                                 DnsWatch& dns, LiveTimeline& timeline);

}  // namespace lifeboat::drill
