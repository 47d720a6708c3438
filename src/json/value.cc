#include "json/value.h"

#include <algorithm>

namespace lifeboat::json {

Object::Object(std::initializer_list<Member> members) : members_(members) {}

const Value* Object::Find(std::string_view key) const {
  for (const Member& member : members_) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

Value* Object::Find(std::string_view key) {
  return const_cast<Value*>(static_cast<const Object*>(this)->Find(key));
}

Value& Object::Set(std::string key, Value value) {
  if (Value* found = Find(key)) return *found = std::move(value);
  members_.emplace_back(std::move(key), std::move(value));
  return members_.back().second;
}

void Object::Append(std::string key, Value value) {
  members_.emplace_back(std::move(key), std::move(value));
}

Value& Object::operator[](std::string_view key) {
  if (Value* found = Find(key)) return *found;
  members_.emplace_back(std::string(key), Value());
  return members_.back().second;
}

bool Object::Erase(std::string_view key) {
  const auto it = std::find_if(members_.begin(), members_.end(),
                               [&](const Member& member) { return member.first == key; });
  if (it == members_.end()) return false;
  members_.erase(it);
  return true;
}

bool Object::operator==(const Object& other) const {
  if (size() != other.size()) return false;
  return std::all_of(begin(), end(), [&](const Member& member) {
    const Value* theirs = other.Find(member.first);
    return theirs != nullptr && *theirs == member.second;
  });
}

bool Value::as_bool(bool fallback) const {
  const bool* b = if_bool();
  return b ? *b : fallback;
}

int64_t Value::as_int(int64_t fallback) const {
  if (const int64_t* i = if_int()) return *i;
  // Beyond 64 bits it is of another kind.
  constexpr double kBeyond = 9223372036854775808.0;  // 2^63
  const double* d = std::get_if<double>(&v_);
  if (d != nullptr && *d >= -kBeyond && *d < kBeyond) return static_cast<int64_t>(*d);
  return fallback;
}

double Value::as_double(double fallback) const {
  if (const int64_t* i = if_int()) return static_cast<double>(*i);
  if (const double* d = std::get_if<double>(&v_)) return *d;
  return fallback;
}

const std::string& Value::as_string() const {
  static const std::string empty;
  const std::string* s = if_string();
  return s ? *s : empty;
}

const Array& Value::as_array() const {
  static const Array empty;
  const Array* a = if_array();
  return a ? *a : empty;
}

const Object& Value::as_object() const {
  static const Object empty;
  const Object* o = if_object();
  return o ? *o : empty;
}

const Value* Value::Find(std::string_view key) const {
  const Object* o = if_object();
  return o ? o->Find(key) : nullptr;
}

const Value* Value::FindPath(std::initializer_list<std::string_view> keys) const {
  const Value* at = this;
  for (const std::string_view key : keys) {
    at = at->Find(key);
    if (!at) return nullptr;
  }
  return at;
}

const std::string& Value::GetString(std::string_view key) const {
  static const std::string empty;
  const Value* member = Find(key);
  return member ? member->as_string() : empty;
}

}  // namespace lifeboat::json
