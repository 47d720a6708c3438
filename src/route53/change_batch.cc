#include "route53/change_batch.h"

#include <algorithm>

#include <fmt/format.h>

#include "route53/alias_rules.h"
#include "route53/errors.h"

namespace lifeboat::route53 {
namespace {

using dns::Type;

/// `set [name='a.example.com.', type='A']`, with the identifier when there is one.
std::string Describe(const ResourceRecordSet& set) {
  const std::string identifier =
      set.set_identifier.empty() ? "" : fmt::format(", set-identifier='{}'", set.set_identifier);
  return fmt::format("resource record set [name='{}', type='{}'{}]", Text(set.name),
                     dns::TypeName(set.type), identifier);
}

/// One batch at work: the records so far and what was found wrong.
class Batch {
 public:
  explicit Batch(const HostedZone& zone) : zone_(zone), records_(zone.records) {}

  void Apply(const RequestedChange& change);
  void CheckResult(const ChangeBatch& batch);
  const std::vector<std::string>& problems() const { return problems_; }
  BatchOutcome Take() { return {std::move(records_), std::move(touched_)}; }

 private:
  void Delete(const ResourceRecordSet& set);
  void CheckPlace(const ResourceRecordSet& set);
  void CheckCname(const ResourceRecordSet& set);
  void CheckPolicy(const ResourceRecordSet& set);
  void Fail(std::string message) { problems_.push_back(std::move(message)); }

