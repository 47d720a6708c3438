// GetFunction and GetFunctionConfiguration. GetFunction gives no link to download the code.
#include "lambda/api/operations.h"
#include "lambda/core.h"

namespace lifeboat::lambda {

void GetFunction(Core& core, const Call& call, Answer answer) {
  const auto function = core.Find(call.name);
  if (!function.ok()) return answer(function.error());
  json::Object body{{"Configuration", (*function)->ToConfiguration(core.home())},
                    {"Code", json::Object{{"RepositoryType", "S3"}}}};
  if (!(*function)->tags.empty()) body.Set("Tags", ToJson((*function)->tags));
  answer(JsonResponse(200, std::move(body)));
}

void GetFunctionConfiguration(Core& core, const Call& call, Answer answer) {
  const auto function = core.Find(call.name);
  if (!function.ok()) return answer(function.error());
  answer(JsonResponse(200, (*function)->ToConfiguration(core.home())));
}

}  // namespace lifeboat::lambda
