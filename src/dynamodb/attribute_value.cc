#include "dynamodb/attribute_value.h"

#include <algorithm>

namespace lifeboat::dynamodb {
namespace {

constexpr std::string_view kTypeNames[] = {"S", "N", "B",  "BOOL", "NULL",
                                           "M", "L", "SS", "NS",   "BS"};

bool NameLess(const AttributeMap::Member& member, std::string_view name) {
  return member.first < name;
}

// AWS counts the digits before and behind the point apart, each two to a byte and rounded up.
size_t SizeOfNumber(const Number& n) {
  const auto digits = static_cast<int>(n.digits().size());
  if (digits == 0) return 1;
  const int whole = std::clamp(n.exponent(), 0, digits);
  const int fraction = digits - whole;
  const int bytes = 1 + (whole + 1) / 2 + (fraction + 1) / 2 + (n.negative() ? 1 : 0);
  return static_cast<size_t>(bytes);
}

// A list or map costs three bytes, and one for each element.
constexpr size_t kContainerBytes = 3;

size_t SizeOfStrings(const std::vector<std::string>& members) {
  size_t size = 0;
  for (const std::string& member : members) size += member.size();
  return size;
}

struct Sizer {
  size_t operator()(const std::string& s) const { return s.size(); }
  size_t operator()(const Number& n) const { return SizeOfNumber(n); }
  size_t operator()(const Binary& b) const { return b.bytes.size(); }
  size_t operator()(bool) const { return 1; }
  size_t operator()(const Null&) const { return 1; }
  size_t operator()(const AttributeMap& map) const {
    return kContainerBytes + map.size() + SizeOf(map);
  }
  size_t operator()(const List& list) const {
    size_t size = kContainerBytes + list.size();
    for (const AttributeValue& element : list) size += SizeOf(element);
    return size;
  }
  size_t operator()(const StringSet& set) const { return SizeOfStrings(set.members); }
  size_t operator()(const NumberSet& set) const {
    size_t size = 0;
    for (const Number& n : set.members) size += SizeOfNumber(n);
    return size;
  }
  size_t operator()(const BinarySet& set) const { return SizeOfStrings(set.members); }
};

}  // namespace

AttributeMap AttributeMap::FromMembers(std::vector<Member> members) {
  const auto less = [](const Member& a, const Member& b) { return a.first < b.first; };
  if (!std::is_sorted(members.begin(), members.end(), less)) {
    std::sort(members.begin(), members.end(), less);
  }
  AttributeMap map;
  map.members_ = std::move(members);
  return map;
}

const AttributeValue* AttributeMap::Find(std::string_view name) const {
  const auto it = std::lower_bound(members_.begin(), members_.end(), name, NameLess);
  return it != members_.end() && it->first == name ? &it->second : nullptr;
}

AttributeValue* AttributeMap::Find(std::string_view name) {
  return const_cast<AttributeValue*>(static_cast<const AttributeMap*>(this)->Find(name));
}

AttributeValue& AttributeMap::Set(std::string name, AttributeValue value) {
  const auto it = std::lower_bound(members_.begin(), members_.end(), name, NameLess);
  if (it != members_.end() && it->first == name) return it->second = std::move(value);
  return members_.emplace(it, std::move(name), std::move(value))->second;
}

AttributeValue& AttributeMap::Append(std::string name, AttributeValue value) {
  Check(members_.empty() || members_.back().first < name, "attributes are appended in order");
  return members_.emplace_back(std::move(name), std::move(value)).second;
}

bool AttributeMap::Erase(std::string_view name) {
  const auto it = std::lower_bound(members_.begin(), members_.end(), name, NameLess);
  if (it == members_.end() || it->first != name) return false;
  members_.erase(it);
  return true;
}

void AttributeMap::Reserve(size_t count) { members_.reserve(count); }
size_t AttributeMap::size() const { return members_.size(); }
bool AttributeMap::empty() const { return members_.empty(); }

std::vector<AttributeMap::Member>::const_iterator AttributeMap::begin() const {
  return members_.begin();
}

std::vector<AttributeMap::Member>::const_iterator AttributeMap::end() const {
  return members_.end();
}

bool AttributeMap::operator==(const AttributeMap& other) const {
  return members_ == other.members_;
}

bool AttributeValue::operator==(const AttributeValue& other) const { return v_ == other.v_; }

std::string_view TypeName(Type type) { return kTypeNames[static_cast<size_t>(type)]; }

std::optional<Type> TypeNamed(std::string_view name) {
  for (size_t i = 0; i < std::size(kTypeNames); ++i) {
    if (kTypeNames[i] == name) return static_cast<Type>(i);
  }
  return std::nullopt;
}

size_t SizeOf(const AttributeValue& value) { return std::visit(Sizer(), value.variant()); }

size_t SizeOf(const Item& item) {
  size_t size = 0;
  for (const auto& [name, value] : item) size += name.size() + SizeOf(value);
  return size;
}

size_t NestingOf(const AttributeValue& value) {
  size_t below = 0;
  if (const auto* map = value.If<AttributeMap>()) {
    for (const auto& [name, member] : *map) below = std::max(below, NestingOf(member));
  } else if (const auto* list = value.If<List>()) {
    for (const AttributeValue& element : *list) below = std::max(below, NestingOf(element));
  }
  return below + 1;
}

}  // namespace lifeboat::dynamodb
