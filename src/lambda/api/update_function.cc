// UpdateFunctionCode and UpdateFunctionConfiguration: a new revision, and new environments for it.
#include "lambda/api/operations.h"
#include "lambda/api/package.h"
#include "lambda/errors.h"
#include "lambda/function_input.h"

namespace lifeboat::lambda {
namespace {

/// A caller may say which revision it means to change.
bool IsExpectedRevision(const json::Value& body, const Function& function) {
  const std::string& expected = body.GetString("RevisionId");
  return expected.empty() || expected == function.revision_id;
}

void Store(Core& core, Function function, const std::string* zip, Answer answer) {
  core.Touch(function);
  storage::WriteBatch batch;
  core.catalog().StagePut(batch, function, zip);
  core.Commit(
      std::move(batch), [&core, function] { core.Apply(function, true); },
      [&core, function, answer](http::AwsResult<void> done) {
        if (!done.ok()) return answer(done.error());
        answer(JsonResponse(200, function.ToConfiguration(core.home())));
      });
}

}  // namespace

void UpdateFunctionCode(Core& core, const Call& call, Answer answer) {
  const auto found = core.Find(call.name);
  if (!found.ok()) return answer(found.error());
  if (!IsExpectedRevision(call.body, **found)) return answer(PreconditionFailed());
  Function function = **found;
  if (const auto read = ReadConfiguration(call.body, core.context().era, function); !read.ok()) {
    return answer(read.error());
  }
  const http::AwsResult<CodeInput> input = ReadCode(call.body);
  if (!input.ok()) return answer(input.error());
  const json::Value* flag = call.body.Find("DryRun");
  const bool dry_run = flag && flag->as_bool();
  const std::string runtime = function.runtime;
  ObtainPackage(core, *input, runtime,
                [&core, function = std::move(function), answer,
                 dry_run](http::AwsResult<Package> package) mutable {
                  if (!package.ok()) return answer(package.error());
                  function.code_sha256 = package->sha256;
                  function.code_size = package->zip->size();
                  if (dry_run)
                    return answer(JsonResponse(200, function.ToConfiguration(core.home())));
                  Store(core, std::move(function), package->zip.get(), answer);
                });
}

void UpdateFunctionConfiguration(Core& core, const Call& call, Answer answer) {
  const auto found = core.Find(call.name);
  if (!found.ok()) return answer(found.error());
  if (!IsExpectedRevision(call.body, **found)) return answer(PreconditionFailed());
  Function function = **found;
  if (const auto read = ReadConfiguration(call.body, core.context().era, function); !read.ok()) {
    return answer(read.error());
  }
  const std::string runtime = function.runtime;
  RequireInterpreter(
      core, runtime,
      [&core, function = std::move(function), answer](const http::AwsResult<void>& runs) {
        if (!runs.ok()) return answer(runs.error());
        Store(core, function, nullptr, answer);
      });
}

}  // namespace lifeboat::lambda
