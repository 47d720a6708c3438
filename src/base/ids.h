// Identifiers in the shapes that AWS gives them.
#pragma once

#include <string>
#include <string_view>

#include "base/prng.h"

namespace lifeboat {

/// `6f0c2f0e-...`: 36 characters, version 4.
std::string NewUuid(Prng& prng);
/// An x-amzn-RequestId as DynamoDB's front end gives it: 52 capitals and digits.
std::string NewRequestId(Prng& prng);
/// `length` characters of `alphabet`.
std::string NewId(Prng& prng, size_t length, std::string_view alphabet);
inline constexpr std::string_view kLowerAlnum = "abcdefghijklmnopqrstuvwxyz0123456789";
inline constexpr std::string_view kUpperAlnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
inline constexpr std::string_view kHexDigits = "0123456789abcdef";

/// The account of every world: AWS's documentation account is 123456789012; tools expect 12 digits.
inline constexpr std::string_view kAccountId = "000000000000";

}  // namespace lifeboat
