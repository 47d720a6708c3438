#include "base/ids.h"

#include <string_view>

namespace lifeboat {

std::string NewId(Prng& prng, size_t length, std::string_view alphabet) {
  std::string id(length, '\0');
  for (char& c : id) c = alphabet[prng.Below(alphabet.size())];
  return id;
}

std::string NewUuid(Prng& prng) {
  std::string id = NewId(prng, 36, kHexDigits);
  for (const size_t dash : {8, 13, 18, 23}) id[dash] = '-';
  id[14] = '4';
  id[19] = "89ab"[prng.Below(4)];
  return id;
}

}  // namespace lifeboat
