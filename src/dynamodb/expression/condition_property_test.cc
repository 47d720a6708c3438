// The evaluator against a slow and obvious one (condition_reference.h).
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "dynamodb/expression/condition_reference.h"

namespace lifeboat::dynamodb {
namespace {

// Evenly, whatever RapidCheck's size is.
size_t Pick(size_t count) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<size_t>(0, count));
}

RC_GTEST_PROP(ConditionProperty, EvaluatesAsTheReference, ()) {
  reference::Picker pick{Pick};
  for (int i = 0; i < 5; ++i) {
    const reference::Trial trial = reference::TryOneCondition(pick, 3, 10);
    RC_LOG() << trial.text << "\n" << json::Write(trial.values) << "\n";
    if (trial.problem) RC_FAIL(*trial.problem);
  }
}

}  // namespace
}  // namespace lifeboat::dynamodb
