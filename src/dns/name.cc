#include "dns/name.h"

#include <fmt/format.h>

namespace lifeboat::dns {
namespace {

/// A chain of pointers longer than the labels of the longest name is hostile.
constexpr int kMaxPointers = 128;

bool IsPlain(char c, Escapes escapes) {
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') return true;
  return escapes == Escapes::kDecimal && (c == '*' || c == '/');
}

/// Reads what follows a backslash at text[at - 1]; moves `at` behind it.
Result<char> ReadEscape(std::string_view text, size_t& at, Escapes escapes) {
  const int base = escapes == Escapes::kOctal ? 8 : 10;
  if (at >= text.size()) return InvalidError("a name ends in a backslash");
  if (text[at] < '0' || text[at] > '9') return text[at++];
  int value = 0;
  for (int digit = 0; digit < 3; ++digit, ++at) {
    if (at >= text.size() || text[at] < '0' || text[at] >= '0' + base)
      return InvalidError("an escape in a name needs three digits");
    value = value * base + (text[at] - '0');
  }
  if (value > 255) return InvalidError("an escape in a name is above 255");
  return static_cast<char>(value);
}

/// Appends the label that was gathered and clears it.
Status AppendLabel(std::string& wire, std::string& label) {
  if (label.empty()) return InvalidError("a name has an empty label");
  if (label.size() > kMaxLabelBytes) return InvalidError("a label is longer than 63 bytes");
  if (wire.size() + label.size() + 2 > kMaxNameBytes)
    return InvalidError("a name is longer than 255 bytes");
  wire.push_back(static_cast<char>(label.size()));
  wire += label;
  label.clear();
  return {};
}

}  // namespace

Result<Name> Name::Parse(std::string_view text, Escapes escapes) {
  if (text.empty()) return InvalidError("a name is empty");
  if (text == ".") return Name();
  if (text.size() > 4 * kMaxNameBytes) return InvalidError("a name is longer than 255 bytes");
  std::string wire;
  std::string label;
  bool open_label = true;
  for (size_t at = 0; at < text.size();) {
    open_label = true;
    char c = text[at++];
    if (c == '.') {
      if (Status status = AppendLabel(wire, label); !status.ok()) return status.error();
      open_label = false;
      continue;
    }
    if (c == '\\') {
      const Result<char> escaped = ReadEscape(text, at, escapes);
      if (!escaped.ok()) return escaped.error();
      c = *escaped;
    }
    label.push_back(LowerByte(c));
  }
  if (open_label) {
    if (Status status = AppendLabel(wire, label); !status.ok()) return status.error();
  }
  wire.push_back('\0');
  return Name(std::move(wire));
}

Result<Name> Name::FromWire(std::string_view wire) {
  size_t offset = 0;
  Result<Name> name = Read(wire, offset);
  // A compressed name reads shorter than it is long.
  if (name.ok() && (offset != wire.size() || name->wire_.size() != wire.size()))
    return InvalidError("not one uncompressed name");
  return name;
}

Result<Name> Name::Read(std::string_view message, size_t& offset) {
  std::string wire;
  size_t at = offset;
  size_t after = 0;  // Where reading goes on; set by the first pointer.
  size_t lowest = offset;
  for (int pointers = 0; pointers <= kMaxPointers;) {
    if (at >= message.size()) return InvalidError("a name runs past the end of the message");
    const auto length = static_cast<unsigned char>(message[at]);
    if ((length & 0xc0) == 0xc0) {
      if (at + 1 >= message.size()) return InvalidError("a compression pointer is cut off");
      const size_t target = (length & 0x3fu) << 8 | static_cast<unsigned char>(message[at + 1]);
      if (after == 0) after = at + 2;
      if (target >= lowest) return InvalidError("a compression pointer does not point backwards");
      lowest = at = target;
      ++pointers;
      continue;
    }
    if (length > kMaxLabelBytes) return InvalidError("a label has an unknown kind");
    if (wire.size() + length + 1 > kMaxNameBytes)
      return InvalidError("a name is longer than 255 bytes");
    if (at + 1 + length > message.size())
      return InvalidError("a name runs past the end of the message");
    wire.push_back(static_cast<char>(length));
    for (const char c : message.substr(at + 1, length)) wire.push_back(LowerByte(c));
    at += 1 + length;
    if (length == 0) {
      offset = after != 0 ? after : at;
      return Name(std::move(wire));
    }
  }
  return InvalidError("a name has too many compression pointers");
}

std::string Name::ToString(Escapes escapes) const {
  if (is_root()) return ".";
  std::string text;
  text.reserve(wire_.size());
  for (const std::string_view label : Labels()) {
    for (const char c : label) {
      if (IsPlain(c, escapes)) {
        text.push_back(c);
      } else if (escapes == Escapes::kOctal) {
        text += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
      } else if (c > ' ' && c < 127) {
        text.push_back('\\');
        text.push_back(c);
      } else {
        text += fmt::format("\\{:03d}", static_cast<unsigned char>(c));
      }
    }
    text.push_back('.');
  }
  return text;
}

std::vector<std::string_view> Name::Labels() const {
  std::vector<std::string_view> labels;
  std::string_view rest = wire_;
  while (rest[0] != '\0') {
    labels.push_back(rest.substr(1, static_cast<unsigned char>(rest[0])));
    rest = ParentOfWire(rest);
  }
  return labels;
}

Name Name::Parent() const { return is_root() ? Name() : Name(std::string(ParentOfWire(wire_))); }

Result<Name> Name::Prepend(std::string_view label) const {
  if (label.empty() || label.size() > kMaxLabelBytes) return InvalidError("not a label");
  if (wire_.size() + label.size() + 1 > kMaxNameBytes)
    return InvalidError("a name is longer than 255 bytes");
  std::string wire(1, static_cast<char>(label.size()));
  for (const char c : label) wire.push_back(LowerByte(c));
  return Name(wire + wire_);
}

bool Name::IsWithin(const Name& ancestor) const {
  std::string_view rest = wire_;
  while (rest.size() > ancestor.wire_.size()) rest = ParentOfWire(rest);
  return rest == ancestor.wire_;
}

}  // namespace lifeboat::dns
