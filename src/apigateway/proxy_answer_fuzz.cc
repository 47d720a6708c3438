// Functions may answer anything: it is read or found malformed, and no control character gets into
// a header.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "apigateway/proxy_answer.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto answer = lifeboat::apigateway::ReadProxyAnswer(text, {"image/*"}, "image/png");
  if (!answer) return 0;
  for (const auto& [name, value] : answer->headers) {
    for (const std::string& part : {name, value}) {
      lifeboat::Check(part.find_first_of("\r\n") == std::string::npos, "a header was split");
    }
  }
  return 0;
}
