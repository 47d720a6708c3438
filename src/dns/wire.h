// Big-endian integers in place, inline: the answer path reads and writes a dozen of them.
#pragma once

#include <cstdint>

namespace lifeboat::dns {

inline uint16_t LoadU16(const char* at) {
  return static_cast<uint16_t>(static_cast<unsigned char>(at[0]) << 8 |
                               static_cast<unsigned char>(at[1]));
}
inline uint32_t LoadU32(const char* at) {
  return static_cast<uint32_t>(LoadU16(at)) << 16 | LoadU16(at + 2);
}
inline void StoreU16(char* at, uint16_t value) {
  at[0] = static_cast<char>(value >> 8);
  at[1] = static_cast<char>(value);
}
inline void StoreU32(char* at, uint32_t value) {
  StoreU16(at, static_cast<uint16_t>(value >> 16));
  StoreU16(at + 2, static_cast<uint16_t>(value));
}

}  // namespace lifeboat::dns
