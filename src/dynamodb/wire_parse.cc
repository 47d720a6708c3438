#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/bytes.h"
#include "dynamodb/errors.h"
#include "dynamodb/wire.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;

// Names of attributes, in bytes of UTF-8.
constexpr size_t kMaxNameBytes = 65535;

// Elements as AWS quotes them in refusals of duplicates: the current layer lists them in order up
// to the first repeat, then the repeat and the rest as sent; the older one as sent.
std::string Listing(std::vector<std::string> sent, const std::vector<std::string>& keys,
                    Wording wording, std::string_view separator) {
  if (wording == Wording::kOlder) return fmt::format("[{}]", fmt::join(sent, ", "));
  std::vector<std::pair<std::string, std::string>> head;  // Sort key, text.
  size_t repeat = 0;
  for (; repeat < keys.size(); ++repeat) {
    const auto seen =
        std::find(keys.begin(), keys.begin() + static_cast<long>(repeat), keys[repeat]);
    if (seen != keys.begin() + static_cast<long>(repeat)) break;
    head.emplace_back(keys[repeat], sent[repeat]);
  }
  std::sort(head.begin(), head.end());
  for (size_t i = 0; i < head.size(); ++i) sent[i] = std::move(head[i].second);
  return fmt::format("[\"{}\"]", fmt::join(sent, fmt::format("\"{}\"", separator)));
}

bool HasDuplicates(const std::vector<std::string>& sorted) {
  return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
}

// Reads values; validation only, the JSON types are CheckShape's: what has a wrong one is skipped
// here, since the caller asks CheckShape as soon as anything is refused.
class Parser {
 public:
  explicit Parser(Wording wording) : wording_(wording) {}

  AwsResult<AttributeValue> Read(const json::Value& value, size_t level) {
    if (level > kMaxNesting) return errors::NestingTooDeep();
    AttributeValue result;
    size_t types = 0;
    for (const auto& [name, member] : value.as_object()) {
      const std::optional<Type> type = TypeNamed(name);
      if (!type || member.is_null()) continue;
      AwsResult<AttributeValue> read = ReadMember(*type, member, level);
      if (!read.ok()) return read;
      if (++types == 1) result = *std::move(read);
    }
    if (types == 1) return result;
    return errors::Validation(
        types == 0
            ? "Supplied AttributeValue is empty, must contain exactly one of the supported "
              "datatypes"
            : "Supplied AttributeValue has more than one datatypes set, must contain exactly "
              "one of the supported datatypes");
  }

  // An empty name of the item itself is told before anything else, one inside after all else.
  AwsResult<Item> ReadItem(const json::Value& item) {
    if (item.Find("")) return errors::Validation("Empty attribute name");
    return Finish(ReadMap(item, 1));
  }

  AwsResult<AttributeValue> ReadValue(const json::Value& value) { return Finish(Read(value, 1)); }

  AwsResult<AttributeMap> ReadMap(const json::Value& value, size_t level) {
    std::vector<AttributeMap::Member> members;
    members.reserve(value.as_object().size());
    for (const auto& [name, member] : value.as_object()) {
      empty_name_ = empty_name_ || name.empty();
      if (name.size() > kMaxNameBytes) {
        return errors::InvalidParameterValues(
            "Attribute name is too large, must be less than 65536 bytes");
      }
      AwsResult<AttributeValue> read = Read(member, level);
      if (!read.ok()) return read.error();
      members.emplace_back(name, *std::move(read));
    }
    return AttributeMap::FromMembers(std::move(members));
  }

  template <class T>
  AwsResult<T> Finish(AwsResult<T> result) {
    if (result.ok() && empty_name_) return errors::Validation("Empty attribute name");
    return result;
  }

  // Whether everything read had the JSON type that it must have.
  bool well_shaped() const { return well_shaped_; }

