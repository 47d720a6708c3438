// The input's bytes choose a condition and items: the evaluator must say what the slow and obvious
// one of condition_reference.h says.
#include <cstdint>

#include "base/check.h"
#include "dynamodb/expression/condition_reference.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lifeboat;  // NOLINT
  size_t at = 0;
  dynamodb::reference::Picker pick{
      [&](size_t count) { return at < size ? data[at++] % count : 0; }};
  const auto trial = dynamodb::reference::TryOneCondition(pick, 4, 3);
  Check(!trial.problem, trial.problem ? trial.problem->c_str() : "");
  return 0;
}
