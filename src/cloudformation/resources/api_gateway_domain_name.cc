// AWS::ApiGateway::DomainName, regional. Ref: the name. GetAtt: RegionalDomainName,
// RegionalHostedZoneId.
#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/property_reader.h"
#include "cloudformation/resources/types.h"
#include "cloudformation/service_call.h"

namespace lifeboat::cloudformation {
namespace {

Result<json::Object> Translate(const ResourceCall& call) {
  PropertyReader properties(call.properties);
  json::Object body{{"domainName", properties.RequiredText("DomainName")},
                    {"regionalCertificateArn", properties.RequiredText("RegionalCertificateArn")}};
  const std::vector<std::string> types = properties.Nested("EndpointConfiguration").Texts("Types");
  json::Array list(types.begin(), types.end());
  if (!list.empty()) {
    body.Append("endpointConfiguration", json::Object{{"types", std::move(list)}});
  }
  if (auto policy = properties.Text("SecurityPolicy")) body.Append("securityPolicy", *policy);
  if (Status status = properties.Finish(); !status.ok()) return status.error();
  return body;
}

Made ReadDomain(const std::string& name, const json::Value& domain) {
  return {name,
          {{"RegionalDomainName", domain.GetString("regionalDomainName")},
           {"RegionalHostedZoneId", domain.GetString("regionalHostedZoneId")}}};
}

std::string DomainTarget(std::string_view name) { return "/domainnames/" + PercentEncode(name); }

class DomainName final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::ApiGateway::DomainName"; }

  void Create(ResourceCall call, MadeDone done) const override {
    auto body = Translate(call);
    if (!body.ok()) return done(body.error());
    const std::string domain = body->Find("domainName")->as_string();
    const std::string certificate = body->Find("regionalCertificateArn")->as_string();
    CallRest(call, "apigateway", "POST", "/domainnames", std::move(*body),
             [=](Result<ServiceAnswer, Fault> answer) {
               if (answer.ok()) return done(ReadDomain(domain, answer->json));
               const Fault conflict = answer.error();
               if (!call.repeated) return done(conflict.error);
               // The certificate is the stack's own, so a domain with it is ours.
               CallRest(
                   call, "apigateway", "GET", DomainTarget(domain), nullptr,
                   [=](Result<ServiceAnswer, Fault> got) {
                     if (got.ok() && got->json.GetString("regionalCertificateArn") == certificate) {
                       return done(ReadDomain(domain, got->json));
                     }
                     done(conflict.error);
                   });
             });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    CallRest(call, "apigateway", "DELETE", DomainTarget(call.physical_id), nullptr,
             [done](Result<ServiceAnswer, Fault> answer) {
               if (answer.ok() || answer.error().code == "NotFoundException") return done({});
               done(answer.error().error);
             });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeApiGatewayDomainName() { return std::make_unique<DomainName>(); }

}  // namespace lifeboat::cloudformation
