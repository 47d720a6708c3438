#include "dns/answer.h"

#include <algorithm>
#include <array>

#include "dns/packet_writer.h"
#include "dns/query.h"
#include "dns/rdata.h"
#include "dns/wire.h"

namespace lifeboat::dns {
namespace {

constexpr size_t kOptBytes = 11;
/// RRsets with more records than this keep their order.
constexpr size_t kMaxShuffled = 512;

/// Builds one answer. The sections are filled in order; Finish() writes header and OPT record.
class Builder {
 public:
  Builder(std::string_view packet, const QueryView& query, Transport transport, Prng& prng,
          std::string& out)
      : query_(query), prng_(prng), out_(out), writer_(out, LimitFor(query, transport)) {
    out_.assign(kHeaderBytes, '\0');
    if (query.question_end != 0)
      out_.append(packet.substr(kHeaderBytes, query.question_end - kHeaderBytes));
    if (query.question_end != 0) writer_.Remember(query.name(), kHeaderBytes);
    question_end_ = out_.size();
  }

  void Lookup(const RecordSource& source);
  void Finish();
  void set_rcode(Rcode rcode) { rcode_ = rcode; }

 private:
  static size_t LimitFor(const QueryView& query, Transport transport) {
    const size_t reserved = query.has_edns ? kOptBytes : 0;
    if (transport == Transport::kTcp) return kMaxMessageBytes - reserved;
    if (!query.has_edns) return kMaxUdpBytes;
    const size_t wanted = query.edns_udp_bytes;
    return std::clamp(wanted, kMaxUdpBytes, kEdnsUdpBytes) - reserved;
  }

  void AppendRrset(std::string_view owner, const Rrset& rrset, uint16_t& count);
  void AppendOne(std::string_view owner, const Rrset& rrset, size_t index, uint32_t ttl,
                 uint16_t& count);
  void AppendSoa(const Found& found);
  void AppendReferral(const RecordSource& source, const Found& found);

