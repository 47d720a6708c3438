// PacketWriter: writes records with compressed names into a buffer that is used again and again.
// It remembers names it has written as views of the caller's bytes, so it allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "dns/record_source.h"
#include "dns/types.h"

namespace lifeboat::dns {

class PacketWriter {
 public:
  /// Writes behind what `out` holds already; fails beyond `limit` bytes.
  PacketWriter(std::string& out, size_t limit) : out_(out), limit_(limit) {}

  /// Tells of a name (wire form, must outlive the writer) that stands uncompressed at `offset`.
  void Remember(std::string_view name, size_t offset);
  /// One record; names in `rdata` must outlive the writer. False, and nothing written, when it
  /// does not fit.
  bool Append(std::string_view owner, Type type, uint32_t ttl, std::string_view rdata);

  size_t size() const { return out_.size(); }
  void set_limit(size_t limit) { limit_ = limit; }
  /// Takes back what was written after `size` bytes, and forgets names that stood there.
  void Truncate(size_t size);

 private:
  void AppendName(std::string_view name);
  void AppendRdata(Type type, std::string_view rdata);

  struct Written {
    std::string_view name;
    uint16_t offset;
  };
  /// More names than this in one packet are written in full.
  static constexpr size_t kMaxRemembered = 64;
  /// Pointers have 14 bits (RFC 1035, section 4.1.4).
  static constexpr size_t kMaxPointerOffset = 0x3fff;

  std::string& out_;
  size_t limit_;
  std::array<Written, kMaxRemembered> written_;
  size_t written_count_ = 0;
};

}  // namespace lifeboat::dns
