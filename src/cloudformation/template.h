// A template as text becomes a checked structure. The messages are CloudFormation's own where we
// know them (facts in docs/compatibility.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace lifeboat::cloudformation {

/// The root of a template, well-formed as far as CloudFormation checks without values: known
/// sections of the right kinds, and every reference names something that is there.
struct Template {
  json::Object root;

  /// A section, or an empty object.
  const json::Object& Section(std::string_view name) const;
  const json::Value* FindResource(std::string_view logical_id) const;
  /// The names in `Transform`, in order.
  std::vector<std::string> Transforms() const;
  std::string Description() const;
};

/// Reads YAML or JSON. The error's message is what a ValidationError says.
Result<Template> ParseTemplate(std::string_view body);

/// Checks sections, resources and references of a template without transforms.
Status ValidateTemplate(const Template& checked);

/// The capabilities that its resources ask for (User Guide, "Acknowledging IAM resources"):
/// CAPABILITY_IAM, or CAPABILITY_NAMED_IAM when one has a name of its own.
struct RequiredCapabilities {
  std::vector<std::string> capabilities;
  std::string reason;  ///< Empty when there are none.
};
RequiredCapabilities FindRequiredCapabilities(const Template& checked);

inline constexpr std::string_view kServerlessTransform = "AWS::Serverless-2016-10-31";

}  // namespace lifeboat::cloudformation
