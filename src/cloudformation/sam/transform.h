// The transform AWS::Serverless-2016-10-31: functions with Api events become functions, roles,
// permissions and one implicit REST API with a deployment and a stage, as aws-sam-translator makes
// them. What it does not know it refuses by name.
#pragma once

#include "base/result.h"
#include "cloudformation/template.h"

namespace lifeboat::cloudformation {

/// A plain template. The error has the text that a change set fails with.
Result<Template> TransformServerless(const Template& source);

}  // namespace lifeboat::cloudformation