 private:
  AwsResult<AttributeValue> ReadMember(Type type, const json::Value& member, size_t level) {
    switch (type) {
      case Type::kS:
        return AttributeValue::S(Text(member));
      case Type::kN:
        return ReadNumber(member);
      case Type::kB:
        return AttributeValue::B(Bytes(member));
      case Type::kBool:
        return AttributeValue(AttributeValue::Variant(Truth(member)));
      case Type::kNull:
        return ReadNull(member);
      case Type::kM: {
        well_shaped_ = well_shaped_ && member.is_object();
        AwsResult<AttributeMap> map = ReadMap(member, level + 1);
        if (!map.ok()) return map.error();
        return AttributeValue(AttributeValue::Variant(*std::move(map)));
      }
      case Type::kL:
        return ReadList(member, level + 1);
      case Type::kSS:
        return ReadStringSet(member);
      case Type::kNS:
        return ReadNumberSet(member);
      case Type::kBS:
        return ReadBinarySet(member);
    }
    return AttributeValue();
  }

  const std::string& Text(const json::Value& value) {
    well_shaped_ = well_shaped_ && value.is_string();
    return value.as_string();
  }

  std::string Bytes(const json::Value& value) {
    std::optional<std::string> bytes = Base64Decode(Text(value));
    if (!bytes) well_shaped_ = false;
    return bytes ? *std::move(bytes) : std::string();
  }

  bool Truth(const json::Value& value) {
    well_shaped_ = well_shaped_ && value.is_bool();
    return value.as_bool();
  }

  const json::Array& Elements(const json::Value& value) {
    well_shaped_ = well_shaped_ && value.is_array();
    return value.as_array();
  }

  AwsResult<AttributeValue> ReadNumber(const json::Value& member) {
    const std::string& text = Text(member);
    Result<Number> n = wording_ == Wording::kOlder ? Number::ParseOlder(text) : Number::Parse(text);
    if (n.ok()) return AttributeValue::N(*std::move(n));
    return errors::Validation(n.error().message);
  }

  AwsResult<AttributeValue> ReadNull(const json::Value& member) {
    if (Truth(member)) return AttributeValue();
    return errors::InvalidParameterValues("Null attribute value types must have the value of true");
  }

  AwsResult<AttributeValue> ReadList(const json::Value& member, size_t level) {
    List list;
    list.reserve(Elements(member).size());
    for (const json::Value& element : Elements(member)) {
      AwsResult<AttributeValue> read = Read(element, level);
      if (!read.ok()) return read;
      list.push_back(*std::move(read));
    }
    return AttributeValue(AttributeValue::Variant(std::move(list)));
  }

  AwsResult<AttributeValue> ReadStringSet(const json::Value& member) {
    std::vector<std::string> sent;
    for (const json::Value& element : Elements(member)) sent.push_back(Text(element));
    if (sent.empty()) return errors::InvalidParameterValues("An string set  may not be empty");
    std::vector<std::string> sorted = sent;
    std::sort(sorted.begin(), sorted.end());
    if (HasDuplicates(sorted)) {
      return errors::InvalidParameterValues(fmt::format("Input collection {} contains duplicates.",
                                                        Listing(sent, sent, wording_, ", ")));
    }
    return AttributeValue(AttributeValue::Variant(StringSet{std::move(sorted)}));
  }

  AwsResult<AttributeValue> ReadBinarySet(const json::Value& member) {
    std::vector<std::string> sent;
    std::vector<std::string> bytes;
    for (const json::Value& element : Elements(member)) {
      bytes.push_back(Bytes(element));
      sent.push_back(element.as_string());
    }
    if (sent.empty()) return errors::InvalidParameterValues("Binary sets should not be empty");
    std::vector<std::string> sorted = bytes;
    std::sort(sorted.begin(), sorted.end());
    if (HasDuplicates(sorted)) {
      return errors::InvalidParameterValues(
          fmt::format("Input collection {}of type BS contains duplicates.",
                      Listing(sent, bytes, wording_, ",")));
    }
    return AttributeValue(AttributeValue::Variant(BinarySet{std::move(sorted)}));
  }

