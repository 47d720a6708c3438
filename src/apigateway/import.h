// Reads an API's definition from Swagger 2.0 or OpenAPI 3, as the SAM transform writes it
// (Developer Guide, "x-amazon-apigateway-integration object"). What this system doesn't have is
// refused.
#pragma once

#include <string>
#include <string_view>

#include "apigateway/definition.h"
#include "base/prng.h"
#include "http/aws_error.h"

namespace lifeboat::apigateway {

struct ImportedApi {
  std::string title;
  std::string version;
  std::string description;
  Definition definition;
};

/// `base` is what the definition is merged into: on overwrite only its root (and the ids of paths
/// that stay) counts. New resources draw their ids from `prng`.
http::AwsResult<ImportedApi> ImportDefinition(std::string_view body, const Definition& base,
                                              bool merge, Prng& prng);

/// A definition with nothing but a root.
Definition EmptyDefinition(Prng& prng);

/// `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<arn>/invocations` to `<arn>`;
/// empty when it is something else.
std::string FunctionArnOfUri(std::string_view uri);

}  // namespace lifeboat::apigateway
