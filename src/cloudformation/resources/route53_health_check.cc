// AWS::Route53::HealthCheck. Ref: the id. GetAtt: HealthCheckId.
#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/resources/route53_call.h"
#include "cloudformation/resources/types.h"

namespace lifeboat::cloudformation {
namespace {

// HealthCheckConfig in the order of Route 53's schema.
constexpr const char* kLeafMembers[] = {"IPAddress",
                                        "Port",
                                        "Type",
                                        "ResourcePath",
                                        "FullyQualifiedDomainName",
                                        "SearchString",
                                        "RequestInterval",
                                        "FailureThreshold",
                                        "MeasureLatency",
                                        "Inverted",
                                        "HealthThreshold"};

void WriteTexts(http::XmlWriter& xml, const char* list, const char* element,
                const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  xml.Open(list);
  for (const std::string& text : texts) xml.Leaf(element, text);
  xml.Close();
}

struct CheckPlan {
  std::string xml;
  std::vector<std::pair<std::string, std::string>> tags;
};

Result<CheckPlan> Translate(const ResourceCall& call) {
  PropertyReader properties(call.properties);
  PropertyReader config = properties.Nested("HealthCheckConfig");
  http::XmlWriter xml;
  xml.Open("CreateHealthCheckRequest", kRoute53Namespace);
  xml.Leaf("CallerReference", CallerReference(call)).Open("HealthCheckConfig");
  for (const char* member : kLeafMembers) {
    if (const auto text = config.Text(member)) xml.Leaf(member, *text);
  }
  WriteTexts(xml, "ChildHealthChecks", "ChildHealthCheck", config.Texts("ChildHealthChecks"));
  if (const auto sni = config.Boolean("EnableSNI")) xml.Leaf("EnableSNI", *sni);
  WriteTexts(xml, "Regions", "Region", config.Texts("Regions"));
  CheckPlan plan{xml.Take(), properties.Tags("HealthCheckTags")};
  if (Status status = properties.Finish(); !status.ok()) return status.error();
  return plan;
}

void TagCheck(const ResourceCall& call, const std::string& id,
              const std::vector<std::pair<std::string, std::string>>& tags, const MadeDone& done) {
  const Made made{id, {{"HealthCheckId", id}}};
  if (tags.empty()) return done(made);
  http::XmlWriter xml;
  xml.Open("ChangeTagsForResourceRequest", kRoute53Namespace).Open("AddTags");
  for (const auto& [key, value] : tags) {
    xml.Open("Tag").Leaf("Key", key).Leaf("Value", value).Close();
  }
  CallRoute53(call, "POST", "/tags/healthcheck/" + PercentEncode(id), xml.Take(),
              [=](Result<ServiceAnswer, Fault> answer) {
                answer.ok() ? done(made) : done(answer.error().error);
              });
}

class HealthCheck final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::Route53::HealthCheck"; }

  // The same caller reference and settings give the same check.
  void Create(ResourceCall call, MadeDone done) const override {
    auto plan = Translate(call);
    if (!plan.ok()) return done(plan.error());
    CallRoute53(call, "POST", "/healthcheck", plan->xml,
                [call, done, tags = plan->tags](Result<ServiceAnswer, Fault> answer) {
                  if (!answer.ok()) return done(answer.error().error);
                  const std::string id = FindXmlText(answer->response.body, "Id");
                  call.initiated(id);
                  TagCheck(call, id, tags, done);
                });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    CallRoute53(call, "DELETE", "/healthcheck/" + PercentEncode(call.physical_id), "",
                [done](Result<ServiceAnswer, Fault> answer) {
                  if (answer.ok() || answer.error().code == "NoSuchHealthCheck") return done({});
                  done(answer.error().error);
                });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeRoute53HealthCheck() { return std::make_unique<HealthCheck>(); }

}  // namespace lifeboat::cloudformation
