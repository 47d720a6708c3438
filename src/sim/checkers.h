// The invariants, one class each. A checker only looks; what it finds is text for people.
#pragma once

#include <string>
#include <vector>

#include "base/prng.h"
#include "replication/plain_tables.h"
#include "sim/history.h"
#include "sim/machine.h"

namespace lifeboat::sim {

using Violations = std::vector<std::string>;

/// No write that a region has acknowledged is lost while its disk survives.
class DurabilityChecker {
 public:
  explicit DurabilityChecker(const History& history) : history_(history) {}
  /// To be called when a region starts again.
  void Check(const Machine& machine, Violations& violations) const;

 private:
  const History& history_;
};

/// After the heal every acknowledged write is present or superseded by a greater Version in every
/// replica, what is stored is what somebody has written, and replicas are equal.
class ConvergenceChecker {
 public:
  explicit ConvergenceChecker(const History& history) : history_(history) {}
  void Check(const std::vector<const Machine*>& replicas, Violations& violations) const;
  /// Live items equal, Versions and images. Tombstones may go at different times.
  static bool AreEqual(const std::vector<const Machine*>& replicas);

 private:
  void CheckReplica(const Machine& machine, Violations& violations) const;
  const History& history_;
};

/// After the heal no tombstone stays for ever.
class TombstoneChecker {
 public:
  static bool AreGone(const std::vector<const Machine*>& replicas);
};

/// The merge rule is commutative, associative and idempotent on the Versions of the run.
class MergeChecker {
 public:
  explicit MergeChecker(replication::PlainTables::WinsRule wins) : wins_(std::move(wins)) {}
  void Check(const History& history, Prng& prng, Violations& violations) const;

 private:
  storage::Version Merge(const storage::Version& a, const storage::Version& b) const;
  replication::PlainTables::WinsRule wins_;
};

}  // namespace lifeboat::sim
