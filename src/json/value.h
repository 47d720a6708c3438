// JSON values: what control planes, templates and reports are made of. DynamoDB's items have a type
// of their own in dynamodb/.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace lifeboat::json {

class Value;
using Array = std::vector<Value>;

/// Members keep the order in which they were set, so that what we write is stable.
class Object {
 public:
  using Member = std::pair<std::string, Value>;

  Object() = default;
  Object(std::initializer_list<Member> members);

  /// nullptr when absent. The pointer lives until the object changes.
  const Value* Find(std::string_view key) const;
  Value* Find(std::string_view key);
  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  void Reserve(size_t members);
  /// Adds or replaces; a replaced member keeps its place.
  Value& Set(std::string key, Value value);
  /// Adds without looking for an equal key; the caller knows that there is none.
  void Append(std::string key, Value value);
  /// The member, added as null when absent.
  Value& operator[](std::string_view key);
  bool Erase(std::string_view key);

  using Members = std::vector<Member>;
  size_t size() const;
  bool empty() const;
  Members::const_iterator begin() const;
  Members::const_iterator end() const;
  Members::iterator begin();
  Members::iterator end();
  /// Equal members in any order.
  bool operator==(const Object& other) const;

 private:
  std::vector<Member> members_;
};

/// Any JSON value. Integers that fit in 64 bits stay integers.
class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool b) : v_(b) {}
  Value(int i) : v_(static_cast<int64_t>(i)) {}
  Value(unsigned i) : v_(static_cast<int64_t>(i)) {}
  Value(long i) : v_(static_cast<int64_t>(i)) {}
  Value(long long i) : v_(static_cast<int64_t>(i)) {}
  Value(unsigned long i) : v_(static_cast<int64_t>(i)) {}
  Value(double d) : v_(d) {}
  Value(const char* s) : v_(std::string(s)) {}
  Value(std::string_view s) : v_(std::string(s)) {}
  Value(std::string s) : v_(std::move(s)) {}
  Value(Array a) : v_(std::move(a)) {}
  Value(Object o) : v_(std::move(o)) {}

  bool is_null() const { return v_.index() == 0; }
  bool is_bool() const { return std::holds_alternative<bool>(v_); }
  bool is_int() const { return std::holds_alternative<int64_t>(v_); }
  bool is_number() const { return is_int() || std::holds_alternative<double>(v_); }
  bool is_string() const { return std::holds_alternative<std::string>(v_); }
  bool is_array() const { return std::holds_alternative<Array>(v_); }
  bool is_object() const { return std::holds_alternative<Object>(v_); }

  /// nullptr when it is of another kind.
  const bool* if_bool() const { return std::get_if<bool>(&v_); }
  const int64_t* if_int() const { return std::get_if<int64_t>(&v_); }
  const std::string* if_string() const { return std::get_if<std::string>(&v_); }
  const Array* if_array() const { return std::get_if<Array>(&v_); }
  const Object* if_object() const { return std::get_if<Object>(&v_); }
  Array* if_array() { return std::get_if<Array>(&v_); }
  Object* if_object() { return std::get_if<Object>(&v_); }

  /// The value, or a neutral one when it is of another kind (false, 0, empty).
  bool as_bool(bool fallback = false) const;
  int64_t as_int(int64_t fallback = 0) const;
  double as_double(double fallback = 0) const;
  const std::string& as_string() const;
  const Array& as_array() const;
  const Object& as_object() const;

  /// Member of an object; nullptr when this is no object or has no such member.
  const Value* Find(std::string_view key) const;
  /// Follows several members down; nullptr when one is missing.
  const Value* FindPath(std::initializer_list<std::string_view> keys) const;
  /// The member as text; empty when missing or not a string.
  const std::string& GetString(std::string_view key) const;

  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> v_;
};

// Value is complete only here.
inline void Object::Reserve(size_t members) { members_.reserve(members); }
inline size_t Object::size() const { return members_.size(); }
inline bool Object::empty() const { return members_.empty(); }
inline Object::Members::const_iterator Object::begin() const { return members_.begin(); }
inline Object::Members::const_iterator Object::end() const { return members_.end(); }
inline Object::Members::iterator Object::begin() { return members_.begin(); }
inline Object::Members::iterator Object::end() { return members_.end(); }

/// No deeper nesting is read.
inline constexpr size_t kMaxDepth = 256;

/// Reads exactly one JSON text (RFC 8259), UTF-8. Of equal keys the last one counts.
Result<Value> Parse(std::string_view text);

/// Compact, keys in the order of the object.
std::string Write(const Value& value);
/// Indented by two spaces, for people.
std::string WritePretty(const Value& value);
/// Appends `text` as a JSON string with its quotes.
void AppendQuoted(std::string& out, std::string_view text);
std::string Quote(std::string_view text);

}  // namespace lifeboat::json
