// The phases of a run, in their order. Each is a class of its own in the file of its name.
#pragma once

#include <memory>
#include <vector>

#include "drill/run_context.h"

namespace lifeboat::drill {

/// Every cohort writes its first keys, which also proves that the target answers.
std::unique_ptr<Phase> NewWarmUp(RunContext& context);
/// The load starts; what is good before the fault is measured.
std::unique_ptr<Phase> NewBaseline(RunContext& context);
/// Waits for the drawn moment and brings the faults into force.
std::unique_ptr<Phase> NewFault(RunContext& context);
/// Waits for a good window of every counted cohort, or until observe_for has passed.
std::unique_ptr<Phase> NewObserve(RunContext& context);
/// Reads every key on the survivor, through the API and from the table.
std::unique_ptr<Phase> NewAudit(RunContext& context);
/// Ends the faults when their time has come.
std::unique_ptr<Phase> NewHeal(RunContext& context);
/// Watches the return of the traffic and of the data.
std::unique_ptr<Phase> NewFailback(RunContext& context);
/// Stops the load, waits until the regions are equal, and notes what each of them holds.
std::unique_ptr<Phase> NewSettle(RunContext& context);

std::vector<std::unique_ptr<Phase>> AllPhases(RunContext& context);

}  // namespace lifeboat::drill
