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

/// A record of a query, of which only OPT records mean something.
struct RecordView {
  bool at_root = false;
  Type type = Type::kA;
  uint16_t klass = 0;
  uint32_t ttl = 0;
  std::string_view rdata;
};

/// Reads the record at `at` and moves behind it; false when it is cut off.
bool ReadRecord(std::string_view packet, size_t& at, RecordView& record) {
  const size_t name_at = at;
  if (!SkipName(packet, at) || at + 10 > packet.size()) return false;
  record.at_root = packet[name_at] == '\0';
  record.type = static_cast<Type>(LoadU16(&packet[at]));
  record.klass = LoadU16(&packet[at + 2]);
  record.ttl = LoadU32(&packet[at + 4]);
  const size_t size = LoadU16(&packet[at + 8]);
  at += 10;
  if (at + size > packet.size()) return false;
  record.rdata = packet.substr(at, size);
  at += size;
  return true;
}

/// RFC 6891, section 6.1.2: pairs of code and length, each with its data, to the very end.
bool OptionsFit(std::string_view rdata) {
  while (!rdata.empty()) {
    if (rdata.size() < 4) return false;
    const size_t size = 4 + LoadU16(&rdata[2]);
    if (size > rdata.size()) return false;
    rdata.remove_prefix(size);
  }
  return true;
}

void TakeOpt(const RecordView& opt, QueryView& query) {
  query.has_edns = true;
  query.edns_udp_bytes = opt.klass;
  query.edns_version = static_cast<uint8_t>(opt.ttl >> 16);
  query.dnssec_ok = (opt.ttl & kDnssecOkBit) != 0;
}

/// Looks for the one OPT record among `count` additional records.
bool ReadAdditional(std::string_view packet, int count, QueryView& query) {
  size_t at = query.question_end;
  RecordView record;
  for (int i = 0; i < count; ++i) {
    if (!ReadRecord(packet, at, record)) return false;
    if (record.type != Type::kOpt) continue;
    if (query.has_edns || !record.at_root) return false;  // RFC 6891, section 6.1.1.
    TakeOpt(record, query);
    if (!OptionsFit(record.rdata)) return false;
  }
  return true;
}

/// An error answers a query that has an OPT record with one too (RFC 6891, section 7), wherever the
/// query was found wrong; this looks for it as far as the packet can be read.
void FindOpt(std::string_view packet, QueryView& query) {
  size_t at = kHeaderBytes;
  for (int left = LoadU16(&packet[4]); left > 0; --left) {
    if (!SkipName(packet, at)) return;
    at += 4;
  }
  RecordView record;
  for (int left = LoadU16(&packet[6]) + LoadU16(&packet[8]); left > 0; --left) {
    if (!ReadRecord(packet, at, record)) return;
  }
  for (int left = LoadU16(&packet[10]); left > 0; --left) {
    if (!ReadRecord(packet, at, record)) return;
    if (record.type == Type::kOpt && record.at_root) return TakeOpt(record, query);
  }
}

Verdict Judge(std::string_view packet, QueryView& query) {
  const uint16_t flags = LoadU16(&packet[2]);
  const uint16_t questions = LoadU16(&packet[4]);
  const uint16_t answers = LoadU16(&packet[6]);
  const uint16_t authority = LoadU16(&packet[8]);
  const uint16_t additional = LoadU16(&packet[10]);
  if (query.opcode != 0) return Verdict::kNotImp;
  if ((flags & kRcodeBits) != 0 || questions != 1) return Verdict::kFormErr;
  if (!ReadQuestion(packet, query)) {
    query.question_end = 0;
    return Verdict::kFormErr;
  }
  // An IXFR question carries an SOA record in its authority section (RFC 1995, section 3).
  if (query.type == Type::kIxfr) return Verdict::kAnswer;
  if (answers != 0 || authority != 0) return Verdict::kFormErr;
  if (!ReadAdditional(packet, additional, query)) return Verdict::kFormErr;
  return query.edns_version != 0 ? Verdict::kBadVers : Verdict::kAnswer;
}

}  // namespace

Verdict ReadQuery(std::string_view packet, QueryView& query) {
  if (packet.size() < kHeaderBytes) return Verdict::kDrop;
  query.id = LoadU16(&packet[0]);
  const uint16_t flags = LoadU16(&packet[2]);
  query.opcode = flags >> 11 & 0xf;
  query.recursion_desired = (flags & kRecursionDesiredBit) != 0;
  if ((flags & kResponseBit) != 0) return Verdict::kDrop;
  const Verdict verdict = Judge(packet, query);
  const bool whole = verdict == Verdict::kAnswer && query.type != Type::kIxfr;
  if (!whole && !query.has_edns) FindOpt(packet, query);
  return verdict;
}

}  // namespace lifeboat::dns
