// History: every write that clients have made in a run, and which of them were acknowledged. What
// must be there in the end follows from it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/item.h"

namespace lifeboat::sim {

struct HistoricWrite {
  bool tombstone = false;
  std::string image;
  bool acknowledged = false;
  /// What was written with the same Version before: a disk that was exchanged had forgotten it.
  std::vector<std::string> others;
};

class History {
 public:
  using Writes = std::map<storage::Version, HistoricWrite>;

  void Issue(const std::string& key, const storage::Version& version,
             const std::optional<std::string>& image);
  void Acknowledge(const std::string& key, const storage::Version& version);

  /// A write that was acknowledged has got a new Version from the region that had taken it.
  void Rename(const std::string& key, const storage::Version& before, const storage::Version& now);
  /// The region's disk has been exchanged: of its acknowledged writes only those must stay that are
  /// `safe`. The number of the others.
  uint64_t Excuse(
      const std::string& region,
      const std::function<bool(const std::string& key, const storage::Version& version)>& safe);

  const std::map<std::string, Writes>& by_key() const { return by_key_; }
  /// The greatest Version acknowledged by each region for each key.
  using Greatest = std::map<std::string, storage::Version>;
  const std::map<std::string, Greatest>& acknowledged_by_region() const { return by_region_; }
  const Greatest& AcknowledgedBy(const std::string& region) const;
  /// True when a write of `key` with a Version of at least `version` was a delete, so that nothing
  /// may be stored.
  bool MayBeGone(const std::string& key, const storage::Version& version) const;
  /// nullptr when nobody has written it.
  const HistoricWrite* Find(const std::string& key, const storage::Version& version) const;
  uint64_t issued() const { return issued_; }
  uint64_t acknowledged() const { return acknowledged_; }

 private:
  std::map<std::string, Writes> by_key_;
  std::map<std::string, Greatest> by_region_;
  uint64_t issued_ = 0;
  uint64_t acknowledged_ = 0;
};

/// What is stored on a disk, by key; tombstones too.
std::map<std::string, storage::StoredItem> ReadItems(const class Machine& machine);

}  // namespace lifeboat::sim
