#include "dns/rdata.h"

#include <vector>

#include <fmt/format.h>

#include "base/bytes.h"
#include "dns/address.h"
#include "dns/rdata_fields.h"

namespace lifeboat::dns {
namespace {

/// Names, numbers and addresses of the types that are a plain sequence of fields.
std::vector<Field> FieldsOf(Type type) {
  switch (type) {
    case Type::kA:
      return {Field::kIpv4};
    case Type::kAaaa:
      return {Field::kIpv6};
    case Type::kNs:
    case Type::kCname:
    case Type::kPtr:
      return {Field::kName};
    case Type::kMx:
      return {Field::kU16, Field::kName};
    case Type::kSrv:
      return {Field::kU16, Field::kU16, Field::kU16, Field::kName};
    case Type::kSoa:
      return {Field::kName, Field::kName, Field::kU32, Field::kU32,
              Field::kU32,  Field::kU32,  Field::kU32};
    case Type::kCaa:
      return {Field::kU8, Field::kTag, Field::kRestString};
    case Type::kDs:
      return {Field::kU16, Field::kU8, Field::kU8, Field::kRestHex};
    case Type::kNaptr:
      return {Field::kU16,    Field::kU16,    Field::kString,
              Field::kString, Field::kString, Field::kName};
    case Type::kTxt:
    case Type::kSpf:
      return {Field::kStrings};
    default:
      return {};
  }
}

}  // namespace

Result<std::string> ParseRdata(Type type, std::string_view text, Escapes escapes) {
  const std::vector<Field> fields = FieldsOf(type);
  if (fields.empty()) return InvalidError(TypeName(type) + " records have no text form here");
  Result<std::vector<Token>> tokens = Tokenize(text);
  if (!tokens.ok()) return tokens.error();
  if (tokens->size() < fields.size()) return InvalidError("the value has too few fields");
  std::string rdata;
  size_t next = 0;
  for (const Field field : fields) {
    const bool many = field == Field::kStrings || field == Field::kRestHex;
    do {
      if (Status status = AppendField(rdata, field, (*tokens)[next++], escapes); !status.ok())
        return status.error();
    } while (many && next < tokens->size());
  }
  if (next < tokens->size()) return InvalidError("the value has too many fields");
  if (rdata.size() > kMaxRdataBytes) return InvalidError("the value is longer than 65535 bytes");
  return rdata;
}

bool HasTextForm(Type type) { return !FieldsOf(type).empty(); }

std::string RdataToText(Type type, std::string_view rdata) {
  std::string text;
  size_t offset = 0;
  bool good = true;
  for (const Field field : FieldsOf(type)) {
    const Result<std::string> part = FieldToText(field, rdata, offset);
    good = good && part.ok();
    if (!good) break;
    if (!text.empty()) text.push_back(' ');
    text += *part;
  }
  if (good && offset == rdata.size() && !text.empty()) return text;
  return fmt::format("\\# {} {}", rdata.size(), HexEncode(rdata));
}

Result<std::string> ReadRdata(Type type, std::string_view message, size_t offset, size_t length) {
  if (offset + length > message.size()) return InvalidError("record data runs past the end");
  const size_t end = offset + length;
  const std::string_view until_end = message.substr(0, end);
  std::string rdata;
  for (const Field field : FieldsOf(type)) {
    if (Status status = CopyField(rdata, field, until_end, offset); !status.ok())
      return status.error();
  }
  // Types that we have no fields for are opaque (RFC 3597).
  if (rdata.empty()) return std::string(until_end.substr(offset));
  if (offset != end) return InvalidError("record data has bytes left over");
  return rdata;
}

NamesInRdata CompressibleNames(Type type) {
  switch (type) {
    case Type::kNs:
    case Type::kCname:
    case Type::kPtr:
      return {0, 1};
    case Type::kMx:
      return {2, 1};
    case Type::kSoa:
      return {0, 2};
    default:
      return {};
  }
}

uint32_t SoaMinimum(std::string_view rdata) {
  if (rdata.size() < 4) return 0;
  return ByteReader(rdata.substr(rdata.size() - 4)).U32();
}

}  // namespace lifeboat::dns
