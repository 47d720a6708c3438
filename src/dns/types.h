// The numbers of the DNS protocol that we use (RFC 1035, section 4.1; IANA "DNS Parameters").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::dns {

/// Record types. Any other 16-bit value may appear in a message and is carried as opaque bytes.
enum class Type : uint16_t {
  kA = 1,
  kNs = 2,
  kCname = 5,
  kSoa = 6,
  kPtr = 12,
  kMx = 15,
  kTxt = 16,
  kAaaa = 28,
  kSrv = 33,
  kNaptr = 35,
  kOpt = 41,
  kDs = 43,
  kSpf = 99,
  kIxfr = 251,
  kAxfr = 252,
  kAny = 255,
  kCaa = 257,
};

enum class Class : uint16_t { kIn = 1, kChaos = 3, kAny = 255 };

enum class Rcode : uint16_t {
  kNoError = 0,
  kFormErr = 1,
  kServFail = 2,
  kNxDomain = 3,
  kNotImp = 4,
  kRefused = 5,
  kBadVers = 16,  ///< Extended: its upper bits stand in the OPT record (RFC 6891, section 6.1.3).
};

/// `A`, `CNAME`; `TYPE1234` for types without a name here (RFC 3597, section 5).
std::string TypeName(Type type);
/// nullopt when it is none of the types named above.
std::optional<Type> ParseType(std::string_view name);
/// `NOERROR`, `NXDOMAIN`; `RCODE9` for others.
std::string RcodeName(Rcode rcode);

inline constexpr size_t kHeaderBytes = 12;
inline constexpr size_t kMaxNameBytes = 255;  ///< RFC 1035, section 2.3.4.
inline constexpr size_t kMaxLabelBytes = 63;  ///< RFC 1035, section 2.3.4.
inline constexpr size_t kMaxUdpBytes = 512;   ///< Without EDNS: RFC 1035, section 2.3.4.
inline constexpr size_t kMaxMessageBytes = 65535;
/// The UDP size that we offer and never exceed: no fragments on any path (DNS flag day 2020).
inline constexpr size_t kEdnsUdpBytes = 1232;

}  // namespace lifeboat::dns
