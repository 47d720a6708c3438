// Signatures of anyone's making: Verify answers whatever the header, the query and the date are,
// and takes none of them; what Sign makes of the same request it takes.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "auth/sigv4.h"
#include "base/check.h"

using namespace lifeboat;        // NOLINT
using namespace lifeboat::auth;  // NOLINT

namespace {

class OneKey final : public CredentialSource {
 public:
  const Credentials* Find(std::string_view id) const override {
    return id == key.access_key_id ? &key : nullptr;
  }
  const Credentials key{"test", "a secret that no input has", "", ""};
};

}  // namespace

// Four lines: target, Authorization, X-Amz-Date, a header that is signed; then the body.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::array<std::string_view, 4> lines;
  for (std::string_view& line : lines) {
    line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
  }
  const OneKey keys;
  const WallTime now = WallTime::FromSeconds(1'800'000'000);
  const Expectation expected{"us-east-1", "dynamodb"};
  http::Request request;
  request.method = "POST";
  request.target = lines[0];
  request.headers.Add("Host", "127.0.0.1:8080");
  request.headers.Add("X-Amz-Target", std::string(lines[3]));
  request.body = input;

  http::Request forged = request;
  forged.headers.Add("Authorization", std::string(lines[1]));
  forged.headers.Add("X-Amz-Date", std::string(lines[2]));
  (void)FindCredentialScope(forged);
  Check(!Verify(forged, keys, expected, now).ok(), "nobody signs without the secret");

  Sign(request, keys.key, expected.region, expected.service, now);
  const bool presigned = request.target.find("X-Amz-Algorithm") != std::string::npos;
  Check(presigned || Verify(request, keys, expected, now).ok(), "what is signed is taken");
  return 0;
}
