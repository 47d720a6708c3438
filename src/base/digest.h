// Hashes that AWS's protocols are made of (OpenSSL underneath). Raw bytes out.
#pragma once

#include <string>
#include <string_view>

namespace lifeboat {

std::string Sha256(std::string_view bytes);
/// In lower-case hex.
std::string Sha256Hex(std::string_view bytes);
std::string Sha1(std::string_view bytes);
std::string Md5(std::string_view bytes);
std::string HmacSha256(std::string_view key, std::string_view bytes);
/// Compares without a difference in time between early and late mismatches.
bool ConstantTimeEquals(std::string_view a, std::string_view b);

}  // namespace lifeboat
