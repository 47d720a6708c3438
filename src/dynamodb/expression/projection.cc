#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "dynamodb/errors.h"
#include "dynamodb/expression/findings.h"
#include "dynamodb/expression/lexer.h"
#include "dynamodb/expression/path.h"
#include "dynamodb/expression/path_reader.h"

namespace lifeboat::dynamodb {
namespace {

constexpr std::string_view kKind = "ProjectionExpression";

// AWS's passes, in order.
enum class Pass { kReserved, kUndefined, kOverlap, kConflict };

// The paths that lead into one value: all are longer than the level and ascend.
using Paths = std::span<const Path>;

// Calls `use(element, paths)` for each element that the paths have at `level`.
template <class Use>
void ForEachElement(Paths paths, size_t level, Use use) {
  while (!paths.empty()) {
    const PathElement& element = paths[0][level];
    size_t count = 1;
    while (count < paths.size() && paths[count][level] == element) ++count;
    use(element, paths.first(count));
    paths = paths.subspan(count);
  }
}

// What of `value` the paths lead to; nullopt when it has nothing there.
std::optional<AttributeValue> Project(const AttributeValue& value, Paths paths, size_t level) {
  if (paths[0].size() == level) return value;
  AttributeMap map;
  List list;
  ForEachElement(paths, level, [&](const PathElement& element, Paths below) {
    const AttributeValue* child = expression::Step(value, element);
    if (child == nullptr) return;
    std::optional<AttributeValue> part = Project(*child, below, level + 1);
    if (!part) return;
    if (element.is_index) {
      list.push_back(*std::move(part));
    } else {
      map.Append(element.name, *std::move(part));
    }
  });
  if (!list.empty()) return AttributeValue(AttributeValue::Variant(std::move(list)));
  if (!map.empty()) return AttributeValue(AttributeValue::Variant(std::move(map)));
  return std::nullopt;
}

void CheckApart(const std::vector<Path>& paths, expression::Findings<Pass>& findings) {
  for (size_t two = 1; two < paths.size(); ++two) {
    for (size_t one = 0; one < two; ++one) {
      const expression::PathRelation relation = expression::Relate(paths[one], paths[two]);
      if (relation == expression::PathRelation::kApart) continue;
      const bool overlap = relation == expression::PathRelation::kOverlap;
      findings.Note(overlap ? Pass::kOverlap : Pass::kConflict,
                    expression::RelationProblem(relation, paths[one], paths[two]));
      if (overlap) return;
    }
  }
}

}  // namespace

AwsResult<Projection> Projection::Parse(std::string_view text, Substitutions& subs) {
  if (const std::string problem = expression::CheckExpressionText(text); !problem.empty()) {
    return expression::InvalidExpression(kKind, problem);
  }
  expression::Lexer lexer(text);
  expression::PathProblems problems;
  std::vector<Path> paths;
  do {
    std::optional<Path> path = expression::ReadPath(lexer, subs, problems);
    if (!path) return expression::InvalidExpression(kKind, lexer.SyntaxError());
    paths.push_back(*std::move(path));
  } while (lexer.TakeSymbol(","));
  if (!lexer.AtEnd()) return expression::InvalidExpression(kKind, lexer.SyntaxError());
  expression::Findings<Pass> findings;
  if (!problems.reserved.empty()) findings.Note(Pass::kReserved, problems.reserved);
  if (!problems.undefined.empty()) findings.Note(Pass::kUndefined, problems.undefined);
  CheckApart(paths, findings);
  if (findings.any()) return expression::InvalidExpression(kKind, findings.text());
  return FromPaths(std::move(paths));
}

AwsResult<Projection> Projection::FromNames(const std::vector<std::string>& names) {
  std::vector<Path> paths;
  for (const std::string& name : names) {
    const Path path{PathElement{.name = name}};
    if (std::find(paths.begin(), paths.end(), path) != paths.end()) {
      return errors::InvalidParameterValues(
          fmt::format("Duplicate value in attribute name: {}", name));
    }
    paths.push_back(path);
  }
  return FromPaths(std::move(paths));
}

Projection Projection::FromPaths(std::vector<Path> paths) {
  Projection projection;
  std::sort(paths.begin(), paths.end());
  projection.paths_ = std::move(paths);
  return projection;
}

Item Projection::Apply(const Item& item) const {
  Item result;
  ForEachElement(paths_, 0, [&](const PathElement& element, Paths below) {
    const AttributeValue* child = item.Find(element.name);
    if (child == nullptr) return;
    std::optional<AttributeValue> part = Project(*child, below, 1);
    if (part) result.Append(element.name, *std::move(part));
  });
  return result;
}

}  // namespace lifeboat::dynamodb
