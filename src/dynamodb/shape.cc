#include "dynamodb/shape.h"

#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "dynamodb/errors.h"
#include "dynamodb/wire.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;
using Kind = Shape::Kind;

constexpr size_t kMaxViolations = 10;
// Levels of JSON that AWS's newer reader takes. Deeper requests are read and worded the older way.
constexpr size_t kNewerDepth = 128;
constexpr std::string_view kModelPackage = "com.amazonaws.dynamodb.v20120810.";

// Where a value stands decides how AWS complains of a scalar in place of a structure.
enum class Place { kField, kElement };

std::string_view JavaName(Kind kind) {
  switch (kind) {
    case Kind::kBoolean:
      return "Boolean";
    case Kind::kInteger:
      return "Integer";
    case Kind::kLong:
      return "Long";
    case Kind::kTimestamp:
      return "Date";
    default:
      return "String";
  }
}

std::string_view TokenName(const json::Value& value) {
  if (const bool* b = value.if_bool()) return *b ? "TRUE_VALUE" : "FALSE_VALUE";
  if (value.is_string()) return "STRING_VALUE";
  return value.is_int() ? "NUMBER_VALUE" : "DECIMAL_VALUE";
}

AwsResult<void> CheckScalar(Kind kind, const json::Value& value) {
  if (value.is_object()) {
    return errors::Serialization("Start of structure or map found where not expected");
  }
  const std::string java(JavaName(kind));
  if (value.is_array()) {
    return errors::Serialization("Unrecognized collection type class java.lang." + java);
  }
  const bool fits = kind == Kind::kString    ? value.is_string()
                    : kind == Kind::kBoolean ? value.is_bool()
                                             : value.is_number();
  if (fits) return {};
  if (kind == Kind::kBoolean && value.is_string()) {
    return errors::Serialization("Unexpected token received from parser");
  }
  return errors::Serialization(std::string(TokenName(value)) + " cannot be converted to " + java);
}

AwsResult<void> CheckTypes(const Shape& shape, const json::Value& value, Place place);

AwsResult<void> CheckStructureTypes(const Shape& shape, const json::Value& value, Place place) {
  if (value.is_array()) {
    return errors::Serialization("Unrecognized collection type class " +
                                 std::string(kModelPackage) + std::string(shape.name));
  }
  if (!value.is_object()) {
    return errors::Serialization(place == Place::kField ? "Unexpected field type"
                                                        : "Unexpected value type in payload");
  }
  for (const Member& member : shape.members) {
    const json::Value* child = Present(value, member.name);
    if (!child) continue;
    if (auto checked = CheckTypes(*member.shape, *child, Place::kField); !checked) return checked;
  }
  return {};
}

AwsResult<void> CheckListTypes(const Shape& shape, const json::Value& value) {
  if (value.is_object()) {
    return errors::Serialization("Start of structure or map found where not expected");
  }
  if (!value.is_array()) return errors::Serialization("Unexpected field type");
  for (const json::Value& element : value.as_array()) {
    if (element.is_null()) continue;
    if (auto checked = CheckTypes(*shape.element, element, Place::kElement); !checked) {
      return checked;
    }
  }
  return {};
}

AwsResult<void> CheckMapTypes(const Shape& shape, const json::Value& value) {
  if (value.is_array()) {
    const std::string of = shape.element->kind == Kind::kString
                               ? "java.lang.String"
                               : std::string(kModelPackage) + std::string(shape.element->name);
    return errors::Serialization("Unrecognized collection type java.util.Map<java.lang.String, " +
                                 of + ">");
  }
  if (!value.is_object()) return errors::Serialization("Unexpected field type");
  for (const auto& [key, element] : value.as_object()) {
    if (element.is_null()) continue;
    if (auto checked = CheckTypes(*shape.element, element, Place::kElement); !checked) {
      return checked;
    }
  }
  return {};
}

