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

// The deployment that an earlier try has made; empty when it made none. Deployments carry neither
// a name nor tags: ours has our description, is younger than the first try, and is no other
// resource's of the stack.
std::string FindOurs(const ResourceCall& call, const json::Value& list) {
  const json::Value* items = list.Find("item");
  if (!items) return "";
  for (const json::Value& item : items->as_array()) {
    const json::Value* created = item.Find("createdDate");
    const std::string& id = item.GetString("id");
    if (item.GetString("description") != TextProperty(call, "Description") || !created) continue;
    if (!IsMadeSince(call, WallTime::FromSeconds(created->as_int()))) continue;
    if (!call.is_taken(id)) return id;
  }
  return "";
}

Made MadeOf(const std::string& id) { return {id, {{"DeploymentId", id}}}; }

void MakeDeployment(const ResourceCall& call, const json::Object& body, const MadeDone& done) {
  CallRest(call, "apigateway", "POST",
           fmt::format("/restapis/{}/deployments", PercentEncode(TextProperty(call, "RestApiId"))),
           body, [done](Result<ServiceAnswer, Fault> answer) {
             if (!answer.ok()) return done(answer.error().error);
             done(MadeOf(answer->json.GetString("id")));
           });
}

class ApiDeployment final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::ApiGateway::Deployment"; }

  void Create(ResourceCall call, MadeDone done) const override {
    PropertyReader properties(call.properties);
    const std::string api = properties.RequiredText("RestApiId");
    json::Object body;
    if (auto text = properties.Text("StageName")) body.Append("stageName", *text);
    if (auto text = properties.Text("Description")) body.Append("description", *text);
    if (Status status = properties.Finish(); !status.ok()) return done(status.error());
    if (!call.physical_id.empty()) return done(MadeOf(call.physical_id));
    if (!call.repeated) return MakeDeployment(call, body, done);
    CallRest(call, "apigateway", "GET",
             fmt::format("/restapis/{}/deployments?limit=500", PercentEncode(api)), nullptr,
             [=](Result<ServiceAnswer, Fault> answer) {
               if (!answer.ok()) return done(answer.error().error);
               const std::string id = FindOurs(call, answer->json);
               id.empty() ? MakeDeployment(call, body, done) : done(MadeOf(id));
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
