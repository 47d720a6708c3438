#include "dns/packet_writer.h"

#include "dns/name.h"
#include "dns/rdata.h"
#include "dns/wire.h"

namespace lifeboat::dns {

void PacketWriter::Remember(std::string_view name, size_t offset) {
  for (; name.size() > 1 && offset <= kMaxPointerOffset && written_count_ < kMaxRemembered;) {
    RememberOne(name, offset);
    const size_t label = 1 + static_cast<unsigned char>(name[0]);
    name.remove_prefix(label);
    offset += label;
  }
}

void PacketWriter::Truncate(size_t size) {
  out_.resize(size);
  while (written_count_ > 0 && written_[written_count_ - 1].offset >= size) --written_count_;
}

void PacketWriter::AppendName(std::string_view name) {
  const size_t start = out_.size();
  std::string_view rest = name;
  for (; rest.size() > 1; rest = ParentOfWire(rest)) {
    for (size_t i = 0; i < written_count_; ++i) {
      if (!written_[i].Is(rest)) continue;
      out_ += name.substr(0, name.size() - rest.size());
      char pointer[2];
      StoreU16(pointer, static_cast<uint16_t>(0xc000 | written_[i].offset));
      out_.append(pointer, sizeof pointer);
      // Only the labels in front are new; suffixes are remembered already.
      size_t offset = start;
      for (std::string_view head = name; head.size() > rest.size(); head = ParentOfWire(head)) {
        if (offset > kMaxPointerOffset || written_count_ == kMaxRemembered) return;
        RememberOne(head, offset);
        offset += 1 + static_cast<unsigned char>(head[0]);
      }
      return;
    }
  }
  out_ += name;
  Remember(name, start);
}

void PacketWriter::AppendRdata(Type type, std::string_view rdata) {
  const NamesInRdata names = CompressibleNames(type);
  out_ += rdata.substr(0, names.offset);
  rdata.remove_prefix(names.offset);
  for (int i = 0; i < names.count; ++i) {
    size_t length = 1;
    for (size_t at = 0; rdata[at] != '\0'; length = at + 1)
      at += 1 + static_cast<unsigned char>(rdata[at]);
    AppendName(rdata.substr(0, length));
    rdata.remove_prefix(length);
  }
  out_ += rdata;
}

bool PacketWriter::Append(std::string_view owner, Type type, uint32_t ttl, std::string_view rdata) {
  const size_t start = out_.size();
  AppendName(owner);
  char fixed[10] = {};
  StoreU16(fixed, static_cast<uint16_t>(type));
  StoreU16(fixed + 2, static_cast<uint16_t>(Class::kIn));
  StoreU32(fixed + 4, ttl);
  out_.append(fixed, sizeof fixed);
  const size_t length_at = out_.size() - 2;
  AppendRdata(type, rdata);
  if (out_.size() > limit_) {
    Truncate(start);
    return false;
  }
  StoreU16(&out_[length_at], static_cast<uint16_t>(out_.size() - length_at - 2));
  return true;
}

}  // namespace lifeboat::dns
