// Time to live: items whose time is over are deleted, a bounded number of items looked at in each
// round, so that a round costs the same however large the tables are (Developer Guide, "Using time
// to live in DynamoDB": deletion comes some time after the expiry).
#pragma once

#include <string>

namespace lifeboat::dynamodb {

struct Core;

class Expiry {
 public:
  /// Items read in one round, over all tables.
  static constexpr size_t kItemsPerRound = 2000;

  /// One round: goes on where the last one has ended.
  void Run(Core& core);

 private:
  /// Returns how many items were read; `after_` is empty when the table is through.
  size_t Sweep(Core& core, const std::string& table_name, size_t budget);

  std::string table_;  ///< Being swept; empty at first.
  std::string after_;  ///< The last key read in it.
};

}  // namespace lifeboat::dynamodb
