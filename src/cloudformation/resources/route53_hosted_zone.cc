// AWS::Route53::HostedZone, public. Ref: the id. GetAtt: Id, NameServers.
#include <pugixml.hpp>

#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/resources/route53_call.h"
#include "cloudformation/resources/types.h"

namespace lifeboat::cloudformation {
namespace {

struct ZonePlan {
  std::string name;
  std::string xml;
};

Result<ZonePlan> Translate(const ResourceCall& call) {
  PropertyReader properties(call.properties);
  ZonePlan plan{properties.RequiredText("Name"), ""};
  if (!plan.name.ends_with('.')) plan.name += '.';
  http::XmlWriter xml;
  xml.Open("CreateHostedZoneRequest", kRoute53Namespace).Leaf("Name", plan.name);
  xml.Leaf("CallerReference", CallerReference(call));
  if (properties.Has("HostedZoneConfig")) {
    const auto comment = properties.Nested("HostedZoneConfig").Text("Comment");
    xml.Open("HostedZoneConfig").Leaf("Comment", comment.value_or("")).Close();
  }
  plan.xml = xml.Take();
  if (Status status = properties.Finish(); !status.ok()) return status.error();
  return plan;
}

Made ReadZone(const std::string& body) {
  pugi::xml_document document;
  document.load_buffer(body.data(), body.size());
  json::Array servers;
  for (const pugi::xml_node server : document.document_element()
                                         .child("DelegationSet")
                                         .child("NameServers")
                                         .children("NameServer")) {
    servers.push_back(server.child_value());
  }
  const std::string id = BareId(document.document_element().child("HostedZone").child_value("Id"));
  return {id, {{"Id", id}, {"NameServers", std::move(servers)}}};
}

void DescribeZone(const ResourceCall& call, const std::string& id, const MadeDone& done) {
  CallRoute53(call, "GET", "/hostedzone/" + PercentEncode(id), "",
              [done](Result<ServiceAnswer, Fault> answer) {
                if (!answer.ok()) return done(answer.error().error);
                done(ReadZone(answer->response.body));
              });
}

// The zone that an earlier try has made, by its caller reference.
std::string FindByReference(const ResourceCall& call, const std::string& body) {
  pugi::xml_document document;
  document.load_buffer(body.data(), body.size());
  for (const pugi::xml_node zone :
       document.document_element().child("HostedZones").children("HostedZone")) {
    if (zone.child_value("CallerReference") == CallerReference(call)) {
      return BareId(zone.child_value("Id"));
    }
  }
  return "";
}

void TakeOver(const ResourceCall& call, const std::string& name, const Error& conflict,
              const MadeDone& done) {
  CallRoute53(call, "GET", "/hostedzonesbyname?dnsname=" + PercentEncode(name), "",
              [=](Result<ServiceAnswer, Fault> answer) {
                if (!answer.ok()) return done(answer.error().error);
                const std::string id = FindByReference(call, answer->response.body);
                if (id.empty()) return done(conflict);
                call.initiated(id);
                DescribeZone(call, id, done);
              });
}

class HostedZone final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::Route53::HostedZone"; }

  void Create(ResourceCall call, MadeDone done) const override {
    auto plan = Translate(call);
    if (!plan.ok()) return done(plan.error());
    if (!call.physical_id.empty()) return DescribeZone(call, call.physical_id, done);
    CallRoute53(call, "POST", "/hostedzone", plan->xml,
                [=, zone = plan->name](Result<ServiceAnswer, Fault> answer) {
                  if (!answer.ok()) {
                    const Fault& fault = answer.error();
                    if (fault.code != "HostedZoneAlreadyExists") return done(fault.error);
                    return TakeOver(call, zone, fault.error, done);
                  }
                  const Made made = ReadZone(answer->response.body);
                  call.initiated(made.physical_id);
                  const std::string& body = answer->response.body;
                  const size_t info = body.find("<ChangeInfo>");
                  const size_t end = body.find("</ChangeInfo>");
                  if (info == std::string::npos || end == std::string::npos) return done(made);
                  AwaitInSync(call, body.substr(info, end + 13 - info), [=](Status status) {
                    status.ok() ? done(made) : done(status.error());
                  });
                });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    CallRoute53(call, "DELETE", "/hostedzone/" + PercentEncode(call.physical_id), "",
                [done](Result<ServiceAnswer, Fault> answer) {
                  if (answer.ok() || answer.error().code == "NoSuchHostedZone") return done({});
                  done(answer.error().error);
                });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeRoute53HostedZone() { return std::make_unique<HostedZone>(); }

}  // namespace lifeboat::cloudformation
