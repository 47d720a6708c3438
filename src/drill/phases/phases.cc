#include "drill/phases/phases.h"

namespace lifeboat::drill {

std::vector<std::unique_ptr<Phase>> AllPhases(RunContext& context) {
  std::vector<std::unique_ptr<Phase>> phases;
  for (const auto make :
       {NewWarmUp, NewBaseline, NewFault, NewObserve, NewAudit, NewHeal, NewFailback, NewSettle})
    phases.push_back(make(context));
  return phases;
}

}  // namespace lifeboat::drill
