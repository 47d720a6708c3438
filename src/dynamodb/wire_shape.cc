// The JSON types of requests, as AWS's protocol layer checks and words them.
#include <fmt/format.h>

#include "base/bytes.h"
#include "dynamodb/errors.h"
#include "dynamodb/wire.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using Checker = AwsResult<void> (*)(const json::Value&);

constexpr std::string_view kNoMap = "Start of structure or map found where not expected";

AwsResult<void> Refuse(std::string message) { return errors::Serialization(std::move(message)); }

// `NUMBER_VALUE` and so on, for a scalar.
std::string_view TokenOf(const json::Value& value) {
  if (value.is_int()) return "NUMBER_VALUE";
  if (value.is_number()) return "DECIMAL_VALUE";
  if (value.is_string()) return "STRING_VALUE";
  return value.as_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
}

// Refuses lists and maps where a scalar of `java_class` must stand.
AwsResult<void> CheckScalar(const json::Value& value, std::string_view java_class) {
  if (value.is_object()) return Refuse(std::string(kNoMap));
  if (value.is_array()) {
    return Refuse(fmt::format("Unrecognized collection type class {}", java_class));
  }
  return {};
}

AwsResult<void> CheckString(const json::Value& value) {
  if (value.is_string() || value.is_null()) return {};
  if (AwsResult<void> r = CheckScalar(value, "java.lang.String"); !r.ok()) return r;
  return Refuse(fmt::format("{} cannot be converted to String", TokenOf(value)));
}

AwsResult<void> CheckBoolean(const json::Value& value) {
  if (value.is_bool() || value.is_null()) return {};
  if (AwsResult<void> r = CheckScalar(value, "java.lang.Boolean"); !r.ok()) return r;
  if (value.is_string()) return Refuse("Unexpected token received from parser");
  return Refuse(fmt::format("{} cannot be converted to Boolean", TokenOf(value)));
}

AwsResult<void> CheckBlob(const json::Value& value) {
  if (value.is_null()) return {};
  if (AwsResult<void> r = CheckScalar(value, "java.nio.ByteBuffer"); !r.ok()) return r;
  const std::string* text = value.if_string();
  if (!text) return Refuse("only base-64-encoded strings are convertible to bytes");
  if (text->size() % 4 != 0) {
    return Refuse(fmt::format(
        "Base64 encoded length is expected a multiple of 4 bytes but found: {}", text->size()));
  }
  if (Base64Decode(*text)) return {};
  return Refuse("Invalid last non-pad Base64 character dectected");
}

AwsResult<void> CheckEach(const json::Value& value, Checker check) {
  if (value.is_null()) return {};
  if (value.is_object()) return Refuse(std::string(kNoMap));
  const json::Array* array = value.if_array();
  if (!array) return Refuse("Unexpected field type");
  for (const json::Value& element : *array) {
    if (AwsResult<void> r = check(element); !r.ok()) return r;
  }
  return {};
}

AwsResult<void> CheckMember(std::string_view name, const json::Value& value) {
  const std::optional<Type> type = TypeNamed(name);
  if (!type) return {};  // AWS ignores members that it does not know.
  switch (*type) {
    case Type::kS:
    case Type::kN:
      return CheckString(value);
    case Type::kB:
      return CheckBlob(value);
    case Type::kBool:
    case Type::kNull:
      return CheckBoolean(value);
    case Type::kSS:
    case Type::kNS:
      return CheckEach(value, CheckString);
    case Type::kBS:
      return CheckEach(value, CheckBlob);
    case Type::kL:
      return CheckEach(value, CheckShape);
    case Type::kM:
      return CheckItemShape(value);
  }
  return {};
}

}  // namespace

AwsResult<void> CheckShape(const json::Value& value) {
  if (value.is_null()) return {};
  if (value.is_array()) {
    return Refuse(
        "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
  }
  const json::Object* object = value.if_object();
  if (!object) return Refuse("Unexpected value type in payload");
  for (const auto& [type, member] : *object) {
    if (AwsResult<void> r = CheckMember(type, member); !r.ok()) return r;
  }
  return {};
}

AwsResult<void> CheckItemShape(const json::Value& item) {
  if (item.is_null()) return {};
  if (item.is_array()) {
    return Refuse(
        "Unrecognized collection type java.util.Map<java.lang.String, "
        "com.amazonaws.dynamodb.v20120810.AttributeValue>");
  }
  const json::Object* object = item.if_object();
  if (!object) return Refuse("Unexpected field type");
  for (const auto& [name, value] : *object) {
    if (AwsResult<void> r = CheckShape(value); !r.ok()) return r;
  }
  return {};
}

}  // namespace lifeboat::dynamodb
