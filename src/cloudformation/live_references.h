// What a template's live part refers to, once its conditions have values. CloudFormation refuses
// with a ValidationError what can be known before the first resource is made.
#pragma once

#include <set>
#include <string>

#include "base/result.h"
#include "cloudformation/intrinsics.h"
#include "cloudformation/template.h"

namespace lifeboat::cloudformation {

/// Of the resources and outputs whose conditions hold, no value refers to a resource that is
/// switched off, and every Fn::FindInMap finds its value. `scope` has parameters, conditions and
/// mappings. Adds to `imports` the name of each export that conditions, resources and outputs use.
Status CheckLiveReferences(const Template& checked, const Scope& scope,
                           std::set<std::string>& imports);

}  // namespace lifeboat::cloudformation