AwsResult<void> CheckTypes(const Shape& shape, const json::Value& value, Place place) {
  switch (shape.kind) {
    case Kind::kList:
      return CheckListTypes(shape, value);
    case Kind::kMap:
      return CheckMapTypes(shape, value);
    case Kind::kStructure:
      return CheckStructureTypes(shape, value, place);
    case Kind::kAttributeValue:
      return CheckShape(value);
    case Kind::kItem:
      return CheckItemShape(value);
    default:
      return CheckScalar(shape.kind, value);
  }
}

bool IsResourceName(std::string_view text) {
  for (const char c : text) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '.' || c == '-';
    if (!good) return false;
  }
  return !text.empty();
}

bool IsArn(const json::Value& value) { return value.as_string().starts_with("arn:"); }

std::string LowerFirst(std::string_view name) {
  std::string text(name);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] | 32);
  return text;
}

// A value as AWS's messages echo it: `KeySchemaElement(attributeName=a, keyType=HASH)`.
std::string TextOf(const Shape& shape, const json::Value& value) {
  if (value.is_string()) return value.as_string();
  if (shape.kind == Kind::kList && value.is_array()) {
    std::string text = "[";
    for (const json::Value& element : value.as_array()) {
      if (text.size() > 1) text += ", ";
      text += TextOf(*shape.element, element);
    }
    return text + "]";
  }
  if (shape.kind != Kind::kStructure) return json::Write(value);
  std::string text(shape.name);
  text += '(';
  for (const Member& member : shape.members) {
    const json::Value* child = Present(value, member.name);
    if (!child) continue;
    if (text.back() != '(') text += ", ";
    text += LowerFirst(member.name) + "=" + TextOf(*member.shape, *child);
  }
  return text + ")";
}

/// Where a value stands, as a step from what holds it. Text is made only for a complaint.
class Location {
 public:
  Location() = default;
  Location(const Location& up, const Member& member)
      : up_(&up), name_(member.name), is_member_(true) {}
  Location(const Location& up, const std::string& key) : up_(&up), name_(key) {}
  Location(const Location& up, size_t number) : up_(&up), number_(number) {}

  /// `TableName` in AWS's newer messages, `tableName` in the older ones.
  std::string Text(bool lower) const {
    if (!up_) return "";
    std::string text = up_->Text(lower);
    if (!text.empty()) text += '.';
    if (is_member_) return text += lower ? LowerFirst(name_) : std::string(name_);
    return text += (number_ > 0 ? std::to_string(number_) : std::string(name_)) + ".member";
  }

 private:
  const Location* up_ = nullptr;
  std::string_view name_;
  size_t number_ = 0;
  bool is_member_ = false;
};

class Violations {
 public:
  explicit Violations(bool older) : older_(older) {}
  void Collect(const Shape& shape, const json::Value& value, const Location& where);
  void CollectMembers(const Shape& shape, const json::Value& value, const Location& where);
  const std::vector<std::string>& found() const { return found_; }
  bool older() const { return older_; }

 private:
  void Add(const Shape& shape, const json::Value& value, const Location& where,
           std::string constraint);
  void CollectSize(const Shape& shape, const json::Value& value, const Location& where);
  void CollectMap(const Shape& shape, const json::Value& value, const Location& where);
  void CollectEnum(const Shape& shape, const json::Value& value, const Location& where);

  const bool older_;  // Everything in the older form.
  std::vector<std::string> found_;
};

void Violations::Add(const Shape& shape, const json::Value& value, const Location& where,
                     std::string constraint) {
  if (found_.size() >= kMaxViolations) return;
  const std::string shown = value.is_null() ? "null" : "'" + TextOf(shape, value) + "'";
  found_.push_back("Value " + shown + " at '" + where.Text(true) +
                   "' failed to satisfy constraint: " + std::move(constraint));
}

bool IsNumber(const Shape& shape) {
  return shape.kind == Kind::kInteger || shape.kind == Kind::kLong;
}

// In UTF-16, by whose units AWS counts: every character is one, those beyond the first 65,536 two.
int64_t CountCharacters(std::string_view utf8) {
  return std::accumulate(utf8.begin(), utf8.end(), int64_t{0}, [](int64_t count, char c) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0) == 0x80;
    return count + (continues ? 0 : byte >= 0xF0 ? 2 : 1);
  });
}

