#include <algorithm>

#include "base/bytes.h"
#include "lambda/api/operations.h"
#include "lambda/errors.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {

/// By name; the marker is the last name given.
void ListFunctions(Core& core, const Call& call, Answer answer) {
  size_t limit = kMaxListItems;
  if (const std::string* text = call.query.Find("MaxItems")) {
    const auto wanted = ParseUint(*text);
    if (!wanted || *wanted == 0 || *wanted > 10'000) {
      return answer(ConstraintViolation(
          *text, "maxItems", "Member must have value between 1 and 10000, both included"));
    }
    limit = std::min<size_t>(limit, *wanted);
  }
  const auto& functions = core.catalog().functions();
  const std::string_view marker = call.query.Get("Marker");
  auto it = marker.empty() ? functions.begin() : functions.upper_bound(marker);
  json::Array list;
  std::string last;
  for (; it != functions.end() && list.size() < limit; ++it) {
    list.push_back(it->second.ToConfiguration(core.home()));
    last = it->first;
  }
  json::Object body{{"Functions", std::move(list)}};
  if (it != functions.end()) body.Set("NextMarker", last);
  answer(JsonResponse(200, std::move(body)));
}

}  // namespace lifeboat::lambda
