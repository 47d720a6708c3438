// Inline code: a function's source in the template itself. CloudFormation puts it into a file named
// `index` and makes a package of it (CloudFormation User Guide, AWS::Lambda::Function Code,
// ZipFile).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::cloudformation {

/// The zip of a package with `source` in index.js or index.py, the same bytes for the same source.
/// kInvalid when the runtime is neither a Node.js nor a Python one.
Result<std::string> MakeInlinePackage(std::string_view runtime, std::string_view source);

}  // namespace lifeboat::cloudformation
