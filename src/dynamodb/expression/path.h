// Document paths: one step down, and how two paths stand to each other.
#pragma once

#include "dynamodb/expression.h"

namespace lifeboat::dynamodb::expression {

/// The member or element of `value` at `element`; nullptr when there is none.
const AttributeValue* Step(const AttributeValue& value, const PathElement& element);

enum class PathRelation {
  kApart,
  kOverlap,   ///< Equal, or one is in the other.
  kConflict,  ///< One needs a map where the other needs a list.
};
PathRelation Relate(const Path& a, const Path& b);
/// `Two document paths overlap with each other; ...`; not for kApart.
std::string RelationProblem(PathRelation relation, const Path& one, const Path& two);

}  // namespace lifeboat::dynamodb::expression
