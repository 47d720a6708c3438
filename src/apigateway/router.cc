#include "apigateway/router.h"

#include "base/bytes.h"

namespace lifeboat::apigateway {
namespace {

/// How well a template's segment fits; the greater, the better.
enum class Fit { kNone, kGreedy, kParameter, kLiteral };

Fit FitOf(std::string_view wanted, std::string_view given) {
  if (!wanted.starts_with("{")) return wanted == given ? Fit::kLiteral : Fit::kNone;
  return wanted.ends_with("+}") ? Fit::kGreedy : Fit::kParameter;
}

std::string_view ParameterName(std::string_view segment) {
  segment.remove_prefix(1);
  segment.remove_suffix(segment.ends_with("+}") ? 2 : 1);
  return segment;
}

/// The fits of all segments, or nothing when the template doesn't match.
std::vector<Fit> Match(const std::vector<std::string_view>& wanted,
                       const std::vector<std::string_view>& given) {
  std::vector<Fit> fits;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (i >= given.size()) return {};
    fits.push_back(FitOf(wanted[i], given[i]));
    if (fits.back() == Fit::kNone) return {};
    if (fits.back() == Fit::kGreedy) return fits;
  }
  if (wanted.size() != given.size()) return {};
  return fits;
}

void FillParameters(const std::vector<std::string_view>& wanted,
                    const std::vector<std::string_view>& given, Route& route) {
  for (size_t i = 0; i < wanted.size(); ++i) {
    const Fit fit = FitOf(wanted[i], given[i]);
    if (fit == Fit::kLiteral) continue;
    std::string value(given[i]);
    if (fit == Fit::kGreedy) {
      for (size_t j = i + 1; j < given.size(); ++j) value.append("/").append(given[j]);
    }
    route.path_parameters.emplace_back(ParameterName(wanted[i]), std::move(value));
  }
}

}  // namespace

std::vector<std::string_view> PathSegments(std::string_view path) {
  while (path.starts_with("/")) path.remove_prefix(1);
  while (path.ends_with("/")) path.remove_suffix(1);
  if (path.empty()) return {};
  return Split(path, '/');
}

Route FindRoute(const Resources& resources, std::string_view method, std::string_view path) {
  const std::vector<std::string_view> given = PathSegments(path);
  Route route;
  if (given.size() > kMaxPathSegments) return route;
  std::vector<Fit> best;
  for (const auto& [template_path, resource] : resources) {
    const std::vector<std::string_view> wanted = PathSegments(template_path);
    std::vector<Fit> fits = Match(wanted, given);
    const bool root = wanted.empty() && given.empty();
    if (!root && (fits.empty() || (route.resource && fits <= best))) continue;
    route.resource = &resource;
    best = std::move(fits);
  }
  if (!route.resource) return route;
  auto found = route.resource->methods.find(std::string(method));
  if (found == route.resource->methods.end()) found = route.resource->methods.find("ANY");
  if (found != route.resource->methods.end()) route.method = &found->second;
  FillParameters(PathSegments(route.resource->path), given, route);
  return route;
}

}  // namespace lifeboat::apigateway