int64_t SizeOf(const Shape& shape, const json::Value& value) {
  if (IsNumber(shape)) return value.as_int();
  if (value.is_array()) return static_cast<int64_t>(value.as_array().size());
  if (value.is_object()) return static_cast<int64_t>(value.as_object().size());
  return CountCharacters(value.as_string());
}

std::string MinText(const Shape& shape) {
  return std::string("Member must have ") + (IsNumber(shape) ? "value" : "length") +
         " greater than or equal to " + std::to_string(shape.min);
}

std::string MaxText(const Shape& shape) {
  return std::string("Member must have ") + (IsNumber(shape) ? "value" : "length") +
         " less than or equal to " + std::to_string(shape.max);
}

constexpr std::string_view kNameText =
    "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";

void Violations::CollectSize(const Shape& shape, const json::Value& value, const Location& where) {
  const int64_t size = SizeOf(shape, value);
  const bool only_empty = shape.generic_min && size == 0;
  if (shape.resource_name && !only_empty && !IsResourceName(value.as_string())) {
    Add(shape, value, where, std::string(kNameText));
  }
  if (shape.generic && !older_) return;  // Found by FindGeneric.
  if (size < shape.min) Add(shape, value, where, MinText(shape));
  if (size > shape.max) Add(shape, value, where, MaxText(shape));
}

std::string EnumText(std::span<const std::string_view> values) {
  std::string text = "Member must satisfy enum value set: [";
  for (size_t i = 0; i < values.size(); ++i) {
    text += (i ? ", " : "") + std::string(values[i]);
  }
  return text + "]";
}

bool IsListed(const Shape& shape, const json::Value& value) {
  for (const std::string_view allowed : shape.values) {
    if (allowed == value.as_string()) return true;
  }
  return shape.values.empty();
}

std::string NewerEnumText(const Shape& shape) {
  return "Failed to satisfy constraint: Member must satisfy enum value set: " +
         std::string(shape.newer_values);
}

void Violations::CollectEnum(const Shape& shape, const json::Value& value, const Location& where) {
  if (IsListed(shape, value)) return;
  if (older_ || shape.newer_values.empty()) {
    Add(shape, value, where, EnumText(shape.values));
  } else if (found_.size() < kMaxViolations) {
    found_.push_back(NewerEnumText(shape));
  }
}

bool Satisfies(const Shape& shape, const json::Value& value) {
  const int64_t size = SizeOf(shape, value);
  return size >= shape.min && size <= shape.max &&
         (!shape.resource_name || IsResourceName(value.as_string()));
}

// What a map says of its keys and values, all rules in one breath.
std::string RulesText(const Shape& shape) {
  std::string text = "[" + MaxText(shape) + ", " + MinText(shape);
  if (shape.resource_name) text += ", " + std::string(kNameText);
  return text + "]";
}

void Violations::CollectMap(const Shape& shape, const json::Value& value, const Location& where) {
  for (const auto& [key, element] : value.as_object()) {
    if (shape.key && !IsArn(json::Value(key)) && !Satisfies(*shape.key, json::Value(key))) {
      Add(shape, value, where, "Map keys must satisfy constraint: " + RulesText(*shape.key));
    }
    if (element.is_null()) continue;
    if (shape.element->kind == Kind::kList && !Satisfies(*shape.element, element)) {
      Add(shape, value, where, "Map value must satisfy constraint: " + RulesText(*shape.element));
      continue;
    }
    Collect(*shape.element, element, Location(where, key));
  }
}

void Violations::Collect(const Shape& shape, const json::Value& value, const Location& where) {
  if (!(shape.arn_allowed && IsArn(value))) CollectSize(shape, value, where);
  CollectEnum(shape, value, where);
  if (shape.kind == Kind::kStructure) CollectMembers(shape, value, where);
  if (shape.kind == Kind::kMap) CollectMap(shape, value, where);
  if (shape.kind == Kind::kList) {
    size_t number = 0;
    for (const json::Value& element : value.as_array()) {
      Collect(*shape.element, element, Location(where, ++number));
    }
  }
}

