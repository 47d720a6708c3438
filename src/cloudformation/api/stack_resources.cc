// DescribeStackEvents, DescribeStackResource, DescribeStackResources, ListStackResources.
#include <fmt/format.h>

#include "cloudformation/operations.h"

namespace lifeboat::cloudformation {
namespace {

void WriteResource(http::XmlWriter& xml, const Resource& resource, std::string_view time_member) {
  xml.Leaf("LogicalResourceId", resource.logical_id);
  if (!resource.physical_id.empty()) xml.Leaf("PhysicalResourceId", resource.physical_id);
  xml.Leaf("ResourceType", resource.type);
  xml.Leaf(time_member, FormatIso8601Millis(resource.updated_at));
  xml.Leaf("ResourceStatus", resource.status);
  if (!resource.reason.empty()) xml.Leaf("ResourceStatusReason", resource.reason);
  xml.Open("DriftInformation").Leaf("StackResourceDriftStatus", "NOT_CHECKED").Close();
}

// Those whose creation has started.
std::vector<const Resource*> StartedResources(const Stack& stack) {
  std::vector<const Resource*> started;
  for (const auto& [id, resource] : stack.resources) {
    if (!resource.status.empty()) started.push_back(&resource);
  }
  return started;
}

}  // namespace

Outcome DescribeStackEvents(Context& context, const http::Params& params, http::XmlWriter& result) {
  const auto found = RequireStack(context, params, &NoSuchStack);
  if (!found.ok()) return found.error();
  const Stack& stack = **found;
  const auto page = ReadPage(params, stack.events.size(), kPageSize);
  if (!page.ok()) return page.error();
  result.Open("StackEvents");
  for (size_t i = page->begin; i < page->end; ++i) {
    const Event& event = stack.events[stack.events.size() - 1 - i];  // Newest first.
    result.Open("member").Leaf("EventId", event.id).Leaf("StackId", stack.id);
    result.Leaf("StackName", stack.name).Leaf("LogicalResourceId", event.logical_id);
    result.Leaf("PhysicalResourceId", event.physical_id).Leaf("ResourceType", event.type);
    result.Leaf("Timestamp", FormatIso8601Millis(event.at)).Leaf("ResourceStatus", event.status);
    if (!event.reason.empty()) result.Leaf("ResourceStatusReason", event.reason);
    result.Close();
  }
  result.Close();
  if (!page->next_token.empty()) result.Leaf("NextToken", page->next_token);
  return {};
}

Outcome DescribeStackResource(Context& context, const http::Params& params,
                              http::XmlWriter& result) {
  const auto found = RequireStack(context, params, &NoSuchStack);
  if (!found.ok()) return found.error();
  const Stack& stack = **found;
  const std::string_view id = params.Get("LogicalResourceId");
  const auto it = stack.resources.find(id);
  if (it == stack.resources.end() || it->second.status.empty()) {
    return ValidationError(fmt::format("Resource {} does not exist for stack {}", id, stack.name));
  }
  result.Open("StackResourceDetail").Leaf("StackId", stack.id).Leaf("StackName", stack.name);
  WriteResource(result, it->second, "LastUpdatedTimestamp");
  result.Close();
  return {};
}

Outcome DescribeStackResources(Context& context, const http::Params& params,
                               http::XmlWriter& result) {
  const auto found = RequireStack(context, params, &NoSuchStack);
  if (!found.ok()) return found.error();
  const Stack& stack = **found;
  const std::string_view id = params.Get("LogicalResourceId");
  result.Open("StackResources");
  for (const Resource* resource : StartedResources(stack)) {
    if (!id.empty() && resource->logical_id != id) continue;
    result.Open("member").Leaf("StackId", stack.id).Leaf("StackName", stack.name);
    WriteResource(result, *resource, "Timestamp");
    result.Close();
  }
  result.Close();
  return {};
}

Outcome ListStackResources(Context& context, const http::Params& params, http::XmlWriter& result) {
  const auto found = RequireStack(context, params, &NoSuchStackId);
  if (!found.ok()) return found.error();
  const std::vector<const Resource*> resources = StartedResources(**found);
  const auto page = ReadPage(params, resources.size(), kPageSize);
  if (!page.ok()) return page.error();
  result.Open("StackResourceSummaries");
  for (size_t i = page->begin; i < page->end; ++i) {
    result.Open("member");
    WriteResource(result, *resources[i], "LastUpdatedTimestamp");
    result.Close();
  }
  result.Close();
  if (!page->next_token.empty()) result.Leaf("NextToken", page->next_token);
  return {};
}

}  // namespace lifeboat::cloudformation
