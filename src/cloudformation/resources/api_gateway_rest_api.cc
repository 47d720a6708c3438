// AWS::ApiGateway::RestApi. Ref: the id. GetAtt: RestApiId, RootResourceId. The Body goes in as an
// import that overwrites, after the API is made.
#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/property_reader.h"
#include "cloudformation/resources/types.h"
#include "cloudformation/service_call.h"

namespace lifeboat::cloudformation {
namespace {

// What CloudFormation writes on what it makes; by it a repeated try finds what an earlier one made.
constexpr const char* kStackTag = "aws:cloudformation:stack-id";
constexpr const char* kLogicalIdTag = "aws:cloudformation:logical-id";

struct RestApiPlan {
  json::Object create;
  json::Value body;  // Null when there is none.
};

Result<RestApiPlan> Translate(const ResourceCall& call) {
  PropertyReader properties(call.properties);
  RestApiPlan plan;
  if (const json::Value* body = properties.Any("Body")) plan.body = *body;
  const json::Value* title = plan.body.FindPath({"info", "title"});
  auto name = properties.Text("Name");
  if (!name && title) name = title->as_string();
  if (!name || name->empty()) properties.Fail("Property Name cannot be empty.");
  plan.create.Append("name", name.value_or(""));
  if (auto text = properties.Text("Description")) plan.create.Append("description", *text);
  std::vector<std::string> types = properties.Nested("EndpointConfiguration").Texts("Types");
  // An import takes the endpoint type as a parameter too; both say the same.
  PropertyReader parameters = properties.Nested("Parameters");
  if (const auto type = parameters.Text("endpointConfigurationTypes"); type && types.empty()) {
    types.push_back(*type);
  }
  if (!types.empty()) {
    json::Array list(types.begin(), types.end());
    plan.create.Append("endpointConfiguration", json::Object{{"types", std::move(list)}});
  }
  if (const auto disabled = properties.Boolean("DisableExecuteApiEndpoint")) {
    plan.create.Append("disableExecuteApiEndpoint", *disabled);
  }
  json::Object tags{{kStackTag, call.stack_id}, {kLogicalIdTag, call.logical_id}};
  for (auto& [key, value] : properties.Tags("Tags")) tags.Set(key, value);
  plan.create.Append("tags", std::move(tags));
  if (Status status = properties.Finish(); !status.ok()) return status.error();
  return plan;
}

std::string ApiTarget(std::string_view id) { return "/restapis/" + PercentEncode(id); }

// The API is there; what is left is its body and its root.
void FinishApi(const ResourceCall& call, const std::string& id, const json::Value& body,
               const MadeDone& done) {
  const auto describe = [=](Result<ServiceAnswer, Fault> put) {
    if (!put.ok()) return done(put.error().error);
    CallRest(
        call, "apigateway", "GET", ApiTarget(id), nullptr, [=](Result<ServiceAnswer, Fault> got) {
          if (!got.ok()) return done(got.error().error);
          done(Made{
              id, {{"RestApiId", id}, {"RootResourceId", got->json.GetString("rootResourceId")}}});
        });
  };
  if (body.is_null()) return describe(ServiceAnswer{});
  CallRest(call, "apigateway", "PUT", ApiTarget(id) + "?mode=overwrite", body, describe);
}

// The id of the API that an earlier try has made; empty when it made none.
std::string FindOurs(const ResourceCall& call, const json::Value& list) {
  const json::Value* items = list.Find("item");
  if (!items) return "";
  for (const json::Value& api : items->as_array()) {
    const json::Value* tags = api.Find("tags");
    if (tags && tags->GetString(kStackTag) == call.stack_id &&
        tags->GetString(kLogicalIdTag) == call.logical_id) {
      return api.GetString("id");
    }
  }
  return "";
}

void MakeApi(const ResourceCall& call, const std::shared_ptr<const RestApiPlan>& plan,
             const MadeDone& done) {
  CallRest(call, "apigateway", "POST", "/restapis", plan->create,
           [=](Result<ServiceAnswer, Fault> answer) {
             if (!answer.ok()) return done(answer.error().error);
             const std::string id = answer->json.GetString("id");
             call.initiated(id);
             FinishApi(call, id, plan->body, done);
           });
}

class RestApi final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::ApiGateway::RestApi"; }

  void Create(ResourceCall call, MadeDone done) const override {
    auto translated = Translate(call);
    if (!translated.ok()) return done(translated.error());
    const auto plan = std::make_shared<const RestApiPlan>(std::move(*translated));
    if (!call.physical_id.empty()) return FinishApi(call, call.physical_id, plan->body, done);
    if (!call.repeated) return MakeApi(call, plan, done);
    CallRest(call, "apigateway", "GET", "/restapis?limit=500", nullptr,
             [=](Result<ServiceAnswer, Fault> answer) {
               if (!answer.ok()) return done(answer.error().error);
               const std::string id = FindOurs(call, answer->json);
               if (id.empty()) return MakeApi(call, plan, done);
               call.initiated(id);
               FinishApi(call, id, plan->body, done);
             });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    CallRest(call, "apigateway", "DELETE", ApiTarget(call.physical_id), nullptr,
             [done](Result<ServiceAnswer, Fault> answer) {
               if (answer.ok() || answer.error().code == "NotFoundException") return done({});
               done(answer.error().error);
             });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeApiGatewayRestApi() { return std::make_unique<RestApi>(); }

}  // namespace lifeboat::cloudformation
