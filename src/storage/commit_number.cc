#include "storage/commit_number.h"

#include "base/bytes.h"

namespace lifeboat::storage {

void PutCommitNumber(WriteBatch& batch, uint64_t number) {
  std::string value;
  AppendU64(value, number);
  batch.Put(Space::kMeta, std::string(kCommitKey), std::move(value));
}

std::optional<uint64_t> DecodeCommitNumber(std::string_view value) {
  ByteReader reader(value);
  const uint64_t number = reader.U64();
  return reader.done() ? std::optional(number) : std::nullopt;
}

Result<uint64_t> ReadCommitNumber(const Engine& engine) {
  const auto stored = engine.Get(Space::kMeta, kCommitKey);
  if (!stored) return stored.error();
  if (!*stored) return 0;
  const std::optional<uint64_t> number = DecodeCommitNumber(**stored);
  if (!number) return Error{ErrorCode::kCorrupt, "the stored commit number is malformed"};
  return *number;
}

}  // namespace lifeboat::storage
