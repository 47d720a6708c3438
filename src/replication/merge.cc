#include "replication/merge.h"

namespace lifeboat::replication {

bool Wins(const storage::Version& incoming, const std::optional<storage::Version>& stored) {
  return !stored || incoming > *stored;
}

const storage::StoredItem& Merge(const storage::StoredItem& a, const storage::StoredItem& b) {
  return Wins(b.version, a.version) ? b : a;
}

}  // namespace lifeboat::replication
