#include "lambda/api/package.h"

#include <utility>

#include "base/bytes.h"
#include "lambda/errors.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

using Done = std::function<void(http::AwsResult<Package>)>;

void Unpack(Core& core, std::string zip, Done done) {
  if (zip.size() > kMaxZipBytes) return done(CodeTooLarge(zip.size()));
  auto shared = std::make_shared<const std::string>(std::move(zip));
  core.context().processes.Unpack(
      shared, [shared, done = std::move(done)](Result<std::string> code_sha256_hex) {
        if (!code_sha256_hex.ok()) return done(BadZip(code_sha256_hex.error().message));
        done(Package{shared, *HexDecode(*code_sha256_hex)});
      });
}

}  // namespace

void ObtainPackage(Core& core, const CodeInput& input, Done done) {
  if (input.zip) return Unpack(core, *input.zip, std::move(done));
  core.code_source().Fetch(input.bucket, input.key, input.version,
                           [&core, done = std::move(done)](http::AwsResult<std::string> zip) {
                             if (zip.ok()) return Unpack(core, std::move(*zip), done);
                             done(CodeNotFetched(zip.error().code, zip.error().message));
                           });
}

}  // namespace lifeboat::lambda
