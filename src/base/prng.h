// The one source of randomness, seeded and handed down. No floating point inside, so that a seed
// means the same run on every machine.
#pragma once

#include <cstdint>

namespace lifeboat {

/// xoshiro256** (Blackman and Vigna), seeded through splitmix64. Not for secrets that leave the
/// machine; the credentials of a practice world are not such secrets.
class Prng {
 public:
  explicit Prng(uint64_t seed);
  uint64_t Next();
  /// Uniform in [0, bound); bound > 0.
  uint64_t Below(uint64_t bound);
  /// Uniform in [low, high], both included.
  int64_t Between(int64_t low, int64_t high);
  /// True in `numerator` of `denominator` cases.
  bool Chance(uint64_t numerator, uint64_t denominator);
  /// A generator for a part of its own, so that parts do not disturb each other's draws.
  Prng Fork() { return Prng(Next()); }

 private:
  uint64_t state_[4];
};

}  // namespace lifeboat
