#include <fmt/format.h>

#include "dynamodb/errors.h"
#include "dynamodb/expression.h"

namespace lifeboat::dynamodb {
namespace {

// `#name` or `:value` with its first character; names and values together (Developer Guide,
// "Service, account, and table quotas in Amazon DynamoDB").
constexpr size_t kMaxPlaceholderBytes = 255;
constexpr size_t kMaxSubstitutionBytes = 2 << 20;
constexpr size_t kMaxNameBytes = 65535;

bool IsPlaceholder(std::string_view key, char first) {
  if (key.size() < 2 || key[0] != first) return false;
  return key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_",
                               1) == std::string_view::npos;
}

AwsResult<void> CheckKey(std::string_view parameter, std::string_view key, char first) {
  if (!IsPlaceholder(key, first)) {
    return errors::Validation(
        fmt::format("{} contains invalid key: Syntax error; key: \"{}\"", parameter, key));
  }
  if (key.size() > kMaxPlaceholderBytes) {
    return errors::Validation(fmt::format(
        "{} contains invalid key: The expression attribute map contains a key that is too long; "
        "key: \"{}\"",
        parameter, key));
  }
  return {};
}

AwsResult<void> CheckName(std::string_view key, std::string_view name) {
  std::string_view why;
  if (name.empty()) why = "Empty attribute name";
  if (name.size() > kMaxNameBytes) {
    why = "Attribute name is too large, must be less than 65536 bytes";
  }
  if (why.empty()) return {};
  return errors::Validation(
      fmt::format("ExpressionAttributeNames contains invalid value: {} for key {}", why, key));
}

template <class Map>
AwsResult<void> CheckUsed(std::string_view parameter, const Map& entries) {
  std::string unused;
  for (const auto& [key, entry] : entries) {
    if (entry.used) continue;
    if (!unused.empty()) unused += ", ";
    unused += key;
  }
  if (unused.empty()) return {};
  return errors::Validation(
      fmt::format("Value provided in {} unused in expressions: keys: {{{}}}", parameter, unused));
}

}  // namespace

AwsResult<Substitutions> Substitutions::Make(std::map<std::string, std::string> names,
                                             std::map<std::string, AttributeValue> values) {
  Substitutions result;
  size_t bytes = 0;
  for (auto& [key, name] : names) {
    if (AwsResult<void> r = CheckKey("ExpressionAttributeNames", key, '#'); !r.ok()) {
      return r.error();
    }
    if (AwsResult<void> r = CheckName(key, name); !r.ok()) return r.error();
    bytes += key.size() + name.size();
    result.names_.emplace(key, Name{std::move(name)});
  }
  for (auto& [key, value] : values) {
    if (AwsResult<void> r = CheckKey("ExpressionAttributeValues", key, ':'); !r.ok()) {
      return r.error();
    }
    bytes += key.size() + SizeOf(value);
    result.values_.emplace(key, Value{std::make_shared<const AttributeValue>(std::move(value))});
  }
  if (bytes > kMaxSubstitutionBytes) {
    return errors::Validation(
        "Combined size of ExpressionAttributeNames and ExpressionAttributeValues exceeds max size");
  }
  return result;
}

const std::string* Substitutions::UseName(std::string_view placeholder) {
  const auto it = names_.find(placeholder);
  if (it == names_.end()) return nullptr;
  it->second.used = true;
  return &it->second.name;
}

std::shared_ptr<const AttributeValue> Substitutions::UseValue(std::string_view placeholder) {
  const auto it = values_.find(placeholder);
  if (it == values_.end()) return nullptr;
  it->second.used = true;
  return it->second.value;
}

AwsResult<void> Substitutions::CheckAllUsed() const {
  if (AwsResult<void> r = CheckUsed("ExpressionAttributeNames", names_); !r.ok()) return r;
  return CheckUsed("ExpressionAttributeValues", values_);
}

}  // namespace lifeboat::dynamodb