  const QueryView& query_;
  Prng& prng_;
  std::string& out_;
  PacketWriter writer_;
  size_t question_end_ = 0;
  Rcode rcode_ = Rcode::kNoError;
  bool authoritative_ = false;
  bool truncated_ = false;
  uint16_t answers_ = 0, authority_ = 0, additional_ = 0;
};

void Builder::AppendOne(std::string_view owner, const Rrset& rrset, size_t index, uint32_t ttl,
                        uint16_t& count) {
  if (truncated_) return;
  if (writer_.Append(owner, rrset.type, ttl, rrset.rdata[index])) {
    ++count;
    return;
  }
  // A part of an RRset is worth nothing (RFC 2181, section 9): the client asks again over TCP.
  truncated_ = true;
  writer_.Truncate(question_end_);
  answers_ = authority_ = additional_ = 0;
}

void Builder::AppendRrset(std::string_view owner, const Rrset& rrset, uint16_t& count) {
  const size_t size = rrset.rdata.size();
  if (size == 1 || size > kMaxShuffled) {
    for (size_t i = 0; i < size; ++i) AppendOne(owner, rrset, i, rrset.ttl, count);
    return;
  }
  std::array<uint16_t, kMaxShuffled> order;
  for (size_t i = 0; i < size; ++i) order[i] = static_cast<uint16_t>(i);
  for (size_t i = 0; i < size; ++i) {
    std::swap(order[i], order[i + prng_.Below(size - i)]);
    AppendOne(owner, rrset, order[i], rrset.ttl, count);
  }
}

/// The SOA's TTL in a negative answer is at most its minimum field (RFC 2308, section 3).
void Builder::AppendSoa(const Found& found) {
  if (found.soa == nullptr) return;
  const uint32_t ttl = std::min(found.soa->ttl, SoaMinimum(found.soa->rdata[0]));
  AppendOne(found.owner, *found.soa, 0, ttl, authority_);
}

void Builder::AppendReferral(const RecordSource& source, const Found& found) {
  AppendRrset(found.owner, *found.rrset, authority_);
  for (const std::string& server : found.rrset->rdata) {
    for (const Type type : {Type::kA, Type::kAaaa}) {
      const Rrset* glue = source.FindGlue(server, type);
      if (glue) AppendRrset(server, *glue, additional_);
    }
  }
}

void Builder::Lookup(const RecordSource& source) {
  std::string_view owner = query_.name();
  std::array<std::string_view, kMaxCnameChain + 1> followed;
  for (int step = 0; step <= kMaxCnameChain; ++step) {
    const Found found = source.Find(owner, query_.type);
    if (step == 0) {
      if (found.kind == Found::Kind::kNoZone) return set_rcode(Rcode::kRefused);
      authoritative_ = found.kind != Found::Kind::kDelegation;
    }
    switch (found.kind) {
      case Found::Kind::kNoZone:
        return;
      case Found::Kind::kAnswer:
        return AppendRrset(owner, *found.rrset, answers_);
      case Found::Kind::kCname:
        AppendOne(owner, *found.rrset, 0, found.rrset->ttl, answers_);
        followed[step] = owner;
        owner = found.rrset->rdata[0];
        // In a circle each record is given once.
        if (std::find(followed.begin(), followed.begin() + step + 1, owner) !=
            followed.begin() + step + 1) {
          return;
        }
        continue;
      case Found::Kind::kDelegation:
        return AppendReferral(source, found);
      case Found::Kind::kNxDomain:
        set_rcode(Rcode::kNxDomain);
        return AppendSoa(found);
      case Found::Kind::kNoData:
        return AppendSoa(found);
    }
  }
}

void Builder::Finish() {
  const auto rcode = static_cast<unsigned>(rcode_);
  if (query_.has_edns) {
    char opt[kOptBytes] = {};  // The root's name, and no options.
    StoreU16(opt + 1, static_cast<uint16_t>(Type::kOpt));
    StoreU16(opt + 3, static_cast<uint16_t>(kEdnsUdpBytes));
    StoreU32(opt + 5, rcode >> 4 << 24 | (query_.dnssec_ok ? 0x8000u : 0u));
    out_.append(opt, sizeof opt);
    ++additional_;
  }
  const unsigned flags = 0x8000u | static_cast<unsigned>(query_.opcode) << 11 |
                         (authoritative_ ? 0x0400u : 0) | (truncated_ ? 0x0200u : 0) |
                         (query_.recursion_desired ? 0x0100u : 0) | (rcode & 0xf);
  const uint16_t questions = query_.question_end != 0 ? 1 : 0;
  const std::array<uint16_t, 6> header = {
      query_.id, static_cast<uint16_t>(flags), questions, answers_, authority_, additional_};
  for (size_t i = 0; i < header.size(); ++i) StoreU16(&out_[2 * i], header[i]);
}

bool IsTransfer(Type type) { return type == Type::kAxfr || type == Type::kIxfr; }

}  // namespace

void AnswerQuery(std::string_view packet, const RecordSource& source, Transport transport,
                 Prng& prng, std::string& out) {
  out.clear();
  QueryView query;
  const Verdict verdict = ReadQuery(packet, query);
  if (verdict == Verdict::kDrop) return;
  Builder builder(packet, query, transport, prng, out);
  if (verdict == Verdict::kNotImp) {
    builder.set_rcode(Rcode::kNotImp);
  } else if (verdict == Verdict::kFormErr) {
    builder.set_rcode(Rcode::kFormErr);
  } else if (verdict == Verdict::kBadVers) {
    builder.set_rcode(Rcode::kBadVers);
  } else if ((query.klass != Class::kIn && query.klass != Class::kAny) || IsTransfer(query.type)) {
    builder.set_rcode(Rcode::kRefused);
  } else {
    builder.Lookup(source);
  }
  builder.Finish();
}

}  // namespace lifeboat::dns
