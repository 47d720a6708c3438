// patchOperations: [{op, path, value}], the one form of update that API Gateway has (RFC 6902 with
// rules of its own).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/aws_error.h"
#include "json/value.h"

namespace lifeboat::apigateway {

struct PatchOperation {
  std::string op;
  std::string path;
  std::string value;

  /// The path after `prefix`, with `~1` and `~0` undone; empty when the path doesn't start so.
  std::string Rest(std::string_view prefix) const;
};

/// The operations of a body; only add, remove and replace are known.
http::AwsResult<std::vector<PatchOperation>> ReadPatch(const json::Value& body);

}  // namespace lifeboat::apigateway
