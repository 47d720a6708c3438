// Parameters: what the template declares, what the request gives, what they resolve to.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "cloudformation/template.h"
#include "json/value.h"

namespace lifeboat::cloudformation {

struct ParameterDeclaration {
  std::string key;
  std::string type;
  std::string description;
  bool no_echo = false;
  bool has_default = false;
  std::string default_value;
  std::string constraint_description;
};
/// In the order of the template. The error is about the declaration itself.
Result<std::vector<ParameterDeclaration>> DeclaredParameters(const Template& checked);

/// One parameter of a request.
struct GivenParameter {
  std::string key;
  std::string value;
  bool use_previous_value = false;
};

struct ResolvedParameters {
  /// As text, for descriptions and comparisons, in the order of the template.
  std::vector<std::pair<std::string, std::string>> texts;
  /// As Ref gives them: text, or a list for the list types.
  std::map<std::string, json::Value> values;
};
/// Takes what is given, then previous values where asked for, then defaults, and checks every
/// constraint of the declarations.
Result<ResolvedParameters> ResolveParameters(
    const Template& checked, const std::vector<GivenParameter>& given,
    const std::vector<std::pair<std::string, std::string>>& previous = {});

}  // namespace lifeboat::cloudformation
