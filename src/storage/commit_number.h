// The commit number of a data folder: how many synced writes it has had. Each write carries its
// number, so that what is on a disk tells how far it goes, and a disk that lost something shows
// fewer than it once had (docs/formats/seal.md).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "storage/engine.h"

namespace lifeboat::storage {

/// In Space::kMeta; a big-endian u64. It is the first operation of the write that it numbers.
inline constexpr std::string_view kCommitKey = "meta/commit";

void PutCommitNumber(WriteBatch& batch, uint64_t number);
/// nullopt when `value` is no commit number.
std::optional<uint64_t> DecodeCommitNumber(std::string_view value);
/// The number of the last write in `engine`; 0 when there was none. kIo, kCorrupt.
Result<uint64_t> ReadCommitNumber(const Engine& engine);

}  // namespace lifeboat::storage
