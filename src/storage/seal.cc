#include "storage/seal.h"

#include "base/bytes.h"
#include "base/check.h"

namespace lifeboat::storage {
namespace {

/// Names the format; another one gets another last digit.
constexpr std::string_view kMagic = "LBSEAL01";
constexpr uint8_t kFounded = 1;
constexpr uint8_t kClean = 2;

std::optional<Loss> ReadLoss(uint8_t value) {
  if (value > static_cast<uint8_t>(Loss::kAccepted)) return std::nullopt;
  return static_cast<Loss>(value);
}

}  // namespace

std::string_view ToString(Loss loss) {
  switch (loss) {
    case Loss::kNone:
      return "none";
    case Loss::kDisk:
      return "disk";
    case Loss::kAccepted:
      return "accepted";
  }
  return "";
}

std::string EncodeSealSlot(const Seal& seal, uint64_t update) {
  std::string out(kMagic);
  AppendU64(out, update);
  out.push_back(static_cast<char>((seal.founded ? kFounded : 0) | (seal.clean ? kClean : 0)));
  out.push_back(static_cast<char>(seal.loss));
  AppendU64(out, seal.generation);
  AppendU64(out, seal.commit);
  AppendU64(out, seal.manifest.number);
  AppendU64(out, seal.manifest.bytes);
  AppendU32(out, seal.manifest.crc);
  AppendU32(out, Crc32(out));
  Check(out.size() == kSealSlotBytes, "a slot has one size");
  return out;
}

std::optional<SealSlot> DecodeSealSlot(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::string_view magic = reader.Take(kMagic.size());
  SealSlot slot;
  slot.update = reader.U64();
  const uint8_t flags = reader.U8();
  const std::optional<Loss> loss = ReadLoss(reader.U8());
  slot.seal.founded = (flags & kFounded) != 0;
  slot.seal.clean = (flags & kClean) != 0;
  slot.seal.generation = reader.U64();
  slot.seal.commit = reader.U64();
  slot.seal.manifest.number = reader.U64();
  slot.seal.manifest.bytes = reader.U64();
  slot.seal.manifest.crc = reader.U32();
  const uint32_t crc = reader.U32();
  if (!reader.done() || magic != kMagic || !loss) return std::nullopt;
  if (crc != Crc32(bytes.substr(0, kSealSlotBytes - sizeof crc))) return std::nullopt;
  slot.seal.loss = *loss;
  return slot;
}

std::optional<SealSlot> DecodeSealFile(std::string_view bytes) {
  if (bytes.size() != kSealFileBytes) return std::nullopt;
  std::optional<SealSlot> newest;
  for (const size_t offset : kSealSlotOffsets) {
    const auto slot = DecodeSealSlot(bytes.substr(offset, kSealSlotBytes));
    if (slot && (!newest || slot->update > newest->update)) newest = slot;
  }
  return newest;
}

}  // namespace lifeboat::storage
