// DNS messages as values, and the two functions that a stub resolver needs: MakeQuery and
// ParseAnswer. The name server's fast path (answer.h) does not go through these values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dns/name.h"
#include "dns/types.h"

namespace lifeboat::dns {

struct Question {
  Name name;
  Type type = Type::kA;
  Class klass = Class::kIn;
  bool operator==(const Question&) const = default;
};

struct Record {
  Name name;
  Type type = Type::kA;
  Class klass = Class::kIn;
  uint32_t ttl = 0;   ///< Seconds.
  std::string rdata;  ///< Wire form, names inside expanded.
  bool operator==(const Record&) const = default;
};

/// What an OPT record says (RFC 6891, section 6.1).
struct Edns {
  uint16_t udp_bytes = kEdnsUdpBytes;
  uint8_t version = 0;
  bool dnssec_ok = false;
  bool operator==(const Edns&) const = default;
};

struct Message {
  uint16_t id = 0;
  bool is_response = false;
  uint8_t opcode = 0;
  bool authoritative = false;
  bool truncated = false;
  bool recursion_desired = false;
  bool recursion_available = false;
  Rcode rcode = Rcode::kNoError;  ///< With EDNS's upper bits.
  std::vector<Question> questions;
  std::vector<Record> answers;
  std::vector<Record> authority;
  std::vector<Record> additional;  ///< Without the OPT record.
  std::optional<Edns> edns;
  bool operator==(const Message&) const = default;
};

/// Reads a whole message. kInvalid when any part is malformed or bytes are left over.
Result<Message> ParseMessage(std::string_view bytes);
/// Writes a message without compression: queries, and answers in tests.
std::string WriteMessage(const Message& message);

struct QueryOptions {
  bool recursion_desired = true;
  std::optional<Edns> edns = Edns{};
};
/// One question, ready for UDP (over TCP two length bytes go in front).
std::string MakeQuery(uint16_t id, const Name& name, Type type, const QueryOptions& options = {});

/// An answer as a stub resolver sees it.
struct Answer {
  Rcode rcode = Rcode::kNoError;
  bool authoritative = false;
  bool truncated = false;  ///< Ask again over TCP.
  /// The records of the asked type at the end of the CNAME chain; empty for NODATA.
  std::vector<Record> records;
  /// Seconds for which the result may be kept: the least TTL of the chain, or for a negative
  /// answer the least of the SOA's TTL and minimum (RFC 2308, section 5); 0 without an SOA.
  uint32_t ttl = 0;

  /// Addresses of the A and AAAA records, as text.
  std::vector<std::string> Addresses() const;
};
/// Reads the answer to MakeQuery(id, name, type). kInvalid when it is malformed or answers
/// something else (RFC 5452, section 9.1): drop it and go on waiting.
Result<Answer> ParseAnswer(std::string_view bytes, uint16_t id, const Name& name, Type type);

}  // namespace lifeboat::dns
