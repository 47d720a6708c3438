// Whatever the bytes are, ParseYaml answers, and what it accepts is JSON that reads back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "json/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = lifeboat::json::ParseYaml(text, {.cloudformation = true});
  if (document.ok() && !lifeboat::json::Parse(lifeboat::json::Write(document->value)).ok()) abort();
  return 0;
}
