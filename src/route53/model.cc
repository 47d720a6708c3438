#include "route53/model.h"

namespace lifeboat::route53 {

std::string ReversedName(const dns::Name& name) {
  // Parents first: `com.example.www.`
  std::string reversed;
  for (dns::Name at = name; !at.is_root(); at = at.Parent()) {
    const std::string text = Text(at);
    const size_t label =
        at.Parent().is_root() ? text.size() : text.size() - Text(at.Parent()).size();
    reversed.insert(0, text.substr(0, label));
  }
  return reversed;
}

RecordKey KeyOf(const ResourceRecordSet& set) {
  return {ReversedName(set.name), dns::TypeName(set.type), set.set_identifier};
}

std::vector<const ResourceRecordSet*> FindGroup(const RecordSets& sets, const dns::Name& name,
                                                dns::Type type) {
  const RecordKey first = {ReversedName(name), dns::TypeName(type), ""};
  std::vector<const ResourceRecordSet*> group;
  for (auto it = sets.lower_bound(first); it != sets.end(); ++it) {
    if (it->first.reversed_name != first.reversed_name || it->first.type != first.type) break;
    group.push_back(&it->second);
  }
  return group;
}

}  // namespace lifeboat::route53
