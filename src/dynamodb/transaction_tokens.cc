#include "dynamodb/transaction_tokens.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/digest.h"
#include "dynamodb/errors.h"
#include "dynamodb/number.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using storage::Space;

constexpr std::string_view kPrefix = "dynamodb/token/";

std::string MetaKey(std::string_view token) { return std::string(kPrefix) + std::string(token); }

json::Value Canonical(std::string_view member, const json::Value& value);

// `N` and the sets' names stand in attribute values only: an attribute of that name has an object
// as its value, neither text nor a list.
json::Value CanonicalList(std::string_view member, const json::Array& list) {
  json::Array out;
  const std::string_view of_elements = member == "NS" ? "N" : "";
  for (const json::Value& element : list) out.push_back(Canonical(of_elements, element));
  if (member == "SS" || member == "NS" || member == "BS") {
    std::sort(out.begin(), out.end(), [](const json::Value& a, const json::Value& b) {
      return a.as_string() < b.as_string();
    });
  }
  return out;
}

json::Value Canonical(std::string_view member, const json::Value& value) {
  if (const json::Array* list = value.if_array()) return CanonicalList(member, *list);
  if (const std::string* text = value.if_string(); text && member == "N") {
    const auto number = Number::Parse(*text);
    return number.ok() ? number->ToString() : *text;
  }
  const json::Object* object = value.if_object();
  if (!object) return value;
  std::map<std::string, json::Value> sorted;
  for (const auto& [name, inner] : *object) {
    if (!inner.is_null()) sorted[name] = Canonical(name, inner);
  }
  json::Object out;
  for (auto& [name, inner] : sorted) out.Append(name, std::move(inner));
  return out;
}

}  // namespace

std::string DigestOf(const json::Value& transact_items) {
  return Sha256(json::Write(Canonical("", transact_items)));
}

Status TransactionTokens::Load(const storage::Engine& engine) {
  const std::string prefix(kPrefix);
  const auto it = engine.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    ByteReader reader(it->value());
    const WallTime until{static_cast<int64_t>(reader.U64())};
    const std::string token(it->key().substr(prefix.size()));
    entries_[token] = {std::string(reader.Blob()), until};
    if (!reader.done()) return Error{ErrorCode::kCorrupt, "a transaction token cannot be read"};
    by_age_.emplace_back(until, token);
  }
  std::sort(by_age_.begin(), by_age_.end());
  return it->status();
}

AwsResult<bool> TransactionTokens::Begin(const std::string& token, const std::string& digest,
                                         WallTime now) {
  const auto it = entries_.find(token);
  if (it != entries_.end() && (it->second.under_way || now < it->second.until)) {
    if (it->second.digest != digest) return errors::IdempotentParameterMismatch();
    if (it->second.under_way) return errors::TransactionInProgress();
    return true;
  }
  entries_[token] = {digest, now + kLifetime, true};
  return false;
}

void TransactionTokens::Store(const std::string& token, const std::string& digest, WallTime now,
                              storage::WriteBatch& batch) {
  std::string value;
  AppendU64(value, static_cast<uint64_t>((now + kLifetime).ns));
  AppendBlob(value, digest);
  batch.Put(Space::kMeta, MetaKey(token), std::move(value));
}

void TransactionTokens::Finish(const std::string& token, bool committed) {
  const auto it = entries_.find(token);
  if (it == entries_.end()) return;
  if (!committed) {
    entries_.erase(it);
    return;
  }
  it->second.under_way = false;
  by_age_.emplace_back(it->second.until, token);
}

void TransactionTokens::Expire(WallTime now, storage::WriteBatch& batch) {
  while (!by_age_.empty() && by_age_.front().first <= now) {
    const std::string token = std::move(by_age_.front().second);
    by_age_.pop_front();
    const auto it = entries_.find(token);
    if (it == entries_.end() || it->second.under_way || now < it->second.until) continue;
    entries_.erase(it);
    batch.Delete(Space::kMeta, MetaKey(token));
  }
}

}  // namespace lifeboat::dynamodb
