#include "replication/tombstones.h"

#include <algorithm>

namespace lifeboat::replication {
namespace {

bool HasPast(const Frontiers& frontiers, std::string_view member, const storage::Version& version) {
  const auto it = frontiers.find(member);
  return it != frontiers.end() && it->second > version;
}

}  // namespace

Verdict MayDrop(const storage::Version& tombstone, const Knowledge& knowledge) {
  const auto& members = knowledge.members;
  const std::string& origin = tombstone.region;
  if (std::find(members.begin(), members.end(), origin) == members.end()) {
    return Verdict::kKeepAlways;
  }
  for (const std::string& member : members) {
    if (member == knowledge.self) continue;
    // Nothing older can come from its log.
    if (!HasPast(knowledge.applied, member, tombstone)) return Verdict::kKeep;
    // It has the tombstone, so nothing older can come in a snapshot of it.
    if (member == origin) continue;
    const auto peer = knowledge.peers.find(member);
    if (peer == knowledge.peers.end() || !HasPast(peer->second, origin, tombstone)) {
      return Verdict::kKeep;
    }
  }
  return Verdict::kDrop;
}

}  // namespace lifeboat::replication
