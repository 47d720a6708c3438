// What a product is: which bodies are accepted, how it is stored, how it is shown.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace techmoda {

inline constexpr size_t kMaxIdLength = 128;
inline constexpr size_t kMaxNameLength = 200;
inline constexpr size_t kMaxTextLength = 2000;

/// Items with this attribute are health canaries, not products.
inline constexpr const char* kCanaryAttribute = "canaryAt";
inline constexpr const char* kCanaryPrefix = "canary#";

/// 1 to 128 of [A-Za-z0-9._~-]: what needs no encoding in a path. Canary ids are none of these.
bool IsProductId(const std::string& id);

/// The fields that a client may set, checked; what else the body has is left out.
struct ProductFields {
  nlohmann::json values = nlohmann::json::object();
  std::string problem;  ///< Why the body is refused; empty when it isn't.
};
/// For POST: name and price are required. A price of 0 is a price.
ProductFields ReadNewProduct(const nlohmann::json& body);
/// For PUT: at least one field, or `stockChange`, which is added to the stock. With `ifUpdatedAt`
/// the product must not have been changed since then.
ProductFields ReadProductChanges(const nlohmann::json& body);

/// Plain JSON to DynamoDB's attribute values and back (strings and numbers).
nlohmann::json ToItem(const nlohmann::json& product);
nlohmann::json FromItem(const nlohmann::json& item);

/// UpdateItem's parameters for a table, id and checked changes. Attribute names are aliased, since
/// `name` is a reserved word; the item must exist.
nlohmann::json MakeUpdate(const std::string& table, const std::string& id,
                          const nlohmann::json& changes, const std::string& now);

}  // namespace techmoda
