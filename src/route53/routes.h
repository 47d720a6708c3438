// Which operation a method and path name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "route53/operation.h"

namespace lifeboat::route53 {

struct Route {
  OperationFunction function;
  std::vector<std::string> path;  ///< The variable parts, decoded.
};
/// `path` without its query, starting with `/2013-04-01/`. nullopt: an unknown operation.
std::optional<Route> FindRoute(std::string_view method, std::string_view path);

}  // namespace lifeboat::route53
