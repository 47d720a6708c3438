#include "lambda/api/operations.h"
#include "lambda/api/package.h"
#include "lambda/errors.h"
#include "lambda/function_input.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

void StoreWithPackage(Core& core, Function function, const CodeInput& input, Answer answer) {
  const std::string runtime = function.runtime;
  ObtainPackage(
      core, input, runtime,
      [&core, function = std::move(function), answer](http::AwsResult<Package> package) mutable {
        if (!package.ok()) return answer(package.error());
        function.code_sha256 = package->sha256;
        function.code_size = package->zip->size();
        core.Touch(function);
        storage::WriteBatch batch;
        core.catalog().StagePut(batch, function, package->zip.get());
        core.Commit(
            std::move(batch), [&core, function] { core.Apply(function, true); },
            [&core, function, answer](http::AwsResult<void> done) {
              if (!done.ok()) return answer(done.error());
              answer(JsonResponse(201, function.ToConfiguration(core.home())));
            });
      });
}

}  // namespace

void CreateFunction(Core& core, const Call& call, Answer answer) {
  http::AwsResult<Function> function = ReadNewFunction(call.body, core.home(), core.context().era);
  if (!function.ok()) return answer(function.error());
  if (core.catalog().Find(function->name)) return answer(FunctionExists(function->name));
  if (core.catalog().functions().size() >= kMaxFunctions) return answer(TooManyFunctions());
  const json::Value* code = call.body.Find("Code");
  const http::AwsResult<CodeInput> input = ReadCode(code ? *code : json::Value());
  if (!input.ok()) return answer(input.error());

  RequireInterpreter(
      core, function->runtime,
      [&core, function = *function, input = *input, answer](const http::AwsResult<void>& runs) {
        if (!runs.ok()) return answer(runs.error());
        StoreWithPackage(core, function, input, answer);
      });
}

}  // namespace lifeboat::lambda