  AwsResult<AttributeValue> ReadNumberSet(const json::Value& member) {
    NumberSet set;
    for (const json::Value& element : Elements(member)) {
      AwsResult<AttributeValue> read = ReadNumber(element);
      if (!read.ok()) return read;
      set.members.push_back(std::move(*read->If<Number>()));
    }
    if (set.members.empty()) {
      return errors::InvalidParameterValues("An number set  may not be empty");
    }
    std::sort(set.members.begin(), set.members.end());
    if (std::adjacent_find(set.members.begin(), set.members.end()) != set.members.end()) {
      if (wording_ == Wording::kOlder) {
        return errors::Validation("Input collection contains duplicates");
      }
      return errors::InvalidParameterValues("Input collection contains duplicates.");
    }
    return AttributeValue(AttributeValue::Variant(std::move(set)));
  }

  const Wording wording_;
  bool well_shaped_ = true;
  bool empty_name_ = false;
};

}  // namespace

AwsResult<AttributeValue> FromJson(const json::Value& value, Wording wording) {
  Parser parser(wording);
  AwsResult<AttributeValue> result = parser.ReadValue(value);
  if (result.ok() && parser.well_shaped() && value.is_object()) return result;
  if (AwsResult<void> shape = CheckShape(value); !shape.ok()) return shape.error();
  return result;
}

AwsResult<Item> ItemFromJson(const json::Value& item, Wording wording) {
  Parser parser(wording);
  AwsResult<Item> result = parser.ReadItem(item);
  if (result.ok() && parser.well_shaped() && item.is_object()) return result;
  if (AwsResult<void> shape = CheckItemShape(item); !shape.ok()) return shape.error();
  return result;
}

namespace {

AwsResult<std::map<std::string, std::string>> NamesFromJson(const json::Value& names) {
  std::map<std::string, std::string> result;
  for (const auto& [key, name] : names.as_object()) {
    if (name.is_null()) continue;
    if (!name.is_string()) {
      // An attribute value's S has the same type, and the same refusals.
      json::Object as_value;
      as_value.Append("S", name);
      if (AwsResult<void> shape = CheckShape(as_value); !shape.ok()) return shape.error();
    }
    result.emplace(key, name.as_string());
  }
  if (result.empty()) return errors::Validation("ExpressionAttributeNames must not be empty");
  return result;
}

AwsResult<std::map<std::string, AttributeValue>> ValuesFromJson(const json::Value& values,
                                                                Wording wording) {
  std::map<std::string, AttributeValue> result;
  for (const auto& [key, value] : values.as_object()) {
    AwsResult<AttributeValue> read = FromJson(value, wording);
    if (!read.ok()) {
      AwsError error = std::move(read).error();
      if (wording == Wording::kOlder && error.code == "ValidationException") {
        error.message = fmt::format(
            "ExpressionAttributeValues contains invalid value: {} for key {}", error.message, key);
      }
      return error;
    }
    result.emplace(key, *std::move(read));
  }
  if (result.empty()) return errors::Validation("ExpressionAttributeValues must not be empty");
  return result;
}

}  // namespace

AwsResult<Substitutions> SubstitutionsFromJson(const json::Value* names, const json::Value* values,
                                               Wording wording) {
  std::map<std::string, std::string> read_names;
  std::map<std::string, AttributeValue> read_values;
  if (names != nullptr && !names->is_null()) {
    AwsResult<std::map<std::string, std::string>> read = NamesFromJson(*names);
    if (!read.ok()) return read.error();
    read_names = *std::move(read);
  }
  if (values != nullptr && !values->is_null()) {
    if (AwsResult<void> shape = CheckItemShape(*values); !shape.ok()) return shape.error();
    AwsResult<std::map<std::string, AttributeValue>> read = ValuesFromJson(*values, wording);
    if (!read.ok()) return read.error();
    read_values = *std::move(read);
  }
  return Substitutions::Make(std::move(read_names), std::move(read_values));
}

}  // namespace lifeboat::dynamodb
