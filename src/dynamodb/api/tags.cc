#include "dynamodb/api/tags.h"

#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/table_shapes.h"
#include "dynamodb/table_rules.h"

namespace lifeboat::dynamodb {

using http::AwsResult;

AwsResult<void> AddTags(const json::Array& given, json::Object& tags) {
  if (auto c = CheckNewTags(given); !c) return c;
  for (const json::Value& tag : given) tags.Set(tag.GetString("Key"), tag.GetString("Value"));
  if (tags.size() <= kMaxTags) return {};
  return errors::Validation("Number of Tags exceed the current limit for the provided ResourceArn");
}

namespace {

constexpr Shape kTagKeys{.kind = Shape::Kind::kList, .element = &shapes::kTagKey};
constexpr Member kTagMembers[] = {
    {"ResourceArn", &shapes::kResourceArn, Need::kNotNull},
    {"Tags", &shapes::kTags, Need::kNotNull},
};
constexpr Shape kTagRequest{
    .kind = Shape::Kind::kStructure, .name = "TagResourceInput", .members = kTagMembers};
constexpr Member kUntagMembers[] = {
    {"ResourceArn", &shapes::kResourceArn, Need::kNotNull},
    {"TagKeys", &kTagKeys, Need::kNotNull},
};
constexpr Shape kUntagRequest{
    .kind = Shape::Kind::kStructure, .name = "UntagResourceInput", .members = kUntagMembers};
constexpr Shape kToken{.kind = Shape::Kind::kString};
constexpr Member kListMembers[] = {
    {"ResourceArn", &shapes::kResourceArn, Need::kNotNull},
    {"NextToken", &kToken},
};
constexpr Shape kListRequest{
    .kind = Shape::Kind::kStructure, .name = "ListTagsOfResourceInput", .members = kListMembers};

// The name of our table that `arn` names.
AwsResult<std::string> TableOfArn(Core& core, std::string_view operation, const std::string& arn) {
  if (auto c = CheckTaggedArn(arn, operation, core.options.region, core.options.account); !c) {
    return c.error();
  }
  const std::string name(TableNameOf(arn));
  if (arn != core.ArnOf(name) || !core.catalog.Find(name)) {
    return errors::ResourceNotFound("ResourcArn: " + arn + " not found");
  }
  if (core.catalog.Find(name)->table().joining) {
    return errors::ResourceNotFound("ResourcArn: " + arn + " not found");
  }
  return name;
}

// Answers of both have no body at all.
void ChangeTags(Core& core, std::string_view operation, const json::Value& request,
                std::function<AwsResult<void>(json::Object&)> change, Respond respond) {
  const std::string& arn = request.GetString("ResourceArn");
  const auto name = TableOfArn(core, operation, arn);
  if (!name) return respond(name.error());
  ChangeTable(
      core, *name, errors::ResourceNotFound("ResourcArn: " + arn + " not found"),
      [change = std::move(change)](LiveTable&, Table& next, storage::WriteBatch&) {
        return change(next.tags);
      },
      [respond = std::move(respond)](AwsResult<const LiveTable*> changed) {
        if (!changed) return respond(changed.error());
        respond(std::string());
      });
}

void TagResource(Core& core, const json::Value& request, Respond respond) {
  const json::Array& tags = request.Find("Tags")->as_array();
  if (tags.empty()) {
    return respond(errors::Validation("Atleast one Tag needs to be provided as Input."));
  }
  ChangeTags(
      core, "TagResource", request, [tags](json::Object& all) { return AddTags(tags, all); },
      std::move(respond));
}

void UntagResource(Core& core, const json::Value& request, Respond respond) {
  const json::Array& keys = request.Find("TagKeys")->as_array();
  if (keys.empty()) {
    return respond(errors::Validation("Atleast one Tag Key needs to be provided as Input."));
  }
  ChangeTags(
      core, "UntagResource", request,
      [keys](json::Object& all) -> AwsResult<void> {
        for (const json::Value& key : keys) all.Erase(key.as_string());
        return {};
      },
      std::move(respond));
}

void ListTagsOfResource(Core& core, const json::Value& request, Respond respond) {
  const auto name = TableOfArn(core, "ListTagsOfResource", request.GetString("ResourceArn"));
  if (!name) return respond(name.error());
  json::Array tags;
  for (const auto& [key, value] : core.catalog.Find(*name)->table().tags) {
    tags.push_back(json::Object{{"Key", key}, {"Value", value}});
  }
  respond(json::Write(json::Object{{"Tags", std::move(tags)}}));
}

}  // namespace

const Operation kTagResource{"TagResource", Operation::Access::kControl, kTagRequest, TagResource};
const Operation kUntagResource{"UntagResource", Operation::Access::kControl, kUntagRequest,
                               UntagResource};
const Operation kListTagsOfResource{"ListTagsOfResource", Operation::Access::kControl, kListRequest,
                                    ListTagsOfResource};

}  // namespace lifeboat::dynamodb
