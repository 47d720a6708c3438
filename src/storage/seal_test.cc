// The bytes of a seal: what is not whole is never taken for one.
#include "storage/seal.h"

#include <gtest/gtest.h>

namespace lifeboat::storage {
namespace {

Seal Example() {
  return {.founded = true,
          .clean = false,
          .loss = Loss::kAccepted,
          .generation = 0x0123456789abcdef,
          .commit = 3000,
          .manifest = {.number = 12, .bytes = 4100, .crc = 0xdeadbeef}};
}

std::string File(const Seal& first, uint64_t first_update, const Seal& second,
                 uint64_t second_update) {
  std::string file(kSealFileBytes, '\0');
  file.replace(kSealSlotOffsets[0], kSealSlotBytes, EncodeSealSlot(first, first_update));
  file.replace(kSealSlotOffsets[1], kSealSlotBytes, EncodeSealSlot(second, second_update));
  return file;
}

TEST(Seal, KeepsAllFields) {
  const auto slot = DecodeSealSlot(EncodeSealSlot(Example(), 7));
  ASSERT_TRUE(slot);
  EXPECT_EQ(slot->seal, Example());
  EXPECT_EQ(slot->update, 7u);
}

TEST(Seal, TheNewerSlotCounts) {
  Seal newer = Example();
  newer.commit = 3001;
  EXPECT_EQ(DecodeSealFile(File(Example(), 7, newer, 8))->seal, newer);
  EXPECT_EQ(DecodeSealFile(File(newer, 8, Example(), 7))->seal, newer);
}

TEST(Seal, AFlippedBitCostsOneSlotAndNeverMore) {
  Seal newer = Example();
  newer.commit = 3001;
  const std::string whole = File(Example(), 7, newer, 8);
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] ^= 0x10;
    const auto slot = DecodeSealFile(flipped);
    ASSERT_TRUE(slot) << at;
    const bool in_newer = at >= kSealSlotOffsets[1] && at < kSealSlotOffsets[1] + kSealSlotBytes;
    EXPECT_EQ(slot->seal, in_newer ? Example() : newer) << at;
  }
}

TEST(Seal, NothingIsMadeOfWhatIsNoSeal) {
  const std::string whole = File(Example(), 7, Example(), 8);
  for (const size_t size : {size_t{0}, size_t{1}, kSealSlotBytes, kSealFileBytes - 1}) {
    EXPECT_FALSE(DecodeSealFile(whole.substr(0, size))) << size;
  }
  EXPECT_FALSE(DecodeSealFile(whole + "x"));
  EXPECT_FALSE(DecodeSealFile(std::string(kSealFileBytes, '\0')));
  EXPECT_FALSE(DecodeSealSlot(""));
}

}  // namespace
}  // namespace lifeboat::storage
