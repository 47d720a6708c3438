#include "sim/checkers.h"

#include <algorithm>

namespace lifeboat::sim {
namespace {

/// Triples of Versions of one key that the merge rule is tried on.
constexpr int kTriples = 50;

std::string NameOf(const std::string& key) {
  const auto parts = storage::DecodeItemKey(key);
  return parts.ok() ? parts->partition : HexEncode(key);
}

/// True when a write is stored or superseded. When a region's greatest acknowledged write of a key
/// is, so are its smaller ones.
bool IsKept(const History& history, const std::map<std::string, storage::StoredItem>& items,
            const std::string& key, const storage::Version& version) {
  const auto it = items.find(key);
  return it == items.end() ? history.MayBeGone(key, version) : it->second.version >= version;
}

/// True when the item is what was written with its Version.
bool IsOne(const HistoricWrite& write, const storage::StoredItem& item) {
  if (write.tombstone == item.tombstone && write.image == item.image) return true;
  return std::find(write.others.begin(), write.others.end(), item.image) != write.others.end();
}

}  // namespace

void DurabilityChecker::Check(const Machine& machine, Violations& violations) const {
  const auto items = ReadItems(machine);
  for (const auto& [key, version] : history_.AcknowledgedBy(machine.name())) {
    if (!IsKept(history_, items, key, version)) {
      violations.push_back(fmt::format("{} has lost its acknowledged write {} of {}",
                                       machine.name(), storage::ToString(version), NameOf(key)));
    }
  }
}

void ConvergenceChecker::CheckReplica(const Machine& machine, Violations& violations) const {
  const auto items = ReadItems(machine);
  for (const auto& [key, item] : items) {
    const HistoricWrite* write = history_.Find(key, item.version);
    if (!write || !IsOne(*write, item)) {
      violations.push_back(fmt::format("{}: {} holds {}, which nobody has written so",
                                       machine.name(), NameOf(key),
                                       storage::ToString(item.version)));
    }
  }
  for (const auto& [region, greatest] : history_.acknowledged_by_region()) {
    for (const auto& [key, version] : greatest) {
      if (IsKept(history_, items, key, version)) continue;
      violations.push_back(fmt::format("{}: the acknowledged write {} of {} is missing",
                                       machine.name(), storage::ToString(version), NameOf(key)));
    }
  }
}

bool ConvergenceChecker::AreEqual(const std::vector<const Machine*>& replicas) {
  using Live = std::map<std::string, std::pair<storage::Version, std::string>>;
  Live first;
  for (const Machine* machine : replicas) {
    Live live;
    for (auto& [key, item] : ReadItems(*machine)) {
      if (!item.tombstone) live[key] = {item.version, std::move(item.image)};
    }
    if (machine == replicas.front())
      first = std::move(live);
    else if (live != first)
      return false;
  }
  return true;
}

void ConvergenceChecker::Check(const std::vector<const Machine*>& replicas,
                               Violations& violations) const {
  for (const Machine* machine : replicas) CheckReplica(*machine, violations);
  if (!AreEqual(replicas)) violations.push_back("replicas differ");
}

bool TombstoneChecker::AreGone(const std::vector<const Machine*>& replicas) {
  return std::none_of(replicas.begin(), replicas.end(), [](const Machine* machine) {
    const auto it = machine->disk().engine().NewIterator(storage::Space::kItems, "", "");
    it->Seek("");
    while (it->Valid() && !storage::DecodeStoredItem(it->value())->tombstone) it->Next();
    return it->Valid();
  });
}

storage::Version MergeChecker::Merge(const storage::Version& a, const storage::Version& b) const {
  return wins_(b, a) ? b : a;
}

void MergeChecker::Check(const History& history, Prng& prng, Violations& violations) const {
  std::vector<storage::Version> versions;
  for (const auto& [key, writes] : history.by_key()) {
    for (const auto& [version, write] : writes) versions.push_back(version);
  }
  if (versions.empty()) return;
  const auto any = [&] { return versions[prng.Below(versions.size())]; };
  for (int i = 0; i < kTriples; ++i) {
    const storage::Version a = any(), b = any(), c = any();
    const bool holds = Merge(a, b) == Merge(b, a) && Merge(a, a) == a &&
                       Merge(Merge(a, b), c) == Merge(a, Merge(b, c));
    if (holds) continue;
    violations.push_back(fmt::format("merge is no merge on {}, {}, {}", storage::ToString(a),
                                     storage::ToString(b), storage::ToString(c)));
    return;
  }
}

}  // namespace lifeboat::sim
