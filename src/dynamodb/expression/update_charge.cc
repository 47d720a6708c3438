// What UpdateItem charges an update expression for, by amounts that public conformance suites
// recorded from AWS in October 2026: fixed ones for each clause, names of targets, and values
// wherever they are written; what a path reads and what is taken away cost only their place.
#include <algorithm>

#include "dynamodb/expression/update_action.h"

namespace lifeboat::dynamodb {
namespace {

constexpr size_t kUpdate = 3;
constexpr size_t kWritingClause = 19;  // SET and ADD.
constexpr size_t kTakingClause = 1;    // REMOVE and DELETE.
constexpr size_t kTargetElement = 4;   // Behind the first.
constexpr size_t kOperandPath = 1;
constexpr size_t kOperandElement = 14;
constexpr size_t kPlus = 34;
constexpr size_t kMinus = 37;
constexpr size_t kIfNotExists = 39;
constexpr size_t kListAppend = 37;

size_t BytesOf(const PathElement& element) {
  return element.is_index ? std::to_string(element.index).size() : element.name.size();
}

size_t ChargeOfTarget(const Path& path) {
  size_t bytes = (path.size() - 1) * kTargetElement;
  for (const PathElement& element : path) bytes += BytesOf(element);
  return bytes;
}

size_t ChargeOf(const SetValue& value) {
  size_t bytes = 0;
  switch (value.kind) {
    case SetValue::Kind::kPath:
      bytes = kOperandPath + value.path.size() * kOperandElement;
      for (const PathElement& element : value.path) bytes += BytesOf(element);
      return bytes;
    case SetValue::Kind::kValue:
      return SizeOf(*value.value);
    case SetValue::Kind::kPlus:
      bytes = kPlus;
      break;
    case SetValue::Kind::kMinus:
      bytes = kMinus;
      break;
    case SetValue::Kind::kIfNotExists:
      bytes = kIfNotExists;
      break;
    case SetValue::Kind::kListAppend:
      bytes = kListAppend;
      break;
  }
  for (const SetValue& argument : value.arguments) bytes += ChargeOf(argument);
  return bytes;
}

}  // namespace

size_t Update::Charge() const {
  size_t bytes = kUpdate;
  for (const UpdateAction& action : *actions_) {
    if (action.legacy) return 0;
    const bool writes =
        action.kind == UpdateAction::Kind::kSet || action.kind == UpdateAction::Kind::kAdd;
    bytes += (writes ? kWritingClause : kTakingClause) + ChargeOfTarget(action.path);
    if (writes) bytes += ChargeOf(action.value);
  }
  return bytes;
}

}  // namespace lifeboat::dynamodb
