// RecordSource: what the answer builder asks for records. It sees no packet, and the builder sees
// no routing policy. nameserver/ implements it with zones and health already worked out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dns/types.h"

namespace lifeboat::dns {

/// All records of one name and type. Names inside rdata are uncompressed.
struct Rrset {
  Type type = Type::kA;
  uint32_t ttl = 0;
  std::vector<std::string> rdata;
};

/// What there is for a name and type. Pointers live as long as the source stays unchanged.
struct Found {
  enum class Kind {
    kNoZone,      ///< Not ours: REFUSED.
    kAnswer,      ///< `rrset` answers.
    kCname,       ///< `rrset` is the name's CNAME record.
    kDelegation,  ///< `rrset` are the NS records of `owner`, below our zone's apex.
    kNoData,      ///< The name exists, without such a type.
    kNxDomain,    ///< There is no such name.
  };
  Kind kind = Kind::kNoZone;
  const Rrset* rrset = nullptr;
  /// Apex of the zone, or for kDelegation the delegated name: a suffix of the name asked for.
  std::string_view owner;
  /// The zone's SOA record; set in every kind but kNoZone.
  const Rrset* soa = nullptr;
};

class RecordSource {
 public:
  virtual ~RecordSource() = default;
  /// `name` is in lower-case wire form. For Type::kAny any one RRset of the name will do
  /// (RFC 8482, section 4.1). Called from many threads at once.
  virtual Found Find(std::string_view name, Type type) const = 0;
  /// Address records at exactly `name`, also below a delegation: the glue of a referral
  /// (RFC 1034, section 4.2.1). nullptr when there are none.
  virtual const Rrset* FindGlue(std::string_view name, Type type) const = 0;
};

}  // namespace lifeboat::dns
