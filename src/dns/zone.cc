#include "dns/zone.h"

#include "base/check.h"

namespace lifeboat::dns {

Zone::Zone(Name apex) : apex_(std::move(apex)) { nodes_.emplace(apex_.wire(), Node{}); }

void Zone::Add(const Name& name, Rrset rrset) {
  Check(name.IsWithin(apex_), "a record lies within its zone");
  for (std::string_view at = name.wire(); at.size() > apex_.wire().size(); at = ParentOfWire(at))
    nodes_.try_emplace(std::string(at));
  if (rrset.rdata.empty()) return;
  if (rrset.type == Type::kNs && name != apex_) has_delegations_ = true;
  std::vector<Rrset>& rrsets = nodes_.find(name.wire())->second.rrsets;
  for (Rrset& existing : rrsets) {
    if (existing.type != rrset.type) continue;
    existing = std::move(rrset);
    return;
  }
  rrsets.push_back(std::move(rrset));
}

const Rrset* Zone::Node::FindType(Type type) const {
  for (const Rrset& rrset : rrsets) {
    if (rrset.type == type) return &rrset;
  }
  return nullptr;
}

const Zone::Node* Zone::FindNode(std::string_view name) const {
  const auto it = nodes_.find(name);
  return it == nodes_.end() ? nullptr : &it->second;
}

/// The source of synthesis: `*` below the closest encloser (RFC 4592, section 3.3.1).
const Zone::Node* Zone::FindWildcard(std::string_view name) const {
  do {
    name = ParentOfWire(name);
  } while (name.size() > apex_.wire().size() && FindNode(name) == nullptr);
  char wildcard[kMaxNameBytes] = {1, '*'};
  if (name.size() + 2 > kMaxNameBytes) return nullptr;
  name.copy(wildcard + 2, name.size());
  return FindNode(std::string_view(wildcard, name.size() + 2));
}

Found Zone::FindAt(const Node& node, Type type) const {
  const Rrset* soa = FindNode(apex_.wire())->FindType(Type::kSoa);
  if (type == Type::kAny && !node.rrsets.empty())
    return {Found::Kind::kAnswer, &node.rrsets.front(), apex_.wire(), soa};
  if (const Rrset* rrset = node.FindType(type))
    return {Found::Kind::kAnswer, rrset, apex_.wire(), soa};
  if (const Rrset* cname = node.FindType(Type::kCname))
    return {Found::Kind::kCname, cname, apex_.wire(), soa};
  return {Found::Kind::kNoData, nullptr, apex_.wire(), soa};
}

Found Zone::Find(std::string_view name, Type type) const {
  Check(name.size() >= apex_.wire().size(), "a question lies within its zone");
  if (has_delegations_) {
    // The highest cut wins: what lies below it is not ours.
    const Rrset* cut = nullptr;
    std::string_view owner;
    for (std::string_view at = name; at.size() > apex_.wire().size(); at = ParentOfWire(at)) {
      const Node* node = FindNode(at);
      const Rrset* servers = node ? node->FindType(Type::kNs) : nullptr;
      // The parent side answers for DS at the cut itself (RFC 4035, section 3.1.4.1).
      if (servers == nullptr || (type == Type::kDs && at.size() == name.size())) continue;
      cut = servers;
      owner = at;
    }
    if (cut) return {Found::Kind::kDelegation, cut, owner, FindAt({}, Type::kSoa).soa};
  }
  const Node* node = FindNode(name);
  if (node == nullptr) node = FindWildcard(name);
  if (node != nullptr) return FindAt(*node, type);
  Found nothing = FindAt({}, type);
  nothing.kind = Found::Kind::kNxDomain;
  return nothing;
}

const Rrset* Zone::FindGlue(std::string_view name, Type type) const {
  const Node* node = FindNode(name);
  return node ? node->FindType(type) : nullptr;
}

void ZoneSet::Add(std::shared_ptr<const Zone> zone) {
  const std::string apex(zone->apex().wire());
  zones_.try_emplace(apex, std::move(zone));
}

const Zone* ZoneSet::FindZone(std::string_view name) const {
  while (true) {
    const auto it = zones_.find(name);
    if (it != zones_.end()) return it->second.get();
    if (name.size() == 1) return nullptr;
    name = ParentOfWire(name);
  }
}

Found ZoneSet::Find(std::string_view name, Type type) const {
  const Zone* zone = FindZone(name);
  return zone ? zone->Find(name, type) : Found{};
}

const Rrset* ZoneSet::FindGlue(std::string_view name, Type type) const {
  const Zone* zone = FindZone(name);
  return zone ? zone->FindGlue(name, type) : nullptr;
}

}  // namespace lifeboat::dns
