// Which resource and method a path belongs to (Developer Guide, "Set up a proxy integration with a
// proxy resource"): a literal segment wins over {param}, {param} over {proxy+}.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "apigateway/definition.h"

namespace lifeboat::apigateway {

struct Route {
  const Resource* resource = nullptr;
  const Method* method = nullptr;  ///< nullptr: the resource has neither this method nor ANY.
  /// Values stay encoded as sent.
  std::vector<std::pair<std::string, std::string>> path_parameters;
};

/// `path` is the part after the stage or base path, without query. A trailing slash and a doubled
/// slash at the start don't count. `resource` is nullptr when nothing matches. Pointers live as
/// long as `resources`.
Route FindRoute(const Resources& resources, std::string_view method, std::string_view path);

/// The segments that matching sees.
std::vector<std::string_view> PathSegments(std::string_view path);

}  // namespace lifeboat::apigateway
