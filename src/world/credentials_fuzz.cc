// Any bytes as a credentials file: refused with file and line, or keys that differ.
#include <cstddef>
#include <cstdint>
#include <set>

#include "base/check.h"
#include "world/config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lifeboat;
  const auto keys =
      world::ParseCredentialsFile({reinterpret_cast<const char*>(data), size}, "keys");
  if (!keys) {
    Check(keys.error().message.starts_with("keys:"), "a refusal names the file");
    return 0;
  }
  std::set<std::string> ids{world::DefaultKey().access_key_id};
  for (const auth::Credentials& key : *keys) {
    Check(!key.secret_access_key.empty() && !key.arn.empty(), "a key is whole");
    Check(ids.insert(key.access_key_id).second, "no key stands twice");
  }
  return 0;
}
