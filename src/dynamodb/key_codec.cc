#include "dynamodb/key_codec.h"

namespace lifeboat::dynamodb {

std::string EncodeKeyValue(const AttributeValue& value) {
  if (const auto* s = value.If<std::string>()) return *s;
  if (const auto* b = value.If<Binary>()) return b->bytes;
  const auto* n = value.If<Number>();
  Check(n != nullptr, "a key is S, N or B");
  return n->EncodeSortable();
}

Result<AttributeValue> DecodeKeyValue(Type type, std::string_view bytes) {
  if (type == Type::kS) return AttributeValue::S(std::string(bytes));
  if (type == Type::kB) return AttributeValue::B(std::string(bytes));
  Check(type == Type::kN, "a key is S, N or B");
  Result<Number> n = Number::DecodeSortable(bytes);
  if (!n.ok()) return n.error();
  return AttributeValue::N(*std::move(n));
}

}  // namespace lifeboat::dynamodb
