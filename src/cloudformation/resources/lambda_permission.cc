// AWS::Lambda::Permission. Ref: the statement's id.
#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/property_reader.h"
#include "cloudformation/resources/types.h"
#include "cloudformation/service_call.h"

namespace lifeboat::cloudformation {
namespace {

constexpr size_t kMaxStatementIdChars = 100;

std::string PolicyTarget(std::string_view function) {
  return fmt::format("/2015-03-31/functions/{}/policy", PercentEncode(function));
}

class LambdaPermission final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::Lambda::Permission"; }

  void Create(ResourceCall call, MadeDone done) const override {
    PropertyReader properties(call.properties);
    const std::string function = properties.RequiredText("FunctionName");
    properties.RequiredText("Action");
    properties.RequiredText("Principal");
    const std::string id = GeneratedName(call, kMaxStatementIdChars);
    json::Object body =
        properties.TextMembers({"Action", "Principal", "SourceArn", "SourceAccount"});
    body.Append("StatementId", id);
    if (Status status = properties.Finish(); !status.ok()) return done(status.error());
    CallRest(call, "lambda", "POST", PolicyTarget(function), std::move(body),
             [=](Result<ServiceAnswer, Fault> answer) {
               const bool is_ours = call.repeated && !answer.ok() &&
                                    answer.error().code == "ResourceConflictException";
               if (!answer.ok() && !is_ours) return done(answer.error().error);
               done(Made{id, {{"Id", id}}});
             });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    const json::Value* function = call.properties.Find("FunctionName");
    const std::string target =
        PolicyTarget(function ? function->as_string() : "") + "/" + PercentEncode(call.physical_id);
    CallRest(call, "lambda", "DELETE", target, nullptr,
             [done](Result<ServiceAnswer, Fault> answer) {
               if (answer.ok() || answer.error().code == "ResourceNotFoundException") {
                 return done({});
               }
               done(answer.error().error);
             });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeLambdaPermission() {
  return std::make_unique<LambdaPermission>();
}

}  // namespace lifeboat::cloudformation
