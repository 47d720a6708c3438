// AWS::ApiGateway::BasePathMapping. Ref: `<domain>|<base path>`.
#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/property_reader.h"
#include "cloudformation/resources/types.h"
#include "cloudformation/service_call.h"

namespace lifeboat::cloudformation {
namespace {

// What the API calls an empty base path.
constexpr std::string_view kNoBasePath = "(none)";

std::string MappingsTarget(std::string_view domain) {
  return fmt::format("/domainnames/{}/basepathmappings", PercentEncode(domain));
}

class BasePathMapping final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::ApiGateway::BasePathMapping"; }

  void Create(ResourceCall call, MadeDone done) const override {
    PropertyReader properties(call.properties);
    const std::string domain = properties.RequiredText("DomainName");
    const std::string api = properties.RequiredText("RestApiId");
    const std::string stage = properties.Text("Stage").value_or("");
    const std::string base_path = properties.Text("BasePath").value_or("");
    if (Status status = properties.Finish(); !status.ok()) return done(status.error());
    json::Object body{{"restApiId", api}};
    if (!stage.empty()) body.Append("stage", stage);
    if (!base_path.empty()) body.Append("basePath", base_path);
    const Made made{fmt::format("{}|{}", domain, base_path), {}};
    const std::string path = base_path.empty() ? std::string(kNoBasePath) : base_path;
    CallRest(call, "apigateway", "POST", MappingsTarget(domain), std::move(body),
             [=](Result<ServiceAnswer, Fault> answer) {
               if (answer.ok()) return done(made);
               const Error conflict = answer.error().error;
               if (!call.repeated) return done(conflict);
               CallRest(call, "apigateway", "GET",
                        MappingsTarget(domain) + "/" + PercentEncode(path), nullptr,
                        [=](Result<ServiceAnswer, Fault> got) {
                          if (got.ok() && got->json.GetString("restApiId") == api) {
                            return done(made);
                          }
                          done(conflict);
                        });
             });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    const size_t bar = call.physical_id.find('|');
    std::string path = bar == std::string::npos ? "" : call.physical_id.substr(bar + 1);
    if (path.empty()) path = kNoBasePath;
    CallRest(call, "apigateway", "DELETE",
             MappingsTarget(call.physical_id.substr(0, bar)) + "/" + PercentEncode(path), nullptr,
             [done](Result<ServiceAnswer, Fault> answer) {
               if (answer.ok() || answer.error().code == "NotFoundException") return done({});
               done(answer.error().error);
             });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeApiGatewayBasePathMapping() {
  return std::make_unique<BasePathMapping>();
}

}  // namespace lifeboat::cloudformation
