#include "drill/products.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/digest.h"

namespace lifeboat::drill {
namespace {

std::string ProductBody(const PlannedRequest& request) {
  json::Object product;
  if (request.op == Op::kCreate) product.Append("id", request.key);
  product.Append("name", request.key);
  product.Append("price", request.seq);
  product.Append("description", "written by a drill");
  product.Append("category", "drill");
  product.Append("stock", request.seq);
  product.Append("drillSeq", request.seq);
  return json::Write(std::move(product));
}

/// JSON with the members of every object sorted, so that equal items have equal text.
json::Value Sorted(const json::Value& value) {
  if (const json::Array* array = value.if_array()) {
    json::Array out;
    for (const json::Value& element : *array) out.push_back(Sorted(element));
    return out;
  }
  const json::Object* object = value.if_object();
  if (object == nullptr) return value;
  std::map<std::string, const json::Value*> members;
  for (const auto& [key, member] : *object) members[key] = &member;
  json::Object out;
  for (const auto& [key, member] : members) out.Append(key, Sorted(*member));
  return out;
}

constexpr size_t kDigestBytes = 12;

}  // namespace

http::Request ProductRequest(const http::Url& target, const PlannedRequest& request) {
  http::Request out;
  out.target = target.target + "/products";
  if (request.op != Op::kCreate) out.target += "/" + PercentEncode(request.key);
  switch (request.op) {
    case Op::kCreate:
      out.method = "POST";
      break;
    case Op::kUpdate:
    case Op::kPut:
    case Op::kPutIf:
    case Op::kIncrement:  // The product API's own way for a write of an item that exists.
      out.method = "PUT";
      break;
    case Op::kDelete:
      out.method = "DELETE";
      break;
    case Op::kGet:
      out.method = "GET";
      break;
  }
  if (request.op == Op::kCreate || request.op == Op::kUpdate) {
    out.headers.Set("Content-Type", "application/json");
    out.body = ProductBody(request);
  }
  return out;
}

bool ProductMatches(std::string_view body, const std::string& key, int64_t seq) {
  const Result<json::Value> product = json::Parse(body);
  if (!product.ok() || product->GetString("name") != key) return false;
  for (const std::string_view member : {"price", "stock", "drillSeq"}) {
    const json::Value* value = product->Find(member);
    if (value == nullptr ||
        value->as_double(static_cast<double>(value->as_int())) != static_cast<double>(seq))
      return false;
  }
  return true;
}

std::optional<StoredProduct> ReadStoredProduct(const json::Value& item) {
  const json::Value* id = item.FindPath({"id", "S"});
  const json::Value* name = item.FindPath({"name", "S"});
  const json::Value* seq = item.FindPath({"drillSeq", "N"});
  if (id == nullptr || seq == nullptr) return std::nullopt;
  const std::optional<int64_t> number = ParseInt(seq->as_string());
  if (!number) return std::nullopt;
  const std::string digest = Sha256(json::Write(Sorted(item))).substr(0, kDigestBytes);
  return StoredProduct{id->as_string(), name == nullptr ? id->as_string() : name->as_string(),
                       *number, HexEncode(digest)};
}

}  // namespace lifeboat::drill
