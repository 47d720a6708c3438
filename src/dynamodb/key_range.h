// KeyRange: the storage keys that a Query's key condition selects in a table or an index.
#pragma once

#include <string>
#include <vector>

#include "dynamodb/expression.h"
#include "dynamodb/table.h"
#include "http/aws_error.h"
#include "storage/engine.h"

namespace lifeboat::dynamodb {

/// lower <= key < upper.
struct KeyRange {
  std::string lower;
  std::string upper;
  bool Contains(std::string_view key) const { return lower <= key && key < upper; }
};

/// Where Query and Scan read: a table (`index` is nullptr) or one of its indexes.
struct ReadTarget {
  const Table& table;
  const Index* index = nullptr;
  const KeySchema& keys() const { return index ? index->keys : table.keys; }
  uint8_t number() const { return index ? index->number : 0; }
  /// Of LastEvaluatedKey: the table's keys and the index's.
  std::vector<KeyAttribute> start_key_attributes() const;
  /// Storage key of the entry that has `item`'s attributes; nullopt when one is lacking.
  std::optional<std::string> EntryKey(const Item& item) const;
};

/// Matches `bounds` to the target's schema: hash attributes equal, then range attributes from the
/// left, all but the last one equal.
http::AwsResult<KeyRange> RangeOf(const ReadTarget& target, const std::vector<KeyBound>& bounds);
/// All keys of the partition of `bounds`, whatever they say of range attributes.
KeyRange PartitionOf(const ReadTarget& target, const std::vector<KeyBound>& bounds);
/// Segment `segment` of `total` of the target's hash space.
KeyRange SegmentOf(const ReadTarget& target, uint64_t segment, uint64_t total);

}  // namespace lifeboat::dynamodb
