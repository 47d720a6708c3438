// The way of a package into the region: fetched or decoded, measured, unpacked by the process host.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "http/aws_error.h"
#include "lambda/core.h"
#include "lambda/function_input.h"

namespace lifeboat::lambda {

struct Package {
  std::shared_ptr<const std::string> zip;
  std::string sha256;  ///< Raw.
};

/// Gives the package that `input` names, for a function with that runtime, to `done` once it is
/// unpacked, or why there is none.
void ObtainPackage(Core& core, const CodeInput& input, const std::string& runtime,
                   std::function<void(http::AwsResult<Package>)> done);

/// Gives `done` an error when nothing on this machine runs functions of `runtime`.
void RequireInterpreter(Core& core, const std::string& runtime,
                        std::function<void(http::AwsResult<void>)> done);

}  // namespace lifeboat::lambda