  const HostedZone& zone_;
  RecordSets records_;
  std::set<RecordKey> touched_;
  std::vector<std::string> problems_;
};

void Batch::Apply(const RequestedChange& change) {
  const ResourceRecordSet& set = change.set;
  if (change.action == ChangeAction::kDelete) return Delete(set);
  const size_t problems_before = problems_.size();
  const RecordKey key = KeyOf(set);
  if (change.action == ChangeAction::kCreate && records_.contains(key))
    Fail(fmt::format("Tried to create {} but it already exists", Describe(set)));
  CheckPlace(set);
  for (std::string& problem : CheckValues(set)) Fail(std::move(problem));
  if (problems_.size() != problems_before) return;
  records_.insert_or_assign(key, set);
  touched_.insert(key);
}

void Batch::Delete(const ResourceRecordSet& set) {
  const auto it = records_.find(KeyOf(set));
  if (it == records_.end())
    return Fail(fmt::format("Tried to delete {} but it was not found", Describe(set)));
  ResourceRecordSet there = it->second, given = set;
  std::sort(there.values.begin(), there.values.end());
  std::sort(given.values.begin(), given.values.end());
  if (there != given) {
    return Fail(
        fmt::format("Tried to delete {} but the values provided do not match the current values",
                    Describe(set)));
  }
  touched_.insert(it->first);
  records_.erase(it);
}

void Batch::CheckPlace(const ResourceRecordSet& set) {
  const std::string name = Text(set.name);
  if (!set.name.IsWithin(zone_.name))
    return Fail(
        fmt::format("RRSet with DNS name {} is not permitted in zone {}", name, Text(zone_.name)));
  if (set.type == Type::kSoa && set.name != zone_.name)
    return Fail(fmt::format("RRSet of type SOA with DNS name {} is not permitted in zone {}", name,
                            Text(zone_.name)));
  if (set.alias && (set.type == Type::kNs || set.type == Type::kSoa))
    return Fail(fmt::format("An alias of type {} is not permitted.", dns::TypeName(set.type)));
  CheckCname(set);
  CheckPolicy(set);
}

/// A CNAME stands alone at its name and never at the apex (RFC 1034, section 3.6.2).
void Batch::CheckCname(const ResourceRecordSet& set) {
  const std::string name = Text(set.name);
  if (set.type == Type::kCname && set.name == zone_.name)
    return Fail(
        fmt::format("RRSet of type CNAME with DNS name {} is not permitted at apex in zone "
                    "{}",
                    name, Text(zone_.name)));
  if (set.type != Type::kCname) {
    if (FindGroup(records_, set.name, Type::kCname).empty()) return;
    return Fail(fmt::format(
        "RRSet of type {} with DNS name {} is not permitted because a conflicting RRSet of type "
        "CNAME with the same DNS name already exists in zone {}",
        dns::TypeName(set.type), name, Text(zone_.name)));
  }
  const std::string reversed = ReversedName(set.name);
  for (auto it = records_.lower_bound({reversed, "", ""});
       it != records_.end() && it->first.reversed_name == reversed; ++it) {
    if (it->second.type == Type::kCname) continue;
    return Fail(
        fmt::format("RRSet of type CNAME with DNS name {} is not permitted as it conflicts "
                    "with other records with the same DNS name in zone {}",
                    name, Text(zone_.name)));
  }
}

/// All sets of one name and type follow one policy; failover has one set for each role.
void Batch::CheckPolicy(const ResourceRecordSet& set) {
  for (const ResourceRecordSet* other : FindGroup(records_, set.name, set.type)) {
    if (other->set_identifier == set.set_identifier) continue;
    const std::string start = fmt::format("RRSet with DNS name {}, type {}, SetIdentifier {}",
                                          Text(set.name), dns::TypeName(set.type),
                                          set.set_identifier.empty() ? "null" : set.set_identifier);
    if (other->failover.has_value() != set.failover.has_value()) {
      return Fail(
          fmt::format("{} cannot be created because a {} rrset exists with the same name "
                      "and type.",
                      start, set.failover ? "non failover" : "failover"));
    }
    if (other->failover == set.failover) {
      return Fail(
          fmt::format("{} cannot be created because a {} failover rrset exists with the "
                      "same name and type.",
                      start, *set.failover == Failover::kPrimary ? "PRIMARY" : "SECONDARY"));
    }
  }
}

/// What can only be told when the whole batch is applied.
void Batch::CheckResult(const ChangeBatch& batch) {
  if (FindGroup(records_, zone_.name, Type::kSoa).size() != 1)
    Fail("A HostedZone must contain exactly one SOA record.");
  if (FindGroup(records_, zone_.name, Type::kNs).empty())
    Fail("A HostedZone must contain at least one NS record for the zone itself.");
  if (records_.size() > kMaxRecordsPerZone)
    Fail(fmt::format("Number of records limit of {} in a hosted zone exceeded.",
                     kMaxRecordsPerZone));
  for (const RequestedChange& change : batch.changes) {
    if (change.action == ChangeAction::kDelete) continue;
    for (std::string& problem : CheckAlias(zone_, records_, change.set)) Fail(std::move(problem));
  }
}

}  // namespace

http::AwsResult<ChangeBatch> ReadChangeBatch(const XmlElement& request) {
  ChangeBatch batch;
  const XmlElement* element = request.Find("ChangeBatch");
  const XmlElement* changes = element ? element->Find("Changes") : nullptr;
  if (changes == nullptr || changes->children.empty())
    return InvalidInput("A ChangeBatch needs at least one Change");
  batch.comment = element->Get("Comment");
  size_t records = 0, characters = 0;
  for (const XmlElement& child : changes->children) {
    http::AwsResult<RequestedChange> change = ReadChange(child);
    if (!change.ok()) return change.error();
    // Quotas: an UPSERT counts twice.
    const size_t weight = change->action == ChangeAction::kUpsert ? 2 : 1;
    records += weight * std::max<size_t>(1, change->set.values.size());
    for (const std::string& value : change->set.values) characters += weight * value.size();
    batch.changes.push_back(std::move(change).value());
  }
  if (records > kMaxRecordsPerBatch)
    return InvalidChangeBatch(
        {fmt::format("Number of records limit of {} exceeded.", kMaxRecordsPerBatch)});
  if (characters > kMaxCharactersPerBatch)
    return InvalidChangeBatch(
        {fmt::format("Number of characters limit of {} exceeded.", kMaxCharactersPerBatch)});
  return batch;
}

http::AwsResult<BatchOutcome> ApplyBatch(const State& state, const HostedZone& zone,
                                         const ChangeBatch& batch) {
  for (const RequestedChange& change : batch.changes) {
    const std::string& id = change.set.health_check_id;
    const bool needed = change.action != ChangeAction::kDelete && !id.empty();
    if (needed && !state.checks.contains(id)) return NoSuchHealthCheck(id);
  }
  Batch work(zone);
  for (const RequestedChange& change : batch.changes) work.Apply(change);
  if (work.problems().empty()) work.CheckResult(batch);
  if (!work.problems().empty()) return InvalidChangeBatch(work.problems());
  return work.Take();
}

}  // namespace lifeboat::route53
