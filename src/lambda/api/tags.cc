// ListTags, TagResource and UntagResource: tags of functions, by ARN.
#include "lambda/api/operations.h"
#include "lambda/errors.h"
#include "lambda/function_input.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

void Store(Core& core, const Function& function, Answer answer) {
  storage::WriteBatch batch;
  core.catalog().StagePut(batch, function);
  core.Commit(
      std::move(batch), [&core, function] { core.Apply(function, false); },
      [answer](http::AwsResult<void> done) {
        if (!done.ok()) return answer(done.error());
        answer(EmptyResponse(204));
      });
}

}  // namespace

void ListTags(Core& core, const Call& call, Answer answer) {
  const auto found = core.Find(call.name);
  if (!found.ok()) return answer(found.error());
  answer(JsonResponse(200, json::Object{{"Tags", ToJson((*found)->tags)}}));
}

void TagResource(Core& core, const Call& call, Answer answer) {
  const auto found = core.Find(call.name);
  if (!found.ok()) return answer(found.error());
  const json::Value* tags = call.body.Find("Tags");
  auto map = ReadStringMap(tags ? *tags : json::Value(), "Tags");
  if (!map.ok()) return answer(map.error());
  Function function = **found;
  map->merge(function.tags);  // What is given wins over what was there.
  if (map->size() > kMaxTags) return answer(InvalidParameterValue("Too many tags."));
  function.tags = std::move(*map);
  Store(core, function, std::move(answer));
}

void UntagResource(Core& core, const Call& call, Answer answer) {
  const auto found = core.Find(call.name);
  if (!found.ok()) return answer(found.error());
  Function function = **found;
  for (const auto& [name, key] : call.query) {
    if (name == "tagKeys") function.tags.erase(key);
  }
  Store(core, function, std::move(answer));
}

}  // namespace lifeboat::lambda
