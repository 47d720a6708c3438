// The seal of a region's disk: what the folder of a database held when it was last heard of, kept
// beside the database, so that a disk that was damaged, rolled back or lost is noticed at the next
// start. A database alone cannot tell: without the end of its log or of its MANIFEST it opens and
// holds less (docs/formats/seal.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::storage {

/// RocksDB's list of its files, and how much of it was synced.
struct ManifestSeal {
  uint64_t number = 0;  ///< Of the file MANIFEST-<number>; 0: not known.
  uint64_t bytes = 0;
  uint32_t crc = 0;  ///< CRC-32 of these bytes.
  bool operator==(const ManifestSeal&) const = default;
};

/// What was lost before a start. The numbers are on disk.
enum class Loss : uint8_t {
  kNone = 0,
  kDisk = 1,      ///< All: the folder was gone, and the region started empty.
  kAccepted = 2,  ///< The disk was damaged or rolled back, and the region was told to go on.
};
std::string_view ToString(Loss loss);

struct Seal {
  bool founded = false;  ///< There is a database. Until then a missing one may be made.
  /// The database was closed in order, with nothing left in its log files.
  bool clean = false;
  /// What this start, or one before it that committed nothing, had lost.
  Loss loss = Loss::kNone;
  uint64_t generation = 0;  ///< Drawn at each start.
  uint64_t commit = 0;      ///< The last one that was acknowledged (storage/commit_number.h).
  ManifestSeal manifest;
  bool operator==(const Seal&) const = default;
};

/// What a start has found.
struct DiskState {
  uint64_t generation = 0;  ///< Never 0.
  Loss loss = Loss::kNone;
  uint64_t lost_commits = 0;  ///< As far as is known.
};

/// The file: two slots, written in turn, so that one is whole whenever the process ends. They are
/// in sectors of their own.
inline constexpr size_t kSealFileBytes = 4096;
inline constexpr size_t kSealSlotOffsets[] = {0, 2048};
inline constexpr size_t kSealSlotBytes = 58;

/// One slot; the greater `update` is the newer one.
std::string EncodeSealSlot(const Seal& seal, uint64_t update);
struct SealSlot {
  Seal seal;
  uint64_t update = 0;
};
/// nullopt when it is not whole.
std::optional<SealSlot> DecodeSealSlot(std::string_view bytes);
/// The newest slot of a file. nullopt when its size is wrong or no slot is whole.
std::optional<SealSlot> DecodeSealFile(std::string_view bytes);

/// Whoever keeps the seal while a database is open. May be called from any thread.
class SealKeeper {
 public:
  virtual ~SealKeeper() = default;
  /// Returns when the process may die without the number being forgotten.
  virtual void SetCommit(uint64_t number) = 0;
  virtual void SetManifest(const ManifestSeal& manifest) = 0;
  /// The database was closed; `clean` as in Seal. Nothing is called afterwards.
  virtual void SetClosed(bool clean) = 0;
};

}  // namespace lifeboat::storage
