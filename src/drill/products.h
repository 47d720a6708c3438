// The product API as the drill's clients use it (examples/techmoda): requests for products whose
// sequence number travels as `drillSeq`, and DynamoDB items that hold them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "drill/workload.h"
#include "http/message.h"
#include "json/value.h"

namespace lifeboat::drill {

/// POST /products, PUT, DELETE or GET /products/{key} below the target's path. The product's `name`
/// is the key too, so that a copy under another id is recognised.
http::Request ProductRequest(const http::Url& target, const PlannedRequest& request);

/// Whether a product, as the API gave it, is what was written to the key under that number.
bool ProductMatches(std::string_view body, const std::string& key, int64_t seq);

/// What the audit and the digests need of a DynamoDB item.
struct StoredProduct {
  std::string item;  ///< Its id.
  std::string key;   ///< Its name: the key that was written.
  int64_t seq = 0;
  std::string digest;  ///< Of all attributes, whatever their order.
};
/// nullopt when it has no id or no sequence number.
std::optional<StoredProduct> ReadStoredProduct(const json::Value& item);

}  // namespace lifeboat::drill
