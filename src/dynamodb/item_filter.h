// ItemFilter: FilterExpression, or its legacy forms.
#pragma once

#include <optional>

#include "dynamodb/expression.h"

namespace lifeboat::dynamodb {

struct ItemFilter {
  std::optional<Condition> expression;
  AwsResult<bool> Accepts(const Item& item) const {
    if (!expression) return true;
    return expression->Evaluate(item);
  }
};

}  // namespace lifeboat::dynamodb
