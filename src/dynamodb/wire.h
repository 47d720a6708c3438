// Attribute values as they stand in requests and answers: `{"S":"x"}`, `{"N":"1"}`, ...
// (API Reference, "AttributeValue").
#pragma once

#include <string>
#include <string_view>

#include "dynamodb/attribute_value.h"
#include "dynamodb/expression.h"
#include "http/aws_error.h"
#include "json/value.h"

namespace lifeboat::dynamodb {

/// What AWS's protocol layer checks of every request before anything else: the JSON types of the
/// members of an attribute value and the base64 of binaries. SerializationException. FromJson
/// checks it as well; this is for requests in which it must come before other refusals.
http::AwsResult<void> CheckShape(const json::Value& value);
/// The same for a map of attribute values: an item, a key, ExpressionAttributeValues.
http::AwsResult<void> CheckItemShape(const json::Value& item);

/// AWS checks values in one of two layers, which word some refusals differently: BatchWriteItem,
/// TransactGetItems, TransactWriteItems and Scan still use the older one.
enum class Wording { kCurrent, kOlder };

/// Reads one attribute value. SerializationException for what has the wrong JSON type,
/// ValidationException for the rest: no or several data types, NULL that is not true, empty sets,
/// duplicates, numbers out of range, too deep nesting.
http::AwsResult<AttributeValue> FromJson(const json::Value& value,
                                         Wording wording = Wording::kCurrent);
/// Reads an item or a key.
http::AwsResult<Item> ItemFromJson(const json::Value& item, Wording wording = Wording::kCurrent);

/// ExpressionAttributeNames and -Values of a request; nullptr or null when it has none. Values are
/// worded by `wording`; the older one puts `ExpressionAttributeValues contains invalid value: ...
/// for key :v` around them.
http::AwsResult<Substitutions> SubstitutionsFromJson(const json::Value* names,
                                                     const json::Value* values,
                                                     Wording wording = Wording::kCurrent);

/// Appends `{"S":"x"}`.
void AppendJson(std::string& out, const AttributeValue& value);
/// Appends `{"name":{"S":"x"},...}`.
void AppendJson(std::string& out, const Item& item);
json::Value ToJson(const AttributeValue& value);
json::Value ToJson(const Item& item);

}  // namespace lifeboat::dynamodb
