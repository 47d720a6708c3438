// Lineage: where a history of zones comes from, so that two copies can be compared without their
// contents. A control plane that lost its disk, or whose disk is an older copy, goes on with a
// history of its own; whoever holds the other one must notice.
//
// Each run of the control plane draws a generation. A history is a list of stretches, the changes
// that one generation made; numbers rise by one. Equal (generation, number) mean equal histories up
// to there, since one run makes one history. A recovery draws a generation, too.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace lifeboat::route53 {

/// The changes of one generation: from number `first` to the one before the next stretch's.
struct Stretch {
  std::string generation;
  uint64_t first = 0;
  bool operator==(const Stretch&) const = default;
};
/// Older stretches are forgotten: a copy that ends in one counts as a stranger's.
inline constexpr size_t kMaxStretches = 256;

struct Lineage {
  std::vector<Stretch> stretches;  ///< The oldest first.
  /// Changes of other histories that were made again in this one: those of a generation up to this
  /// number.
  std::map<std::string, uint64_t> absorbed;
  bool operator==(const Lineage&) const = default;
};

/// A lineage and the number of its last change.
struct History {
  const Lineage& lineage;
  uint64_t number = 0;
};

/// The last number of `generation` in the history; nullopt when it has none.
std::optional<uint64_t> EndOf(const History& history, std::string_view generation);
/// Whether change `number` of `generation` is in the history.
bool Holds(const History& history, std::string_view generation, uint64_t number);
/// The last number up to which both are the same; nullopt when they have nothing in common.
std::optional<uint64_t> CommonNumber(const History& a, const History& b);
/// The generation that made change `number`; empty when it is forgotten.
std::string_view GenerationOf(const Lineage& lineage, uint64_t number);
/// Begins a stretch unless `generation` has the last one.
void Continue(Lineage& lineage, std::string_view generation, uint64_t first);

json::Value EncodeLineage(const Lineage& lineage);
/// kCorrupt when it is not what EncodeLineage makes.
Result<Lineage> DecodeLineage(const json::Value& value);

/// What a name server has on its disk, as it says itself. An empty epoch: nothing.
struct Held {
  std::string epoch;
  std::string generation;
  uint64_t number = 0;
  std::string digest;  ///< Empty when it came from a control plane of version 0.1.
  bool empty() const { return epoch.empty(); }
  bool operator==(const Held&) const = default;
};
json::Value EncodeHeld(const Held& held);
Result<Held> DecodeHeld(const json::Value& value);

}  // namespace lifeboat::route53
