#include "dynamodb/expression/path.h"

#include <fmt/format.h>

namespace lifeboat::dynamodb {

const AttributeValue* expression::Step(const AttributeValue& value, const PathElement& element) {
  if (element.is_index) {
    const List* list = value.If<List>();
    return list != nullptr && element.index < list->size() ? &(*list)[element.index] : nullptr;
  }
  const AttributeMap* map = value.If<AttributeMap>();
  return map != nullptr ? map->Find(element.name) : nullptr;
}

const AttributeValue* Resolve(const Item& item, const Path& path) {
  Check(!path.empty() && !path[0].is_index, "a path begins with a name");
  const AttributeValue* at = item.Find(path[0].name);
  for (size_t i = 1; i < path.size() && at != nullptr; ++i) at = expression::Step(*at, path[i]);
  return at;
}

std::string ToMessageText(const Path& path) {
  std::string text = "[";
  for (size_t i = 0; i < path.size(); ++i) {
    if (i > 0) text += ", ";
    text += path[i].is_index ? '[' + std::to_string(path[i].index) + ']' : path[i].name;
  }
  return text + "]";
}

expression::PathRelation expression::Relate(const Path& a, const Path& b) {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (a[i].is_index != b[i].is_index) return PathRelation::kConflict;
    if (a[i] != b[i]) return PathRelation::kApart;
  }
  return PathRelation::kOverlap;
}

std::string expression::RelationProblem(PathRelation relation, const Path& one, const Path& two) {
  Check(relation != PathRelation::kApart, "the paths have a problem");
  return fmt::format(
      "Two document paths {} with each other; must remove or rewrite one of these paths; path one: "
      "{}, path two: {}",
      relation == PathRelation::kOverlap ? "overlap" : "conflict", ToMessageText(one),
      ToMessageText(two));
}

}  // namespace lifeboat::dynamodb
