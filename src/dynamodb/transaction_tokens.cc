#include "dynamodb/transaction_tokens.h"

#include <algorithm>

#include "base/bytes.h"
#include "dynamodb/errors.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using storage::Space;

constexpr std::string_view kPrefix = "dynamodb/token/";

std::string MetaKey(std::string_view token) { return std::string(kPrefix) + std::string(token); }

}  // namespace

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
