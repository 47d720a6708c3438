#include "cloudformation/resources/route53_call.h"

#include <pugixml.hpp>

#include <fmt/format.h>

#include "base/aws_regions.h"
#include "base/bytes.h"
#include "base/digest.h"

namespace lifeboat::cloudformation {
namespace {

// CloudFormation and Route 53 write the same element in the order of the schema.
constexpr const char* kLeafMembers[] = {"SetIdentifier", "Weight", "Region", "Failover"};

void WriteAlias(PropertyReader alias, http::XmlWriter& xml) {
  xml.Open("AliasTarget");
  xml.Leaf("HostedZoneId", alias.RequiredText("HostedZoneId"));
  xml.Leaf("DNSName", alias.RequiredText("DNSName"));
  xml.Leaf("EvaluateTargetHealth", alias.Boolean("EvaluateTargetHealth").value_or(false));
  xml.Close();
}

}  // namespace

void CallRoute53(const ResourceCall& call, std::string method, std::string_view target,
                 std::string xml, Answered answered) {
  http::Request request{.method = std::move(method), .target = "/2013-04-01" + std::string(target)};
  if (!xml.empty()) request.headers.Add("Content-Type", "application/xml");
  request.body = std::move(xml);
  CallService(call, "route53", kGlobalControlPlaneRegion, std::move(request), std::move(answered));
}

std::string FindXmlText(const std::string& body, const char* element) {
  pugi::xml_document document;
  document.load_buffer(body.data(), body.size());
  return document
      .find_node([element](const pugi::xml_node& node) {
        return std::string_view(node.name()) == element;
      })
      .child_value();
}

std::string BareId(std::string_view id) {
  return std::string(id.substr(id.rfind('/') + 1));  // npos + 1 is the start.
}

void AwaitInSync(const ResourceCall& call, const std::string& body,
                 std::function<void(Status)> done) {
  const std::string id = BareId(FindXmlText(body, "Id"));
  const auto poll = [=](const auto& self, int attempt) -> void {
    CallRoute53(call, "GET", "/change/" + PercentEncode(id), "",
                [=](Result<ServiceAnswer, Fault> answer) {
                  if (!answer.ok()) return done(answer.error().error);
                  if (FindXmlText(answer->response.body, "Status") == "INSYNC") return done({});
                  PollLater(
                      call, attempt, [=](int next) { self(self, next); }, done);
                });
  };
  poll(poll, 1);
}

std::string CallerReference(const ResourceCall& call) {
  return Sha256Hex(call.stack_id + "/" + call.logical_id + "/" + call.suffix).substr(0, 48);
}

std::string WriteRecordSet(PropertyReader& properties, http::XmlWriter& xml) {
  const std::string name = properties.RequiredText("Name");
  xml.Open("ResourceRecordSet").Leaf("Name", name).Leaf("Type", properties.RequiredText("Type"));
  for (const char* member : kLeafMembers) {
    if (const auto text = properties.Text(member)) xml.Leaf(member, *text);
  }
  if (const auto multi = properties.Boolean("MultiValueAnswer")) {
    xml.Leaf("MultiValueAnswer", *multi);
  }
  if (const auto ttl = properties.Text("TTL")) xml.Leaf("TTL", *ttl);
  const std::vector<std::string> values = properties.Texts("ResourceRecords");
  if (!values.empty()) {
    xml.Open("ResourceRecords");
    for (const std::string& value : values) xml.Open("ResourceRecord").Leaf("Value", value).Close();
    xml.Close();
  }
  if (properties.Has("AliasTarget")) WriteAlias(properties.Nested("AliasTarget"), xml);
  if (const auto check = properties.Text("HealthCheckId")) xml.Leaf("HealthCheckId", *check);
  xml.Close();
  return name;
}

void ChangeRecords(const ResourceCall& call, const std::string& zone, std::string_view action,
                   const std::vector<std::string>& record_sets,
                   std::function<void(Result<ServiceAnswer>)> done) {
  std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  body += fmt::format("<ChangeResourceRecordSetsRequest xmlns=\"{}\"><ChangeBatch><Changes>",
                      kRoute53Namespace);
  for (const std::string& record_set : record_sets) {
    body += fmt::format("<Change><Action>{}</Action>{}</Change>", action, record_set);
  }
  body += "</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>";
  CallRoute53(call, "POST", fmt::format("/hostedzone/{}/rrset/", PercentEncode(BareId(zone))),
              std::move(body), [=](Result<ServiceAnswer, Fault> answer) {
                if (answer.ok()) return done(std::move(*answer));
                const Fault& fault = answer.error();
                const bool is_gone =
                    action == "DELETE" &&
                    (fault.code == "NoSuchHostedZone" ||
                     fault.error.message.find("but it was not found") != std::string::npos);
                done(is_gone ? Error{ErrorCode::kNotFound, fault.error.message} : fault.error);
              });
}

void FindZone(const ResourceCall& call, const std::string& zone_id, const std::string& zone_name,
              std::function<void(Result<std::string>)> found) {
  if (!zone_id.empty()) return found(BareId(zone_id));
  if (zone_name.empty()) {
    return found(InvalidError("One of HostedZoneId and HostedZoneName must be given"));
  }
  CallRoute53(call, "GET",
              fmt::format("/hostedzonesbyname?dnsname={}&maxitems=2", PercentEncode(zone_name)), "",
              [=](Result<ServiceAnswer, Fault> answer) {
                if (!answer.ok()) return found(answer.error().error);
                pugi::xml_document document;
                const std::string& body = answer->response.body;
                document.load_buffer(body.data(), body.size());
                std::vector<std::string> ids;
                for (const pugi::xml_node zone :
                     document.document_element().child("HostedZones").children("HostedZone")) {
                  std::string name = zone.child_value("Name");
                  if (name == zone_name) ids.push_back(BareId(zone.child_value("Id")));
                }
                if (ids.size() == 1) return found(ids[0]);
                found(InvalidError(fmt::format("{} hosted zones named {} found",
                                               ids.empty() ? "No" : "Several", zone_name)));
              });
}

}  // namespace lifeboat::cloudformation
