// Number: what is read is answered and read again as the same, as text and as key bytes, and the
// order of the bytes is that of the numbers.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "dynamodb/number.h"

using lifeboat::Check;
using lifeboat::dynamodb::Number;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto decoded = Number::DecodeSortable(input);
  if (decoded.ok()) Check(decoded->EncodeSortable() == input, "key bytes are canonical");

  const size_t comma = input.find(',');
  const auto a = Number::Parse(input.substr(0, comma));
  if (!a.ok()) return 0;
  Check(*Number::Parse(a->ToString()) == *a, "text round trip");
  Check(*Number::DecodeSortable(a->EncodeSortable()) == *a, "key round trip");
  if (comma == std::string_view::npos) return 0;
  const auto b = Number::Parse(input.substr(comma + 1));
  if (!b.ok()) return 0;
  Check((*a < *b) == (a->EncodeSortable() < b->EncodeSortable()), "bytes sort as numbers");
  const auto sum = Number::Add(*a, *b);
  if (!sum.ok()) return 0;
  const auto back = Number::Subtract(*sum, *b);
  Check(back.ok() && *back == *a, "what was added can be taken away");
  return 0;
}
