#include "world/edge_route.h"

#include <algorithm>

#include "auth/sigv4.h"
#include "base/bytes.h"
#include "region/router.h"

namespace lifeboat::world {

const RegionConfig* RegionOfAwsHost(const Config& config, std::string_view host) {
  constexpr std::string_view kSuffix = ".amazonaws.com";
  const std::string lower = ToLower(host);
  std::string_view rest = lower;
  if (!rest.ends_with(kSuffix)) return nullptr;
  rest.remove_suffix(kSuffix.size());
  const std::string_view last = rest.substr(rest.rfind('.') + 1);
  if (const RegionConfig* region = config.Find(last)) return region;
  // A name with a region that this world does not have is nobody's; one without is global.
  const bool names_a_region = std::count(last.begin(), last.end(), '-') >= 2;
  return names_a_region ? nullptr : config.Find(config.GlobalControlPlane());
}

const RegionConfig* RegionOfRequest(const Config& config, const http::Request& request) {
  if (const auto scope = auth::FindCredentialScope(request)) return config.Find(scope->region);
  return region::IsForDynamoDb(request) ? &config.regions.front() : nullptr;
}

}  // namespace lifeboat::world
