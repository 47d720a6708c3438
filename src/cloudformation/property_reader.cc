#include "cloudformation/property_reader.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/errors.h"
#include "cloudformation/intrinsics.h"

namespace lifeboat::cloudformation {

PropertyReader::PropertyReader(const json::Object& properties)
    : PropertyReader(std::make_shared<Shared>(), properties, "") {}

PropertyReader::PropertyReader(std::shared_ptr<Shared> shared, const json::Object& object,
                               std::string path)
    : shared_(std::move(shared)), object_(&object), path_(std::move(path)) {
  shared_->objects.emplace_back(object_, path_);
}

std::string PropertyReader::PathOf(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void PropertyReader::Fail(std::string message) {
  if (shared_->error.empty()) shared_->error = std::move(message);
}

const json::Value* PropertyReader::Take(std::string_view name) {
  shared_->read.emplace(object_, name);
  return object_->Find(name);
}

std::optional<std::string> PropertyReader::Text(std::string_view name) {
  const json::Value* value = Take(name);
  if (!value) return std::nullopt;
  auto text = ScalarText(*value);
  if (!text) Fail(fmt::format("Value of property {} must be of type String", PathOf(name)));
  return text;
}

std::string PropertyReader::RequiredText(std::string_view name) {
  auto text = Text(name);
  if (!Has(name)) Fail(fmt::format("Property {} cannot be empty.", PathOf(name)));
  return text.value_or("");
}

std::optional<int64_t> PropertyReader::Integer(std::string_view name) {
  const auto text = Text(name);
  if (!text) return std::nullopt;
  const auto number = ParseInt(*text);
  if (!number) Fail(fmt::format("Value of property {} must be of type Integer", PathOf(name)));
  return number;
}

std::optional<bool> PropertyReader::Boolean(std::string_view name) {
  const auto text = Text(name);
  if (!text) return std::nullopt;
  if (*text == "true") return true;
  if (*text == "false") return false;
  Fail(fmt::format("Value of property {} must be of type Boolean", PathOf(name)));
  return std::nullopt;
}

std::vector<std::string> PropertyReader::Texts(std::string_view name) {
  std::vector<std::string> texts;
  const json::Value* value = Take(name);
  if (!value) return texts;
  if (!value->is_array()) {
    Fail(fmt::format("Value of property {} must be of type List of String", PathOf(name)));
  }
  for (const json::Value& element : value->as_array()) {
    const auto text = ScalarText(element);
    if (!text)
      Fail(fmt::format("Value of property {} must be of type List of String", PathOf(name)));
    texts.push_back(text.value_or(""));
  }
  return texts;
}

const json::Value* PropertyReader::Any(std::string_view name) { return Take(name); }

PropertyReader PropertyReader::Nested(std::string_view name) {
  const json::Value* value = Take(name);
  if (value && !value->is_object()) {
    Fail(fmt::format("Value of property {} must be an object", PathOf(name)));
  }
  return PropertyReader(shared_, value ? value->as_object() : json::Value().as_object(),
                        PathOf(name));
}

std::vector<PropertyReader> PropertyReader::List(std::string_view name) {
  std::vector<PropertyReader> readers;
  const json::Value* value = Take(name);
  if (!value) return readers;
  if (!value->is_array()) {
    Fail(fmt::format("Value of property {} must be of type List", PathOf(name)));
  }
  for (const json::Value& element : value->as_array()) {
    const std::string path = fmt::format("{}[{}]", PathOf(name), readers.size());
    if (!element.is_object()) Fail(fmt::format("Value of property {} must be an object", path));
    readers.push_back(PropertyReader(shared_, element.as_object(), path));
  }
  return readers;
}

std::vector<std::pair<std::string, std::string>> PropertyReader::Tags(std::string_view name) {
  std::vector<std::pair<std::string, std::string>> tags;
  for (PropertyReader& tag : List(name)) {
    std::string key = tag.RequiredText("Key");
    tags.emplace_back(std::move(key), tag.RequiredText("Value"));
  }
  return tags;
}

json::Object PropertyReader::TextMembers(std::initializer_list<std::string_view> names) {
  json::Object out;
  for (const std::string_view name : names) {
    if (auto text = Text(name)) out.Set(std::string(name), std::move(*text));
  }
  return out;
}

Status PropertyReader::Finish() const {
  if (!shared_->error.empty()) return InvalidError(shared_->error);
  for (const auto& [object, path] : shared_->objects) {
    for (const auto& [name, value] : *object) {
      if (shared_->read.contains({object, name})) continue;
      return InvalidError(
          NotSupported(fmt::format("Property {}", path.empty() ? name : path + "." + name)));
    }
  }
  return {};
}

}  // namespace lifeboat::cloudformation
