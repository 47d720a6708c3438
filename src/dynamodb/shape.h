// Shapes: what a request must look like, as data, in the manner of AWS's service model. One walk
// finds members of a wrong JSON type (SerializationException), a second collects the constraints
// that are broken (`2 validation errors detected: ...`), in the order in which AWS tells them.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "http/aws_error.h"
#include "json/value.h"

namespace lifeboat::dynamodb {

struct Shape;

/// What happens when a member is missing.
enum class Need : uint8_t {
  kOptional,
  kNotNull,    ///< `Value null at '..' failed to satisfy constraint: Member must not be null`
  kParameter,  ///< `The parameter '..' is required but was not present in the request`
};

struct Member {
  std::string_view name;
  const Shape* shape;
  Need need = Need::kOptional;
};

struct Shape {
  enum class Kind : uint8_t {
    kString,
    kBoolean,
    kInteger,
    kLong,
    kTimestamp,
    kList,
    kMap,
    kStructure,
    kAttributeValue,
    kItem,  ///< A map of attribute values.
  };
  static constexpr int64_t kNoMin = std::numeric_limits<int64_t>::min();
  static constexpr int64_t kNoMax = std::numeric_limits<int64_t>::max();

  Kind kind = Kind::kString;
  std::string_view name = {};  ///< Of a structure: AWS's name of it, for messages.
  int64_t min = kNoMin;        ///< Least value, or least length.
  int64_t max = kNoMax;
  bool resource_name = false;  ///< Of `[a-zA-Z0-9_.-]+`.
  bool arn_allowed = false;    ///< An ARN passes whatever the rules above say.
  bool generic = false;        ///< Broken rules are told in AWS's newer form, alone and before all
                               ///< others: `Value at 'Limit' failed to satisfy constraint: ..`.
  bool generic_min = false;    ///< The same of the lower bound alone.
  std::span<const std::string_view> values = {};  ///< Of an enum.
  std::string_view newer_values =
      {};             ///< The enum as AWS's newer form lists it, which differs:
                      ///< `Failed to satisfy constraint: .. enum value set: [ALL, OR]`.
  bool bare = false;  ///< A generic refusal without `1 validation error detected: `.
  const Shape* element = nullptr;  ///< Of a list or a map.
  const Shape* key = nullptr;      ///< Of a map whose keys have rules.
  std::span<const Member> members = {};
};

/// Checks a whole request against `shape`, a structure: JSON types, then what must be there, then
/// constraints. AWS's newer forms are not used for a request without a member that must be there,
/// nor for one that is nested deeper than its newer reader goes.
http::AwsResult<void> CheckRequest(const Shape& shape, const json::Value& request);

/// True for a request that AWS reads and words in its older way because of its depth.
bool IsTooDeepForNewer(const json::Value& request);

/// The member of a request; nullptr when it is absent or null, which AWS does not tell apart.
const json::Value* Present(const json::Value& request, std::string_view name);

}  // namespace lifeboat::dynamodb
