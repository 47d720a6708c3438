#include "apigateway/certificate_source.h"

#include <algorithm>

#include "base/bytes.h"

namespace lifeboat::apigateway {

bool Covers(const std::vector<std::string>& names, std::string_view domain) {
  const size_t dot = domain.find('.');
  const std::string_view parent =
      dot == std::string_view::npos ? std::string_view() : domain.substr(dot);
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    if (EqualsIgnoreCase(name, domain)) return true;
    return name.starts_with("*.") && !parent.empty() && EqualsIgnoreCase(name.substr(1), parent);
  });
}

}  // namespace lifeboat::apigateway
