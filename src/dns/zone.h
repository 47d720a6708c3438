// Zone: the names of one zone as a tree that is built once and then only read. Nodes are found by a
// hash of their wire name; the tree shows in the parents that each insertion makes, which hold
// records of their own or are empty non-terminals (RFC 4592, section 2.2.2).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dns/name.h"
#include "dns/record_source.h"

namespace lifeboat::dns {

class Zone {
 public:
  explicit Zone(Name apex);

  /// Adds or replaces the records of one name and type; `name` must be within the apex. Without
  /// rdata only the name is made to exist.
  void Add(const Name& name, Rrset rrset);

  /// `name`: lower-case wire form, within the apex. The zone needs an SOA record by then.
  Found Find(std::string_view name, Type type) const;
  const Rrset* FindGlue(std::string_view name, Type type) const;

  const Name& apex() const { return apex_; }
  size_t node_count() const { return nodes_.size(); }

 private:
  struct Node {
    std::vector<Rrset> rrsets;
    const Rrset* FindType(Type type) const;
  };
  const Node* FindNode(std::string_view name) const;
  const Node* FindWildcard(std::string_view name) const;
  Found FindAt(const Node& node, Type type) const;

  Name apex_;
  std::unordered_map<std::string, Node, WireHash, std::equal_to<>> nodes_;
  bool has_delegations_ = false;
};

/// Zones by their apex; a question goes to the longest one that matches.
class ZoneSet final : public RecordSource {
 public:
  /// The first zone of an apex stays; later ones of the same name are not answered.
  void Add(std::shared_ptr<const Zone> zone);
  Found Find(std::string_view name, Type type) const override;
  const Rrset* FindGlue(std::string_view name, Type type) const override;
  const Zone* FindZone(std::string_view name) const;
  size_t size() const { return zones_.size(); }

 private:
  std::unordered_map<std::string, std::shared_ptr<const Zone>, WireHash, std::equal_to<>> zones_;
};

}  // namespace lifeboat::dns
