// AWS::CertificateManager::Certificate. Ref: the ARN. The world's CA validates at once, so
// DomainValidationOptions, which would make records in a zone, are not supported.
#include "base/digest.h"
#include "cloudformation/property_reader.h"
#include "cloudformation/resources/types.h"
#include "cloudformation/service_call.h"

namespace lifeboat::cloudformation {
namespace {

// Requests with one token within an hour give one certificate (ACM API Reference).
std::string TokenOf(const ResourceCall& call) {
  return Sha256Hex(call.stack_id + "/" + call.logical_id + "/" + call.suffix).substr(0, 32);
}

Result<json::Object> Translate(const ResourceCall& call) {
  PropertyReader properties(call.properties);
  json::Object body{{"DomainName", properties.RequiredText("DomainName")},
                    {"IdempotencyToken", TokenOf(call)}};
  if (auto method = properties.Text("ValidationMethod")) body.Append("ValidationMethod", *method);
  json::Array names;
  for (std::string& name : properties.Texts("SubjectAlternativeNames")) names.push_back(name);
  if (!names.empty()) body.Append("SubjectAlternativeNames", std::move(names));
  json::Array tags;
  for (auto& [key, value] : properties.Tags("Tags")) {
    tags.push_back(json::Object{{"Key", key}, {"Value", value}});
  }
  if (!tags.empty()) body.Append("Tags", std::move(tags));
  if (Status status = properties.Finish(); !status.ok()) return status.error();
  return body;
}

void AwaitIssued(const ResourceCall& call, const std::string& arn, int attempt,
                 const MadeDone& done) {
  CallJson(call, "acm", call.region, "CertificateManager.DescribeCertificate",
           {{"CertificateArn", arn}}, [=](Result<ServiceAnswer, Fault> answer) {
             if (!answer.ok()) return done(answer.error().error);
             const json::Value* status = answer->json.FindPath({"Certificate", "Status"});
             if (status && status->as_string() == "ISSUED") return done(Made{arn, {}});
             PollLater(
                 call, attempt, [=](int next) { AwaitIssued(call, arn, next, done); }, done);
           });
}

class Certificate final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::CertificateManager::Certificate"; }

  void Create(ResourceCall call, MadeDone done) const override {
    if (!call.physical_id.empty()) return AwaitIssued(call, call.physical_id, 1, done);
    auto body = Translate(call);
    if (!body.ok()) return done(body.error());
    CallJson(call, "acm", call.region, "CertificateManager.RequestCertificate", std::move(*body),
             [=](Result<ServiceAnswer, Fault> answer) {
               if (!answer.ok()) return done(answer.error().error);
               const std::string arn = answer->json.GetString("CertificateArn");
               call.initiated(arn);
               AwaitIssued(call, arn, 1, done);
             });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    CallJson(call, "acm", call.region, "CertificateManager.DeleteCertificate",
             {{"CertificateArn", call.physical_id}}, [done](Result<ServiceAnswer, Fault> answer) {
               if (answer.ok() || answer.error().code == "ResourceNotFoundException") {
                 return done({});
               }
               done(answer.error().error);
             });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeCertificateManagerCertificate() {
  return std::make_unique<Certificate>();
}

}  // namespace lifeboat::cloudformation
