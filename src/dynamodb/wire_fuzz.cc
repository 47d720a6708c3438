// Attribute values: JSON in, JSON out and in again; the stored form; stored bytes of anyone's.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "dynamodb/wire.h"

using namespace lifeboat;            // NOLINT
using namespace lifeboat::dynamodb;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const Result<Item> stored = DecodeItem(input); stored.ok()) {
    // Lengths may be written in more than one way; the item may not change.
    Check(*DecodeItem(EncodeItem(*stored)) == *stored, "stored item round trip");
  }
  const Result<json::Value> parsed = json::Parse(input);
  if (!parsed.ok()) return 0;
  (void)FromJson(*parsed, Wording::kOlder);
  (void)SubstitutionsFromJson(&*parsed, &*parsed);
  const http::AwsResult<Item> item = ItemFromJson(*parsed);
  if (!item.ok()) return 0;
  std::string written;
  AppendJson(written, *item);
  const Result<json::Value> again = json::Parse(written);
  Check(again.ok() && *ItemFromJson(*again) == *item, "wire round trip");
  Check(*again == ToJson(*item), "both writers agree");
  Check(*DecodeItem(EncodeItem(*item)) == *item, "stored round trip");
  (void)SizeOf(*item);
  return 0;
}
