#include "drill/host.h"

namespace lifeboat::drill {

std::string_view ToString(Control control) {
  switch (control) {
    case Control::kNone:
      return "none";
    case Control::kNoFault:
      return "no-fault";
    case Control::kNoRecovery:
      return "no-recovery";
  }
  return "none";
}

Result<Control> ParseControl(std::string_view text) {
  for (const Control control : {Control::kNone, Control::kNoFault, Control::kNoRecovery})
    if (ToString(control) == text) return control;
  return InvalidError(fmt::format("'{}' is no control; write no-fault or no-recovery", text));
}

}  // namespace lifeboat::drill
