#include "base/prng.h"

#include <bit>

#include "base/check.h"

namespace lifeboat {

Prng::Prng(uint64_t seed) {
  for (uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    word = z ^ (z >> 31);
  }
}

uint64_t Prng::Next() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

uint64_t Prng::Below(uint64_t bound) {
  Check(bound > 0, "bound is positive");
  const uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  uint64_t draw = Next();
  while (draw >= limit) draw = Next();
  return draw % bound;
}

int64_t Prng::Between(int64_t low, int64_t high) {
  Check(low <= high, "low is at most high");
  return low +
         static_cast<int64_t>(Below(static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1));
}

bool Prng::Chance(uint64_t numerator, uint64_t denominator) {
  return Below(denominator) < numerator;
}

}  // namespace lifeboat
