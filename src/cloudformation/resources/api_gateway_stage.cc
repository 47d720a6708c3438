// AWS::ApiGateway::Stage. Ref: the stage's name.
#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/property_reader.h"
#include "cloudformation/resources/types.h"
#include "cloudformation/service_call.h"

namespace lifeboat::cloudformation {
namespace {

std::string StagesTarget(std::string_view api) {
  return fmt::format("/restapis/{}/stages", PercentEncode(api));
}

json::Object ReadVariables(PropertyReader properties) {
  json::Object variables;
  const json::Value* given = properties.Any("Variables");
  PropertyReader reader = properties.Nested("Variables");
  if (!given) return variables;
  for (const auto& [name, value] : given->as_object()) {
    variables.Append(name, reader.RequiredText(name));
  }
  return variables;
}

// After a repeated try: the stage that is there is ours when it points to our deployment.
void TakeOver(const ResourceCall& call, const std::string& target, const std::string& deployment,
              const Error& conflict, const Made& made, const MadeDone& done) {
  CallRest(call, "apigateway", "GET", target, nullptr, [=](Result<ServiceAnswer, Fault> answer) {
    if (!answer.ok()) return done(answer.error().error);
    if (answer->json.GetString("deploymentId") == deployment) return done(made);
    done(conflict);
  });
}

class Stage final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::ApiGateway::Stage"; }

  void Create(ResourceCall call, MadeDone done) const override {
    PropertyReader properties(call.properties);
    const std::string api = properties.RequiredText("RestApiId");
    const std::string stage = properties.RequiredText("StageName");
    const std::string deployment = properties.RequiredText("DeploymentId");
    json::Object body{{"stageName", stage}, {"deploymentId", deployment}};
    if (auto text = properties.Text("Description")) body.Append("description", *text);
    json::Object variables = ReadVariables(properties);
    if (!variables.empty()) body.Append("variables", std::move(variables));
    if (Status status = properties.Finish(); !status.ok()) return done(status.error());
    CallRest(call, "apigateway", "POST", StagesTarget(api), std::move(body),
             [=](Result<ServiceAnswer, Fault> answer) {
               const Made made{stage, {}};
               if (answer.ok()) return done(made);
               const Fault& fault = answer.error();
               if (call.repeated && fault.code == "ConflictException") {
                 return TakeOver(call, StagesTarget(api) + "/" + PercentEncode(stage), deployment,
                                 fault.error, made, done);
               }
               done(fault.error);
             });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    const json::Value* api = call.properties.Find("RestApiId");
    CallRest(call, "apigateway", "DELETE",
             StagesTarget(api ? api->as_string() : "") + "/" + PercentEncode(call.physical_id),
             nullptr, [done](Result<ServiceAnswer, Fault> answer) {
               if (answer.ok() || answer.error().code == "NotFoundException") return done({});
               done(answer.error().error);
             });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeApiGatewayStage() { return std::make_unique<Stage>(); }

}  // namespace lifeboat::cloudformation
