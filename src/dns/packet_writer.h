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

  /// Without a constructor, so that the table costs nothing until it is filled.
  struct Written {
    const char* data;
    uint16_t size;
    uint16_t offset;
    bool Is(std::string_view name) const { return std::string_view(data, size) == name; }
  };
  void RememberOne(std::string_view name, size_t offset) {
    written_[written_count_++] = {name.data(), static_cast<uint16_t>(name.size()),
                                  static_cast<uint16_t>(offset)};
  }
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