void Violations::CollectMembers(const Shape& shape, const json::Value& value,
                                const Location& where) {
  for (const Member& member : shape.members) {
    const Location at(where, member);
    if (const json::Value* child = Present(value, member.name)) {
      Collect(*member.shape, *child, at);
    } else if (member.need == Need::kNotNull) {
      Add(*member.shape, json::Value(), at, "Member must not be null");
    }
  }
}

// The refusals that come alone and before the list of violations.
AwsResult<void> CheckParameters(const Shape& shape, const json::Value& request) {
  for (const Member& member : shape.members) {
    if (member.need == Need::kParameter && !Present(request, member.name)) {
      return errors::Validation("The parameter '" + std::string(member.name) +
                                "' is required but was not present in the request");
    }
  }
  return {};
}

// What is told in the newer form, alone.
struct Generic {
  std::string text;
  bool bare = false;
};

std::optional<Generic> FindGenericRule(const Shape& shape, const json::Value& value,
                                       const Location& where) {
  if (!shape.newer_values.empty()) {
    if (!shape.generic || IsListed(shape, value)) return std::nullopt;
    return Generic{NewerEnumText(shape), shape.bare};
  }
  const int64_t size = SizeOf(shape, value);
  const bool small = size < shape.min;
  if (!small && (!shape.generic || size <= shape.max)) return std::nullopt;
  return Generic{"Value at '" + where.Text(false) +
                     "' failed to satisfy constraint: " + (small ? MinText(shape) : MaxText(shape)),
                 shape.bare};
}

// The first rule of the newer kind that is broken.
std::optional<Generic> FindGeneric(const Shape& shape, const json::Value& value,
                                   const Location& where) {
  if (shape.generic || shape.generic_min) {
    if (auto broken = FindGenericRule(shape, value, where)) return broken;
  }
  if (shape.kind == Kind::kStructure) {
    for (const Member& member : shape.members) {
      const json::Value* child = Present(value, member.name);
      if (!child) continue;
      if (auto found = FindGeneric(*member.shape, *child, Location(where, member))) return found;
    }
  } else if (shape.kind == Kind::kMap) {
    for (const auto& [key, element] : value.as_object()) {
      if (auto found = FindGeneric(*shape.element, element, Location(where, key))) return found;
    }
  }
  return std::nullopt;
}

bool DeeperThan(const json::Value& value, size_t levels) {
  if (value.is_array()) {
    for (const json::Value& element : value.as_array()) {
      if (levels == 0 || DeeperThan(element, levels - 1)) return true;
    }
  } else if (value.is_object()) {
    for (const auto& [key, member] : value.as_object()) {
      if (levels == 0 || DeeperThan(member, levels - 1)) return true;
    }
  }
  return false;
}

bool LacksMember(const Shape& shape, const json::Value& request) {
  for (const Member& member : shape.members) {
    if (member.need == Need::kNotNull && !Present(request, member.name)) return true;
  }
  return false;
}

}  // namespace

http::AwsResult<void> CheckRequest(const Shape& shape, const json::Value& request) {
  if (auto checked = CheckStructureTypes(shape, request, Place::kElement); !checked) {
    return checked;
  }
  if (auto checked = CheckParameters(shape, request); !checked) return checked;
  const std::optional<Generic> generic = FindGeneric(shape, request, Location());
  Violations violations(LacksMember(shape, request) || IsTooDeepForNewer(request));
  if (generic && !violations.older()) {
    return generic->bare ? errors::Validation(generic->text)
                         : errors::ConstraintViolations({generic->text});
  }
  violations.CollectMembers(shape, request, Location());
  if (!violations.found().empty()) return errors::ConstraintViolations(violations.found());
  return {};
}

bool IsTooDeepForNewer(const json::Value& request) { return DeeperThan(request, kNewerDepth); }

const json::Value* Present(const json::Value& request, std::string_view name) {
  const json::Value* value = request.Find(name);
  return value && !value->is_null() ? value : nullptr;
}

}  // namespace lifeboat::dynamodb
