#include "dns/types.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace lifeboat::dns {
namespace {

struct NamedType {
  Type type;
  std::string_view name;
};

constexpr NamedType kTypes[] = {
    {Type::kA, "A"},         {Type::kNs, "NS"},   {Type::kCname, "CNAME"}, {Type::kSoa, "SOA"},
    {Type::kPtr, "PTR"},     {Type::kMx, "MX"},   {Type::kTxt, "TXT"},     {Type::kAaaa, "AAAA"},
    {Type::kSrv, "SRV"},     {Type::kOpt, "OPT"}, {Type::kDs, "DS"},       {Type::kSpf, "SPF"},
    {Type::kNaptr, "NAPTR"}, {Type::kCaa, "CAA"}, {Type::kIxfr, "IXFR"},   {Type::kAxfr, "AXFR"},
    {Type::kAny, "ANY"},
};

}  // namespace

std::string TypeName(Type type) {
  for (const NamedType& known : kTypes) {
    if (known.type == type) return std::string(known.name);
  }
  return fmt::format("TYPE{}", static_cast<uint16_t>(type));
}

std::optional<Type> ParseType(std::string_view name) {
  for (const NamedType& known : kTypes) {
    if (EqualsIgnoreCase(known.name, name)) return known.type;
  }
  return std::nullopt;
}

std::string RcodeName(Rcode rcode) {
  switch (rcode) {
    case Rcode::kNoError:
      return "NOERROR";
    case Rcode::kFormErr:
      return "FORMERR";
    case Rcode::kServFail:
      return "SERVFAIL";
    case Rcode::kNxDomain:
      return "NXDOMAIN";
    case Rcode::kNotImp:
      return "NOTIMP";
    case Rcode::kRefused:
      return "REFUSED";
    case Rcode::kBadVers:
      return "BADVERS";
  }
  return fmt::format("RCODE{}", static_cast<uint16_t>(rcode));
}

}  // namespace lifeboat::dns
