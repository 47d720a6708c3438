// QueryView: a received question, checked and taken apart without allocating.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dns/types.h"

namespace lifeboat::dns {

struct QueryView {
  uint16_t id = 0;
  uint8_t opcode = 0;
  bool recursion_desired = false;
  std::array<char, kMaxNameBytes> name_bytes;  ///< Lower-case wire form.
  size_t name_size = 0;
  Type type = Type::kA;
  Class klass = Class::kIn;
  size_t question_end = 0;  ///< Offset behind the question; 0 until one was read.
  bool has_edns = false;
  uint8_t edns_version = 0;
  uint16_t edns_udp_bytes = 0;
  bool dnssec_ok = false;

  std::string_view name() const { return {name_bytes.data(), name_size}; }
};

enum class Verdict {
  kDrop,    ///< No answer at all: too short, or a response.
  kAnswer,  ///< A sound question of opcode QUERY.
  kFormErr,
  kNotImp,
  kBadVers,
};

/// Checks `packet` in NSD's order and fills `query` as far as it got.
Verdict ReadQuery(std::string_view packet, QueryView& query);

}  // namespace lifeboat::dns
