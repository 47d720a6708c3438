// AWS::ApiGateway::Deployment. Ref: the id. With a StageName it makes that stage as well.
#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/property_reader.h"
#include "cloudformation/resources/types.h"
#include "cloudformation/service_call.h"

namespace lifeboat::cloudformation {
namespace {

std::string TextProperty(const ResourceCall& call, std::string_view name) {
  const json::Value* value = call.properties.Find(name);
  return value ? value->as_string() : "";
}

void DeleteDeployment(const ResourceCall& call, const DeletedDone& done) {
  const std::string target =
      fmt::format("/restapis/{}/deployments/{}", PercentEncode(TextProperty(call, "RestApiId")),
                  PercentEncode(call.physical_id));
  CallRest(call, "apigateway", "DELETE", target, nullptr,
           [done](Result<ServiceAnswer, Fault> answer) {
             if (answer.ok() || answer.error().code == "NotFoundException") return done({});
             done(answer.error().error);
           });
}

class ApiDeployment final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::ApiGateway::Deployment"; }

  // A repeated try may make a second deployment: it is as good as the first, and goes with the API.
  void Create(ResourceCall call, MadeDone done) const override {
    PropertyReader properties(call.properties);
    const std::string api = properties.RequiredText("RestApiId");
    json::Object body;
    if (auto text = properties.Text("StageName")) body.Append("stageName", *text);
    if (auto text = properties.Text("Description")) body.Append("description", *text);
    if (Status status = properties.Finish(); !status.ok()) return done(status.error());
    if (!call.physical_id.empty()) {
      return done(Made{call.physical_id, {{"DeploymentId", call.physical_id}}});
    }
    CallRest(call, "apigateway", "POST",
             fmt::format("/restapis/{}/deployments", PercentEncode(api)), std::move(body),
             [=](Result<ServiceAnswer, Fault> answer) {
               if (!answer.ok()) return done(answer.error().error);
               const std::string id = answer->json.GetString("id");
               done(Made{id, {{"DeploymentId", id}}});
             });
  }

  // A deployment can't go while its own stage points to it.
  void Delete(ResourceCall call, DeletedDone done) const override {
    const std::string stage = TextProperty(call, "StageName");
    if (stage.empty()) return DeleteDeployment(call, done);
    const std::string target =
        fmt::format("/restapis/{}/stages/{}", PercentEncode(TextProperty(call, "RestApiId")),
                    PercentEncode(stage));
    CallRest(call, "apigateway", "DELETE", target, nullptr,
             [=](Result<ServiceAnswer, Fault> answer) {
               if (!answer.ok() && answer.error().code != "NotFoundException") {
                 return done(answer.error().error);
               }
               DeleteDeployment(call, done);
             });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeApiGatewayDeployment() {
  return std::make_unique<ApiDeployment>();
}

}  // namespace lifeboat::cloudformation
