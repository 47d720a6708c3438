#include <simdjson.h>

#include <unordered_map>

#include "json/value.h"

namespace lifeboat::json {
namespace {

// Objects up to this size are searched for an equal key member by member.
constexpr size_t kLinearSearchMax = 16;

Value FromElement(const simdjson::dom::element& element);

Value FromObject(const simdjson::dom::object& source) {
  Object object;
  if (source.size() <= kLinearSearchMax) {
    object.Reserve(source.size());
    for (const auto& [key, value] : source) object.Set(std::string(key), FromElement(value));
    return object;
  }
  std::unordered_map<std::string_view, Value*> seen;
  std::vector<std::pair<std::string_view, Value>> members;
  members.reserve(source.size());
  for (const auto& [key, value] : source) {
    const auto [it, is_new] = seen.try_emplace(key, nullptr);
    if (!is_new) {
      *it->second = FromElement(value);
      continue;
    }
    members.emplace_back(key, FromElement(value));
    it->second = &members.back().second;
  }
  for (auto& [key, value] : members) object.Append(std::string(key), std::move(value));
  return object;
}

Value FromElement(const simdjson::dom::element& element) {
  switch (element.type()) {
    case simdjson::dom::element_type::ARRAY: {
      const simdjson::dom::array source(element);
      Array array;
      array.reserve(source.size());
      for (const simdjson::dom::element& child : source) array.push_back(FromElement(child));
      return array;
    }
    case simdjson::dom::element_type::OBJECT:
      return FromObject(simdjson::dom::object(element));
    case simdjson::dom::element_type::INT64:
      return static_cast<long>(int64_t(element));
    case simdjson::dom::element_type::UINT64:
      return static_cast<double>(uint64_t(element));
    case simdjson::dom::element_type::DOUBLE:
      return double(element);
    case simdjson::dom::element_type::STRING:
      return std::string_view(element);
    case simdjson::dom::element_type::BOOL:
      return bool(element);
    case simdjson::dom::element_type::NULL_VALUE:
      return nullptr;
  }
  return nullptr;
}

}  // namespace

Result<Value> Parse(std::string_view text) {
  // One parser a thread: it keeps its buffers, which is where simdjson's speed comes from.
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::error_code failed = parser.allocate(std::max<size_t>(text.size(), 1), kMaxDepth);
  if (failed == simdjson::SUCCESS) failed = parser.parse(text.data(), text.size()).get(root);
  if (failed != simdjson::SUCCESS) {
    return Error{ErrorCode::kInvalid,
                 std::string("not valid JSON: ") + simdjson::error_message(failed)};
  }
  return FromElement(root);
}

}  // namespace lifeboat::json
