#include "lambda/api/package.h"

#include <utility>

#include "base/bytes.h"
#include "lambda/errors.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

using Done = std::function<void(http::AwsResult<Package>)>;

void Unpack(Core& core, std::string zip, Language language, Done done) {
  if (zip.size() > kMaxZipBytes) return done(CodeTooLarge(zip.size()));
  auto shared = std::make_shared<const std::string>(std::move(zip));
  core.context().processes.Unpack(
      shared, language, [shared, done = std::move(done)](Result<std::string> code_sha256_hex) {
        if (!code_sha256_hex.ok()) return done(BadZip(code_sha256_hex.error().message));
        done(Package{shared, *HexDecode(*code_sha256_hex)});
      });
}

}  // namespace

void ObtainPackage(Core& core, const CodeInput& input, const std::string& runtime, Done done) {
  const Runtime* found = FindRuntime(runtime);
  const Language language = found ? found->language : Language::kOther;
  if (input.zip) return Unpack(core, *input.zip, language, std::move(done));
  core.code_source().Fetch(
      input.bucket, input.key, input.version,
      [&core, language, done = std::move(done)](http::AwsResult<std::string> zip) {
        if (zip.ok()) return Unpack(core, std::move(*zip), language, done);
        done(CodeNotFetched(zip.error().code, zip.error().message));
      });
}

void RequireInterpreter(Core& core, const std::string& runtime,
                        std::function<void(http::AwsResult<void>)> done) {
  const Runtime* found = FindRuntime(runtime);
  if (!found || found->language == Language::kNative) return done({});
  core.context().processes.FindInterpreter(
      *found, [found, done = std::move(done)](const std::optional<Interpreter>& interpreter) {
        if (!interpreter) return done(NoInterpreter(*found));
        done({});
      });
}

}  // namespace lifeboat::lambda
