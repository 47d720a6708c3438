#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/ids.h"
#include "cloudformation/limits.h"
#include "cloudformation/operations.h"

namespace lifeboat::cloudformation {
namespace {

constexpr size_t kSuffixChars = 12;

bool IsKnown(std::string_view name, std::span<const std::string_view> known) {
  name = name.substr(0, name.find('.'));
  for (const std::string_view common : {"Action", "Version", "ClientRequestToken"}) {
    if (name == common) return true;
  }
  return std::find(known.begin(), known.end(), name) != known.end();
}

}  // namespace

Outcome RefuseUnknownParameters(const http::Params& params,
                                std::span<const std::string_view> known) {
  for (const auto& [name, value] : params) {
    // SDKs send empty lists and flags that are off; they ask for nothing.
    if (IsKnown(name, known) || value.empty() || value == "false") continue;
    return ValidationError(NotSupported(fmt::format("Parameter {}", name)));
  }
  return {};
}

http::AwsResult<Stack*> RequireStack(Context& context, const http::Params& params,
                                     http::AwsError (*not_found)(std::string_view)) {
  const std::string_view name = params.Get("StackName");
  if (name.empty()) {
    return ValidationError(
        "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: "
        "Member must not be null");
  }
  Stack* stack = context.store.Find(name);
  if (!stack) return not_found(name);
  return stack;
}

Outcome CheckStackName(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const bool is_good =
      !name.empty() && name.size() <= kMaxStackNameChars && is_letter(name.front()) &&
      std::all_of(name.begin(), name.end(),
                  [&](char c) { return is_letter(c) || c == '-' || (c >= '0' && c <= '9'); });
  if (is_good) return {};
  return ValidationError(fmt::format(
      "1 validation error detected: Value '{}' at 'stackName' failed to satisfy constraint: Member "
      "must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*",
      name));
}

Stack NewStack(Context& context, std::string name) {
  Stack stack;
  stack.id = fmt::format("arn:aws:cloudformation:{}:{}:stack/{}/{}", context.region,
                         context.account, name, NewUuid(context.prng));
  stack.name = std::move(name);
  stack.created_at = context.now;
  return stack;
}

http::AwsResult<OnFailure> ReadOnFailure(const http::Params& params, std::string_view member) {
  const std::string_view word = params.Get(member);
  const std::string_view disable = params.Get("DisableRollback");
  if (!word.empty() && !disable.empty()) {
    return ValidationError(
        fmt::format("You can specify either {} or DisableRollback, but not both", member));
  }
  if (word == "ROLLBACK" || (word.empty() && disable != "true")) return OnFailure::kRollback;
  if (word == "DO_NOTHING" || disable == "true") return OnFailure::kDoNothing;
  if (word == "DELETE") return OnFailure::kDelete;
  return ValidationError(fmt::format(
      "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must "
      "satisfy enum value set: [ROLLBACK, DELETE, DO_NOTHING]",
      word, member));
}

Outcome BeginCreation(Context& context, Stack& stack) {
  // References to the stack's own resources are looked up in the stack itself.
  const Status filled = context.planner.FillStack(stack, context.conductor.ScopeOf(stack), [&] {
    return NewId(context.prng, kSuffixChars, kUpperAlnum);
  });
  if (!filled.ok()) return ValidationError(filled.error().message);
  context.conductor.BeginCreate(stack);
  context.drive = &stack;
  return {};
}

http::AwsResult<PageBounds> ReadPage(const http::Params& params, size_t total, size_t page_size) {
  PageBounds page;
  if (const std::string* token = params.Find("NextToken")) {
    const auto begin = ParseUint(*token);
    if (!begin || *begin > total) return ValidationError("Invalid NextToken");
    page.begin = *begin;
  }
  page.end = std::min(total, page.begin + page_size);
  if (page.end < total) page.next_token = std::to_string(page.end);
  return page;
}

void WriteTexts(http::XmlWriter& xml, std::string_view list,
                const std::vector<std::string>& texts) {
  xml.Open(list);
  for (const std::string& text : texts) xml.Leaf("member", text);
  xml.Close();
}

void WriteTags(http::XmlWriter& xml, const TextPairs& tags) {
  xml.Open("Tags");
  for (const auto& [key, value] : tags) {
    xml.Open("member").Leaf("Key", key).Leaf("Value", value).Close();
  }
  xml.Close();
}

void WriteParameters(http::XmlWriter& xml, const Plan& plan) {
  if (plan.parameters.empty()) return;
  xml.Open("Parameters");
  for (const auto& [key, value] : plan.parameters) {
    const bool is_hidden =
        std::find(plan.no_echo.begin(), plan.no_echo.end(), key) != plan.no_echo.end();
    xml.Open("member").Leaf("ParameterKey", key);
    xml.Leaf("ParameterValue", is_hidden ? std::string_view("****") : std::string_view(value));
    xml.Close();
  }
  xml.Close();
}

Operation FindOperation(std::string_view action) {
  static const std::map<std::string_view, Operation> kOperations = {
      {"CreateStack", &CreateStack},
      {"UpdateStack", &UpdateStack},
      {"DeleteStack", &DeleteStack},
      {"DescribeStacks", &DescribeStacks},
      {"ListStacks", &ListStacks},
      {"DescribeStackEvents", &DescribeStackEvents},
      {"DescribeStackResource", &DescribeStackResource},
      {"DescribeStackResources", &DescribeStackResources},
      {"ListStackResources", &ListStackResources},
      {"GetTemplate", &GetTemplate},
      {"GetTemplateSummary", &GetTemplateSummary},
      {"ValidateTemplate", &ValidateTemplateAction},
      {"CreateChangeSet", &CreateChangeSet},
      {"DescribeChangeSet", &DescribeChangeSet},
      {"ExecuteChangeSet", &ExecuteChangeSet},
      {"DeleteChangeSet", &DeleteChangeSet},
      {"ListChangeSets", &ListChangeSets},
      {"ListExports", &ListExports},
      {"ListImports", &ListImports},
  };
  const auto it = kOperations.find(action);
  return it == kOperations.end() ? nullptr : it->second;
}

}  // namespace lifeboat::cloudformation
