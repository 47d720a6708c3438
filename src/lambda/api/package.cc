#include "lambda/api/package.h"

#include <utility>

#include "base/bytes.h"
#include "base/digest.h"
#include "lambda/errors.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

http::AwsResult<Package> Unpack(Core& core, std::string zip) {
  if (zip.size() > kMaxZipBytes) return CodeTooLarge(zip.size());
  Package package{std::move(zip), {}};
  package.sha256 = Sha256(package.zip);
  const Status unpacked = core.context().processes.Unpack(HexEncode(package.sha256), package.zip);
  if (!unpacked.ok()) return BadZip(unpacked.error().message);
  return package;
}

}  // namespace

void ObtainPackage(Core& core, const CodeInput& input,
                   std::function<void(http::AwsResult<Package>)> done) {
  if (input.zip) return done(Unpack(core, *input.zip));
  core.code_source().Fetch(input.bucket, input.key, input.version,
                           [&core, done = std::move(done)](http::AwsResult<std::string> zip) {
                             if (!zip.ok()) {
                               done(CodeNotFetched(zip.error().code, zip.error().message));
                               return;
                             }
                             done(Unpack(core, std::move(*zip)));
                           });
}

}  // namespace lifeboat::lambda
