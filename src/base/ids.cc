#include "base/ids.h"

#include <string_view>

namespace lifeboat {

std::string NewId(Prng& prng, size_t length, std::string_view alphabet) {
  // Eight characters from each draw: the draw is a fraction below one; times the alphabet's size,
  // its whole part chooses a character and its fraction goes on. The bias is below 2^-16.
  constexpr size_t kPerDraw = 8;
  std::string id(length, '\0');
  uint64_t fraction = 0;
  for (size_t i = 0; i < length; ++i) {
    if (i % kPerDraw == 0) fraction = prng.Next();
    const auto product = static_cast<unsigned __int128>(fraction) * alphabet.size();
    id[i] = alphabet[static_cast<size_t>(product >> 64)];
    fraction = static_cast<uint64_t>(product);
  }
  return id;
}

std::string NewRequestId(Prng& prng) {
  constexpr size_t kLength = 52;
  return NewId(prng, kLength, kUpperAlnum);
}

std::string NewUuid(Prng& prng) {
  std::string id = NewId(prng, 36, kHexDigits);
  for (const size_t dash : {8, 13, 18, 23}) id[dash] = '-';
  id[14] = '4';
  id[19] = "89ab"[prng.Below(4)];
  return id;
}

}  // namespace lifeboat
