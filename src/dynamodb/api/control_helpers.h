// Small parts that table operations share.
#pragma once

#include <string>

#include "dynamodb/catalog_change.h"
#include "dynamodb/describe.h"
#include "dynamodb/errors.h"
#include "dynamodb/operation.h"
#include "dynamodb/table_errors.h"

namespace lifeboat::dynamodb {

/// The name in the request's TableName, which may be an ARN.
inline std::string TableNameIn(const json::Value& request) {
  return std::string(TableNameOf(request.GetString("TableName")));
}

/// `{"<member>":<object>}`.
inline std::string Wrap(std::string_view member, json::Object object) {
  return json::Write(json::Object{{std::string(member), std::move(object)}});
}

}  // namespace lifeboat::dynamodb
