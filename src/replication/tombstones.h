// When a tombstone may be dropped (docs/replication.md, section 5). A pure rule over what this
// region knows; the argument why it is enough stands there.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "storage/version.h"

namespace lifeboat::replication {

/// Below which Version a region has all writes of each member.
using Frontiers = std::map<std::string, storage::Version, std::less<>>;

/// What this region knows of who has what, for one table.
struct Knowledge {
  std::string self;
  std::vector<std::string> members;                     ///< Ourselves included.
  Frontiers applied;                                    ///< Ours.
  std::map<std::string, Frontiers, std::less<>> peers;  ///< Each peer's, as it last told us.
};

enum class Verdict {
  kDrop,
  kKeep,       ///< Not yet.
  kKeepAlways  ///< Its origin has left the group: nobody can say any more who has it.
};
Verdict MayDrop(const storage::Version& tombstone, const Knowledge& knowledge);

/// MayDrop, or a wrong one, by which the simulator proves that its checkers see the difference.
using TombstoneRule = std::function<Verdict(const storage::Version&, const Knowledge&)>;

}  // namespace lifeboat::replication
