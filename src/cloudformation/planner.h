// Planner: from a request's template and parameters to what a stack or a change set is made of.
#pragma once

#include <string>
#include <vector>

#include "cloudformation/errors.h"
#include "cloudformation/intrinsics.h"
#include "cloudformation/parameters.h"
#include "cloudformation/resource_type.h"
#include "cloudformation/stack.h"
#include "http/aws_error.h"
#include "http/message.h"

namespace lifeboat::cloudformation {

struct Planned {
  Plan plan;
  /// Empty, or why the template can't be carried out although it is well-formed: what a change set
  /// fails with.
  std::string failure;
  /// Those that the request has not acknowledged.
  std::vector<std::string> missing_capabilities;
};

class Planner {
 public:
  explicit Planner(const ResourceTypes& types) : types_(types) {}

  /// Reads TemplateBody, Parameters, Capabilities and Tags. `previous` is the stack that is
  /// updated, or null. Errors are those that a request is refused with.
  http::AwsResult<Planned> Make(const http::Params& params, const Stack* previous) const;

  /// Fills the stack's conditions and resources from its plan. `new_suffix` draws the part of
  /// generated names.
  Status FillStack(Stack& stack, const Scope& scope,
                   const std::function<std::string()>& new_suffix) const;

 private:
  Status CheckTypes(const Template& processed) const;

  const ResourceTypes& types_;
};

/// The template of a request. The service has put a TemplateURL's text into TemplateBody.
http::AwsResult<Template> ReadTemplate(const http::Params& params);

}  // namespace lifeboat::cloudformation
