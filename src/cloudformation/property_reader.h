// Reads the evaluated properties of a resource, with the types that CloudFormation coerces, and
// knows at the end which ones nobody has read: those are not supported, and that fails the
// resource instead of being ignored.
#pragma once

#include <deque>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace lifeboat::cloudformation {

class PropertyReader {
 public:
  /// `properties` must outlive the reader and those made from it.
  explicit PropertyReader(const json::Object& properties);

  std::optional<std::string> Text(std::string_view name);
  std::string RequiredText(std::string_view name);
  /// A number, or a text that is one.
  std::optional<int64_t> Integer(std::string_view name);
  /// A boolean, or the text `true` or `false`.
  std::optional<bool> Boolean(std::string_view name);
  std::vector<std::string> Texts(std::string_view name);
  /// Any value, taken over without looking into it: documents of users.
  const json::Value* Any(std::string_view name);
  /// An object of its own; one without members when it is absent.
  PropertyReader Nested(std::string_view name);
  /// The objects of a list.
  std::vector<PropertyReader> List(std::string_view name);
  bool Has(std::string_view name) const { return object_->Has(name); }
  /// A list of {Key, Value}.
  std::vector<std::pair<std::string, std::string>> Tags(std::string_view name);
  /// The members named, as texts, under the same names.
  json::Object TextMembers(std::initializer_list<std::string_view> names);

  /// Adds an error of the caller's own; the first one counts.
  void Fail(std::string message);
  /// Ok when all was as it must be and every property was read, here and in nested objects.
  Status Finish() const;

 private:
  // What readers of one resource share.
  struct Shared {
    std::string error;
    std::deque<std::pair<const json::Object*, std::string>> objects;  // With their paths.
    std::set<std::pair<const json::Object*, std::string>> read;
  };
  PropertyReader(std::shared_ptr<Shared> shared, const json::Object& object, std::string path);
  const json::Value* Take(std::string_view name);
  std::string PathOf(std::string_view name) const;

  std::shared_ptr<Shared> shared_;
  const json::Object* object_;
  std::string path_;
};

}  // namespace lifeboat::cloudformation
