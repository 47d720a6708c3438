// ChangeTagsForResource, ListTagsForResource, ListTagsForResources.
#include "route53/errors.h"
#include "route53/operation.h"
#include "route53/response_xml.h"
#include "route53/xml_element.h"

namespace lifeboat::route53 {
namespace {

constexpr size_t kMaxTagKey = 128;
constexpr size_t kMaxTagValue = 256;
constexpr size_t kMaxTaggedResources = 10;

http::AwsResult<Tags*> FindTags(Operation& op, std::string_view type, std::string_view id) {
  if (type == "hostedzone") {
    HostedZone* zone = op.state.FindZone(id);
    if (zone == nullptr) return NoSuchHostedZone(id);
    return &zone->tags;
  }
  if (type == "healthcheck") {
    HealthCheck* check = op.state.FindCheck(id);
    if (check == nullptr) return NoSuchHealthCheck(id);
    return &check->tags;
  }
  return InvalidInput("ResourceType must be healthcheck or hostedzone");
}

}  // namespace

OperationResult ChangeTagsForResource(Operation& op) {
  const http::AwsResult<Tags*> tags = FindTags(op, op.path[0], op.path[1]);
  if (!tags.ok()) return tags.error();
  const Result<XmlElement> request = ParseXml(op.body, "ChangeTagsForResourceRequest");
  if (!request.ok()) return MalformedInput();
  Tags changed = **tags;
  if (const XmlElement* remove = request->Find("RemoveTagKeys")) {
    for (const XmlElement& key : remove->children) changed.erase(key.text);
  }
  if (const XmlElement* add = request->Find("AddTags")) {
    for (const XmlElement& tag : add->children) {
      const std::string_view key = tag.Get("Key"), value = tag.Get("Value");
      if (key.empty() || key.size() > kMaxTagKey || value.size() > kMaxTagValue)
        return InvalidInput("A tag key has 1 to 128 characters, a value at most 256");
      changed.insert_or_assign(std::string(key), std::string(value));
    }
  }
  if (changed.size() > kMaxTags) return InvalidInput("A resource has at most 10 tags");
  **tags = std::move(changed);
  if (op.path[0] == "hostedzone") op.writer.PutZone(*op.state.FindZone(op.path[1]));
  if (op.path[0] == "healthcheck") op.writer.PutCheck(*op.state.FindCheck(op.path[1]));
  http::XmlWriter xml;
  xml.Open("ChangeTagsForResourceResponse", kXmlNamespace);
  return XmlAnswer(200, xml);
}

OperationResult ListTagsForResource(Operation& op) {
  const http::AwsResult<Tags*> tags = FindTags(op, op.path[0], op.path[1]);
  if (!tags.ok()) return tags.error();
  http::XmlWriter xml;
  xml.Open("ListTagsForResourceResponse", kXmlNamespace);
  WriteTags(xml, op.path[0], op.path[1], **tags);
  return XmlAnswer(200, xml);
}

OperationResult ListTagsForResources(Operation& op) {
  const Result<XmlElement> request = ParseXml(op.body, "ListTagsForResourcesRequest");
  if (!request.ok()) return MalformedInput();
  const XmlElement* ids = request->Find("ResourceIds");
  if (ids == nullptr || ids->children.empty() || ids->children.size() > kMaxTaggedResources)
    return InvalidInput("ResourceIds must name 1 to 10 resources");
  http::XmlWriter xml;
  xml.Open("ListTagsForResourcesResponse", kXmlNamespace).Open("ResourceTagSets");
  for (const XmlElement& id : ids->children) {
    const http::AwsResult<Tags*> tags = FindTags(op, op.path[0], id.text);
    if (!tags.ok()) return tags.error();
    WriteTags(xml, op.path[0], id.text, **tags);
  }
  return XmlAnswer(200, xml);
}

}  // namespace lifeboat::route53
