// AnswerQuery: the authoritative server as a function from bytes to bytes. Sockets are net/'s.
// Packets are checked in the order of NSD's query_process: length, QR, opcode, question, counts,
// EDNS; then class and type; then the records are looked up.
#pragma once

#include <string>
#include <string_view>

#include "base/prng.h"
#include "dns/record_source.h"

namespace lifeboat::dns {

enum class Transport { kUdp, kTcp };

/// CNAME records followed inside the zones of one source.
inline constexpr int kMaxCnameChain = 8;

/// Answers `packet` into `out`, which is replaced and whose memory is used again: a thread keeps
/// one. `out` stays empty when the packet deserves no answer (shorter than a header, or itself a
/// response). Over UDP the answer keeps within the client's EDNS size, at most kEdnsUdpBytes, or
/// within 512 bytes; what does not fit is left out and TC is set. Over TCP the two length bytes are
/// the caller's. `prng` decides the order of an RRset's records.
void AnswerQuery(std::string_view packet, const RecordSource& source, Transport transport,
                 Prng& prng, std::string& out);

}  // namespace lifeboat::dns
