#include "dns/query.h"

#include "dns/name.h"
#include "dns/wire.h"

namespace lifeboat::dns {
namespace {

constexpr uint16_t kResponseBit = 0x8000;
constexpr uint16_t kRecursionDesiredBit = 0x0100;
constexpr uint16_t kRcodeBits = 0x000f;
constexpr uint32_t kDnssecOkBit = 0x8000;

/// A question's name must not be compressed: there is nothing before it to point at.
bool ReadQuestion(std::string_view packet, QueryView& query) {
  size_t at = kHeaderBytes;
  while (true) {
    if (at >= packet.size()) return false;
    const auto length = static_cast<unsigned char>(packet[at]);
    if (length > kMaxLabelBytes || query.name_size + length + 1 > kMaxNameBytes ||
        at + 1 + length > packet.size())
      return false;
    query.name_bytes[query.name_size++] = packet[at++];
    for (size_t i = 0; i < length; ++i)
      query.name_bytes[query.name_size++] = LowerByte(packet[at++]);
    if (length == 0) break;
  }
  if (at + 4 > packet.size()) return false;
  query.type = static_cast<Type>(LoadU16(&packet[at]));
  query.klass = static_cast<Class>(LoadU16(&packet[at + 2]));
  query.question_end = at + 4;
  return true;
}

/// Moves `at` behind a name without reading it.
bool SkipName(std::string_view packet, size_t& at) {
  while (at < packet.size()) {
    const auto length = static_cast<unsigned char>(packet[at]);
    if (length >= 0xc0) {
      at += 2;
      return at <= packet.size();
    }
    if (length > kMaxLabelBytes) return false;
    at += 1 + length;
    if (length == 0) return true;
  }
  return false;
}

/// Looks for the one OPT record among `count` additional records.
bool ReadAdditional(std::string_view packet, int count, QueryView& query) {
  size_t at = query.question_end;
  for (int i = 0; i < count; ++i) {
    const size_t name_at = at;
    if (!SkipName(packet, at) || at + 10 > packet.size()) return false;
    const auto type = static_cast<Type>(LoadU16(&packet[at]));
    const uint16_t klass = LoadU16(&packet[at + 2]);
    const uint32_t ttl = LoadU32(&packet[at + 4]);
    at += 10 + LoadU16(&packet[at + 8]);
    if (at > packet.size()) return false;
    if (type != Type::kOpt) continue;
    if (query.has_edns || packet[name_at] != '\0') return false;  // RFC 6891, section 6.1.1.
    query.has_edns = true;
    query.edns_udp_bytes = klass;
    query.edns_version = static_cast<uint8_t>(ttl >> 16);
    query.dnssec_ok = (ttl & kDnssecOkBit) != 0;
  }
  return true;
}

}  // namespace

Verdict ReadQuery(std::string_view packet, QueryView& query) {
  if (packet.size() < kHeaderBytes) return Verdict::kDrop;
  query.id = LoadU16(&packet[0]);
  const uint16_t flags = LoadU16(&packet[2]);
  const uint16_t questions = LoadU16(&packet[4]);
  const uint16_t answers = LoadU16(&packet[6]);
  const uint16_t authority = LoadU16(&packet[8]);
  const uint16_t additional = LoadU16(&packet[10]);
  query.opcode = flags >> 11 & 0xf;
  query.recursion_desired = (flags & kRecursionDesiredBit) != 0;
  if ((flags & kResponseBit) != 0) return Verdict::kDrop;
  if (query.opcode != 0) return Verdict::kNotImp;
  if ((flags & kRcodeBits) != 0 || questions != 1) return Verdict::kFormErr;
  if (!ReadQuestion(packet, query)) {
    query.question_end = 0;
    return Verdict::kFormErr;
  }
  // An IXFR question carries an SOA record in its authority section (RFC 1995, section 3).
  if (query.type == Type::kIxfr) return Verdict::kAnswer;
  if (answers != 0 || authority != 0) return Verdict::kFormErr;
  if (!ReadAdditional(packet, additional, query)) {
    query.has_edns = false;
    return Verdict::kFormErr;
  }
  return query.edns_version != 0 ? Verdict::kBadVers : Verdict::kAnswer;
}

}  // namespace lifeboat::dns
