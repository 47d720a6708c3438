// DescribeStacks, ListStacks, ListExports, ListImports.
#include <algorithm>

#include "cloudformation/operations.h"
#include "cloudformation/query.h"

namespace lifeboat::cloudformation {
namespace {

void WriteOutputs(http::XmlWriter& xml, const Stack& stack) {
  if (stack.outputs.empty()) return;
  xml.Open("Outputs");
  for (const Output& output : stack.outputs) {
    xml.Open("member").Leaf("OutputKey", output.key).Leaf("OutputValue", output.value);
    if (!output.description.empty()) xml.Leaf("Description", output.description);
    if (!output.export_name.empty()) xml.Leaf("ExportName", output.export_name);
    xml.Close();
  }
  xml.Close();
}

void WriteStack(http::XmlWriter& xml, const Stack& stack) {
  xml.Open("member").Leaf("StackId", stack.id).Leaf("StackName", stack.name);
  if (!stack.change_set_id.empty()) xml.Leaf("ChangeSetId", stack.change_set_id);
  if (!stack.plan.description.empty()) xml.Leaf("Description", stack.plan.description);
  WriteParameters(xml, stack.plan);
  xml.Leaf("CreationTime", FormatIso8601Millis(stack.created_at));
  if (stack.deleted_at) xml.Leaf("DeletionTime", FormatIso8601Millis(*stack.deleted_at));
  xml.Leaf("StackStatus", stack.status);
  if (!stack.reason.empty()) xml.Leaf("StackStatusReason", stack.reason);
  xml.Leaf("DisableRollback", stack.on_failure == OnFailure::kDoNothing);
  WriteTexts(xml, "NotificationARNs", {});
  WriteTexts(xml, "Capabilities", stack.plan.capabilities);
  WriteOutputs(xml, stack);
  WriteTags(xml, stack.plan.tags);
  xml.Leaf("EnableTerminationProtection", false);
  xml.Open("DriftInformation").Leaf("StackDriftStatus", "NOT_CHECKED").Close();
  xml.Close();
}

}  // namespace

Outcome DescribeStacks(Context& context, const http::Params& params, http::XmlWriter& result) {
  std::vector<Stack*> stacks;
  if (!params.Get("StackName").empty()) {
    const auto stack = RequireStack(context, params, &NoSuchStackId);
    if (!stack.ok()) return stack.error();
    stacks.push_back(*stack);
  } else {
    stacks = context.store.All();
    std::erase_if(stacks, [](const Stack* stack) { return stack->deleted(); });
  }
  const auto page = ReadPage(params, stacks.size(), kPageSize);
  if (!page.ok()) return page.error();
  result.Open("Stacks");
  for (size_t i = page->begin; i < page->end; ++i) WriteStack(result, *stacks[i]);
  result.Close();
  if (!page->next_token.empty()) result.Leaf("NextToken", page->next_token);
  return {};
}

Outcome ListStacks(Context& context, const http::Params& params, http::XmlWriter& result) {
  const std::vector<std::string> filter = QueryTexts(params, "StackStatusFilter");
  std::vector<Stack*> stacks = context.store.All();
  std::erase_if(stacks, [&](const Stack* stack) {
    return !filter.empty() &&
           std::find(filter.begin(), filter.end(), stack->status) == filter.end();
  });
  std::reverse(stacks.begin(), stacks.end());  // Newest first.
  const auto page = ReadPage(params, stacks.size(), kPageSize);
  if (!page.ok()) return page.error();
  result.Open("StackSummaries");
  for (size_t i = page->begin; i < page->end; ++i) {
    const Stack& stack = *stacks[i];
    result.Open("member").Leaf("StackId", stack.id).Leaf("StackName", stack.name);
    if (!stack.plan.description.empty()) {
      result.Leaf("TemplateDescription", stack.plan.description);
    }
    result.Leaf("CreationTime", FormatIso8601Millis(stack.created_at));
    if (stack.deleted_at) result.Leaf("DeletionTime", FormatIso8601Millis(*stack.deleted_at));
    result.Leaf("StackStatus", stack.status);
    if (!stack.reason.empty()) result.Leaf("StackStatusReason", stack.reason);
    result.Close();
  }
  result.Close();
  if (!page->next_token.empty()) result.Leaf("NextToken", page->next_token);
  return {};
}

Outcome ListExports(Context& context, const http::Params& params, http::XmlWriter& result) {
  std::vector<StackStore::Export> exports = context.store.Exports();
  std::sort(exports.begin(), exports.end(),
            [](const StackStore::Export& a, const StackStore::Export& b) {
              return a.output->export_name < b.output->export_name;
            });
  const auto page = ReadPage(params, exports.size(), kPageSize);
  if (!page.ok()) return page.error();
  result.Open("Exports");
  for (size_t i = page->begin; i < page->end; ++i) {
    result.Open("member").Leaf("ExportingStackId", exports[i].stack->id);
    result.Leaf("Name", exports[i].output->export_name);
    result.Leaf("Value", exports[i].output->value).Close();
  }
  result.Close();
  if (!page->next_token.empty()) result.Leaf("NextToken", page->next_token);
  return {};
}

Outcome ListImports(Context& context, const http::Params& params, http::XmlWriter& result) {
  const std::string name(params.Get("ExportName"));
  if (name.empty()) return ValidationError("ExportName must be specified");
  std::vector<std::string> importers;
  for (const Stack* stack : context.store.All()) {
    if (!stack->deleted() && stack->imports.contains(name)) importers.push_back(stack->name);
  }
  if (importers.empty()) {
    return ValidationError(fmt::format("Export '{}' is not imported by any stack.", name));
  }
  std::sort(importers.begin(), importers.end());
  const auto page = ReadPage(params, importers.size(), kPageSize);
  if (!page.ok()) return page.error();
  importers.assign(importers.begin() + static_cast<long>(page->begin),
                   importers.begin() + static_cast<long>(page->end));
  WriteTexts(result, "Imports", importers);
  if (!page->next_token.empty()) result.Leaf("NextToken", page->next_token);
  return {};
}

}  // namespace lifeboat::cloudformation
