// The stored form of an item. All lengths and counts are varints.
//
//   item    u8 format (1) | map
//   map     count | (blob name | value)*, names strictly ascending
//   value   u8 Type | payload
//   payload S, B: blob. N: blob of the sortable form. BOOL: u8 0 or 1. NULL: nothing. M: map.
//           L: count | value*. SS, BS: count | blob*. NS: count | blob of the sortable form *.
//           Members of sets strictly ascending.
#include <algorithm>

#include "base/bytes.h"
#include "dynamodb/attribute_value.h"

namespace lifeboat::dynamodb {
namespace {

constexpr uint8_t kFormat = 1;

Error Corrupt() { return {ErrorCode::kCorrupt, "malformed stored item"}; }

void EncodeMap(std::string& out, const AttributeMap& map);

struct Encoder {
  std::string& out;

  void Value(const AttributeValue& value) const {
    out += static_cast<char>(value.type());
    std::visit(*this, value.variant());
  }
  void operator()(const std::string& s) const { AppendBlob(out, s); }
  void operator()(const Number& n) const { AppendBlob(out, n.EncodeSortable()); }
  void operator()(const Binary& b) const { AppendBlob(out, b.bytes); }
  void operator()(bool b) const { out += static_cast<char>(b ? 1 : 0); }
  void operator()(const Null&) const {}
  void operator()(const AttributeMap& map) const { EncodeMap(out, map); }
  void operator()(const List& list) const {
    AppendVarint(out, list.size());
    for (const AttributeValue& element : list) Value(element);
  }
  void operator()(const StringSet& set) const { Strings(set.members); }
  void operator()(const BinarySet& set) const { Strings(set.members); }
  void operator()(const NumberSet& set) const {
    AppendVarint(out, set.members.size());
    for (const Number& n : set.members) (*this)(n);
  }
  void Strings(const std::vector<std::string>& members) const {
    AppendVarint(out, members.size());
    for (const std::string& member : members) AppendBlob(out, member);
  }
};

void EncodeMap(std::string& out, const AttributeMap& map) {
  AppendVarint(out, map.size());
  for (const auto& [name, value] : map) {
    AppendBlob(out, name);
    Encoder{out}.Value(value);
  }
}

// Reads one item; the first malformed part makes `failed_` true for good.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : reader_(bytes) {}

  Result<Item> Read() {
    if (reader_.U8() != kFormat) return Corrupt();
    Item item = ReadMap(0);
    if (failed_ || !reader_.done()) return Corrupt();
    return item;
  }

 private:
  // A count of things that take at least one byte each.
  size_t ReadCount() {
    const uint64_t count = reader_.Varint();
    if (count > reader_.rest().size()) failed_ = true;
    return failed_ ? 0 : static_cast<size_t>(count);
  }

  Number ReadNumber() {
    Result<Number> n = Number::DecodeSortable(reader_.Blob());
    if (!n.ok()) failed_ = true;
    return n.ok() ? *std::move(n) : Number();
  }

  template <class T, class ReadOne>
  std::vector<T> ReadSet(ReadOne read_one) {
    std::vector<T> members;
    const size_t count = ReadCount();
    members.reserve(count);
    for (size_t i = 0; i < count && !failed_; ++i) {
      members.push_back(read_one());
      if (i > 0 && !(members[i - 1] < members[i])) failed_ = true;
    }
    if (members.empty()) failed_ = true;
    return members;
  }

  List ReadList(size_t depth) {
    List list;
    const size_t count = ReadCount();
    list.reserve(count);
    for (size_t i = 0; i < count && !failed_; ++i) list.push_back(ReadValue(depth));
    return list;
  }

  AttributeMap ReadMap(size_t depth) {
    AttributeMap map;
    const size_t count = ReadCount();
    map.Reserve(count);
    std::string_view previous;
    for (size_t i = 0; i < count && !failed_; ++i) {
      const std::string_view name = reader_.Blob();
      if (!reader_.ok() || (i > 0 && name <= previous)) {
        failed_ = true;
        break;
      }
      previous = name;
      map.Append(std::string(name), ReadValue(depth));
    }
    return map;
  }

  AttributeValue ReadValue(size_t depth) {
    const uint8_t type = reader_.U8();
    if (!reader_.ok() || type > static_cast<uint8_t>(Type::kBS) || depth >= kMaxNesting) {
      failed_ = true;
      return {};
    }
    return ReadPayload(static_cast<Type>(type), depth + 1);
  }

  AttributeValue ReadPayload(Type type, size_t depth) {
    const auto blob = [this] { return std::string(reader_.Blob()); };
    switch (type) {
      case Type::kS:
        return AttributeValue::S(blob());
      case Type::kN:
        return AttributeValue::N(ReadNumber());
      case Type::kB:
        return AttributeValue::B(blob());
      case Type::kBool: {
        const uint8_t b = reader_.U8();
        if (b > 1) failed_ = true;
        return AttributeValue::Variant(b == 1);
      }
      case Type::kNull:
        return AttributeValue::Variant(Null{});
      case Type::kM:
        return AttributeValue::Variant(ReadMap(depth));
      case Type::kL:
        return AttributeValue::Variant(ReadList(depth));
      case Type::kSS:
        return AttributeValue::Variant(StringSet{ReadSet<std::string>(blob)});
      case Type::kNS:
        return AttributeValue::Variant(NumberSet{ReadSet<Number>([this] { return ReadNumber(); })});
      case Type::kBS:
        return AttributeValue::Variant(BinarySet{ReadSet<std::string>(blob)});
    }
    failed_ = true;
    return {};
  }

  ByteReader reader_;
  bool failed_ = false;
};

}  // namespace

std::string EncodeItem(const Item& item) {
  std::string out;
  out.reserve(SizeOf(item) + 8 * item.size() + 8);
  out += static_cast<char>(kFormat);
  EncodeMap(out, item);
  return out;
}

Result<Item> DecodeItem(std::string_view bytes) { return Decoder(bytes).Read(); }

}  // namespace lifeboat::dynamodb
