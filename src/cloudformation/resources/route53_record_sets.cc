// AWS::Route53::RecordSet and AWS::Route53::RecordSetGroup: one record set, or several in one
// batch. Ref: the record's name, or the group's generated name.
#include <fmt/format.h>

#include "cloudformation/resources/route53_call.h"
#include "cloudformation/resources/types.h"

namespace lifeboat::cloudformation {
namespace {

struct RecordsPlan {
  std::string zone_id;
  std::string zone_name;
  std::string first_name;
  std::vector<std::string> record_sets;
};

// One element without the XML declaration that a writer begins with.
std::string RecordSetXml(PropertyReader& properties, std::string& name) {
  http::XmlWriter xml;
  name = WriteRecordSet(properties, xml);
  const std::string text = xml.Take();
  return text.substr(text.find("<ResourceRecordSet"));
}

Result<RecordsPlan> Translate(const ResourceCall& call, bool is_group) {
  PropertyReader properties(call.properties);
  RecordsPlan plan;
  plan.zone_id = properties.Text("HostedZoneId").value_or("");
  plan.zone_name = properties.Text("HostedZoneName").value_or("");
  properties.Text("Comment");  // A remark on the batch, which Route 53 does not keep either.
  if (is_group) {
    for (PropertyReader& record : properties.List("RecordSets")) {
      std::string name;
      plan.record_sets.push_back(RecordSetXml(record, name));
    }
    if (plan.record_sets.empty()) properties.Fail("Property RecordSets cannot be empty.");
  } else {
    plan.record_sets.push_back(RecordSetXml(properties, plan.first_name));
  }
  if (Status status = properties.Finish(); !status.ok()) return status.error();
  return plan;
}

class RecordSets final : public ResourceType {
 public:
  explicit RecordSets(bool is_group) : is_group_(is_group) {}
  std::string_view name() const override {
    return is_group_ ? "AWS::Route53::RecordSetGroup" : "AWS::Route53::RecordSet";
  }

  // A repeated try replaces what an earlier one may have made.
  void Create(ResourceCall call, MadeDone done) const override {
    auto plan = Translate(call, is_group_);
    if (!plan.ok()) return done(plan.error());
    const std::string id = is_group_ ? GeneratedName(call, 128) : plan->first_name;
    FindZone(call, plan->zone_id, plan->zone_name,
             [call, done, id, records = plan->record_sets](Result<std::string> zone) {
               if (!zone.ok()) return done(zone.error());
               const auto changed = [call, done, id](Result<ServiceAnswer> change) {
                 if (!change.ok()) return done(change.error());
                 call.initiated(id);  // They are there, whatever becomes of the waiting.
                 AwaitInSync(call, change->response.body, [done, id](Status status) {
                   status.ok() ? done(Made{id, {}}) : done(status.error());
                 });
               };
               ChangeRecords(call, *zone, call.repeated ? "UPSERT" : "CREATE", records, changed);
             });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    auto plan = Translate(call, is_group_);
    if (!plan.ok()) return done(plan.error());
    FindZone(call, plan->zone_id, plan->zone_name,
             [call, done, records = plan->record_sets](Result<std::string> zone) {
               if (!zone.ok()) return done(zone.error());
               ChangeRecords(call, *zone, "DELETE", records,
                             [call, done](Result<ServiceAnswer> change) {
                               if (change.ok()) {
                                 return AwaitInSync(call, change->response.body, done);
                               }
                               const Error& error = change.error();
                               done(error.code == ErrorCode::kNotFound ? Status() : error);
                             });
             });
  }

 private:
  bool is_group_;
};

}  // namespace

std::unique_ptr<ResourceType> MakeRoute53RecordSet() { return std::make_unique<RecordSets>(false); }
std::unique_ptr<ResourceType> MakeRoute53RecordSetGroup() {
  return std::make_unique<RecordSets>(true);
}

}  // namespace lifeboat::cloudformation
