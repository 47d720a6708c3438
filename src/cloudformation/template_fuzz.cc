// Whatever the template is: it is refused with a message, or transformed, checked and ordered
// without harm, and its values can be evaluated.
#include <cstdint>
#include <string_view>

#include "cloudformation/intrinsics.h"
#include "cloudformation/parameters.h"
#include "cloudformation/references.h"
#include "cloudformation/sam/transform.h"
#include "cloudformation/template.h"

namespace lifeboat::cloudformation {
namespace {

void EvaluateAll(const Template& checked) {
  const auto parameters = ResolveParameters(checked, {});
  if (!parameters.ok()) return;
  Scope scope{"us-west-2", "000000000000", "shop", "arn:stack"};
  scope.parameters = &parameters->values;
  scope.mappings = &checked.Section("Mappings");
  scope.physical_id = [](std::string_view id) { return std::optional(std::string(id)); };
  const auto conditions = EvaluateConditions(checked.Section("Conditions"), scope);
  if (!conditions.ok()) return;
  scope.conditions = &*conditions;
  if (!FindDependencies(checked, *conditions).ok()) return;
  (void)Evaluate(checked.Section("Resources"), scope);
}

}  // namespace
}  // namespace lifeboat::cloudformation

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lifeboat::cloudformation;  // NOLINT
  const auto parsed = ParseTemplate({reinterpret_cast<const char*>(data), size});
  if (!parsed.ok()) return 0;
  const auto transformed = TransformServerless(*parsed);
  const Template& checked = transformed.ok() ? *transformed : *parsed;
  if (ValidateTemplate(checked).ok()) EvaluateAll(checked);
  return 0;
}
