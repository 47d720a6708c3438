#include "dynamodb/api/tags.h"

#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/table_shapes.h"

namespace lifeboat::dynamodb {

using http::AwsResult;

AwsResult<void> AddTags(const json::Array& given, json::Object& tags) {
  for (const json::Value& tag : given) {
    const std::string& key = tag.GetString("Key");
    if (key.starts_with("aws:")) {
      return errors::InvalidParameterValues(
          "One or more tag keys specified are reserved for AWS and cannot be specified");
    }
    tags.Set(key, tag.GetString("Value"));
  }
  if (tags.size() <= kMaxTags) return {};
  return errors::Validation(fmt::format(
      "One or more parameter values were invalid: Too many tags: more than {}", kMaxTags));
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
AwsResult<std::string> TableOfArn(Core& core, const std::string& arn) {
  const std::string name(TableNameOf(arn));
  if (name == arn || !arn.starts_with("arn:aws:dynamodb:")) {
    return errors::Validation("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
  }
  if (arn != core.ArnOf(name) || !core.catalog.Find(name)) {
    return errors::ResourceNotFound("ResourcArn: " + arn + " not found");
  }
  if (core.catalog.Find(name)->table().joining) {
    return errors::ResourceNotFound("ResourcArn: " + arn + " not found");
  }
  return name;
}

// Answers of both have no body at all.
void ChangeTags(Core& core, const json::Value& request,
                std::function<AwsResult<void>(json::Object&)> change, Respond respond) {
  const std::string& arn = request.GetString("ResourceArn");
  const auto name = TableOfArn(core, arn);
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
      core, request, [tags](json::Object& all) { return AddTags(tags, all); }, std::move(respond));
}

void UntagResource(Core& core, const json::Value& request, Respond respond) {
  const json::Array& keys = request.Find("TagKeys")->as_array();
  if (keys.empty()) {
    return respond(errors::Validation("Atleast one Tag Key needs to be provided as Input."));
  }
  ChangeTags(
      core, request,
      [keys](json::Object& all) -> AwsResult<void> {
        for (const json::Value& key : keys) all.Erase(key.as_string());
        return {};
      },
      std::move(respond));
}

void ListTagsOfResource(Core& core, const json::Value& request, Respond respond) {
  const auto name = TableOfArn(core, request.GetString("ResourceArn"));
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
