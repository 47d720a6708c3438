// AttributeValue and Item: DynamoDB's data model
// (Developer Guide, "Supported data types and naming rules in Amazon DynamoDB").
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "dynamodb/number.h"

namespace lifeboat::dynamodb {

class AttributeValue;

/// Levels of lists and maps: a value in an item at most this deep, a scalar attribute being level 1
/// (Developer Guide, "Service, account, and table quotas in Amazon DynamoDB").
inline constexpr size_t kMaxNesting = 32;

/// Attributes by name, kept sorted by name so that equality does not depend on order.
class AttributeMap {
 public:
  using Member = std::pair<std::string, AttributeValue>;
  AttributeMap() = default;
  /// Members in any order, no name twice.
  static AttributeMap FromMembers(std::vector<Member> members);
  const AttributeValue* Find(std::string_view name) const;
  AttributeValue* Find(std::string_view name);
  /// Adds or replaces.
  AttributeValue& Set(std::string name, AttributeValue value);
  /// Adds behind all others; the caller knows that `name` sorts there.
  AttributeValue& Append(std::string name, AttributeValue value);
  bool Erase(std::string_view name);
  void Reserve(size_t count);
  size_t size() const;
  bool empty() const;
  std::vector<Member>::const_iterator begin() const;
  std::vector<Member>::const_iterator end() const;
  bool operator==(const AttributeMap& other) const;

 private:
  std::vector<Member> members_;
};

/// A whole item, or a key.
using Item = AttributeMap;

/// The ten types. The numbers are on disk.
enum class Type : uint8_t { kS = 0, kN, kB, kBool, kNull, kM, kL, kSS, kNS, kBS };
/// `S`, `N`, ... as on the wire.
std::string_view TypeName(Type type);
/// nullopt when `name` is no type's.
std::optional<Type> TypeNamed(std::string_view name);

struct Null {
  bool operator==(const Null&) const = default;
};
struct Binary {
  std::string bytes;
  auto operator<=>(const Binary&) const = default;
};
/// Sets are kept sorted and without duplicates.
struct StringSet {
  std::vector<std::string> members;
  bool operator==(const StringSet&) const = default;
};
struct NumberSet {
  std::vector<Number> members;
  bool operator==(const NumberSet&) const = default;
};
struct BinarySet {
  std::vector<std::string> members;
  bool operator==(const BinarySet&) const = default;
};
using List = std::vector<AttributeValue>;

class AttributeValue {
 public:
  using Variant = std::variant<std::string, Number, Binary, bool, Null, AttributeMap, List,
                               StringSet, NumberSet, BinarySet>;
  AttributeValue() : v_(Null{}) {}
  AttributeValue(Variant v) : v_(std::move(v)) {}
  static AttributeValue S(std::string s) {
    return AttributeValue(Variant(std::in_place_index<0>, std::move(s)));
  }
  static AttributeValue N(Number n) { return AttributeValue(Variant(std::move(n))); }
  static AttributeValue B(std::string b) { return AttributeValue(Variant(Binary{std::move(b)})); }

  Type type() const { return static_cast<Type>(v_.index()); }
  const Variant& variant() const { return v_; }
  Variant& variant() { return v_; }
  /// nullptr when it is of another type.
  template <class T>
  const T* If() const {
    return std::get_if<T>(&v_);
  }
  template <class T>
  T* If() {
    return std::get_if<T>(&v_);
  }
  bool operator==(const AttributeValue& other) const;

 private:
  Variant v_;
};

/// Size as AWS counts it towards 400 KB and capacity units (Developer Guide, "DynamoDB item sizes
/// and formats").
size_t SizeOf(const AttributeValue& value);
size_t SizeOf(const Item& item);

/// Levels that `value` has: 1 for a scalar, one more for each list or map around.
size_t NestingOf(const AttributeValue& value);

/// The stored form (docs/formats/items.md) and back. Decode checks everything.
std::string EncodeItem(const Item& item);
Result<Item> DecodeItem(std::string_view bytes);

}  // namespace lifeboat::dynamodb
