#include "sim/history.h"

#include "base/check.h"
#include "sim/machine.h"

namespace lifeboat::sim {

void History::Issue(const std::string& key, const storage::Version& version,
                    const std::optional<std::string>& image) {
  Writes& writes = by_key_[key];
  // A Version that a crash took back, with a write that nobody has seen, may be given again.
  HistoricWrite write{!image, image.value_or(""), false, {}};
  const auto before = writes.find(version);
  if (before != writes.end()) {
    write.others = std::move(before->second.others);
    write.others.push_back(std::move(before->second.image));
  }
  writes.insert_or_assign(writes.end(), version, std::move(write));
  ++issued_;
}

void History::Acknowledge(const std::string& key, const storage::Version& version) {
  Writes& writes = by_key_[key];
  auto it = writes.end();  // Young ones are acknowledged: they stand at the end.
  while (it != writes.begin() && (--it)->first > version) {
  }
  Check(it != writes.end() && it->first == version, "a write is issued first");
  it->second.acknowledged = true;
  storage::Version& greatest = by_region_[version.region][key];
  greatest = std::max(greatest, version);
  ++acknowledged_;
}

void History::Rename(const std::string& key, const storage::Version& before,
                     const storage::Version& now) {
  const HistoricWrite* write = Find(key, before);
  Check(write != nullptr, "a write is issued first");
  Issue(key, now, write->tombstone ? std::nullopt : std::optional(write->image));
}

uint64_t History::Excuse(
    const std::string& region,
    const std::function<bool(const std::string& key, const storage::Version& version)>& safe) {
  uint64_t excused = 0;
  Greatest& greatest = by_region_[region];
  greatest.clear();
  for (auto& [key, writes] : by_key_) {
    for (auto& [version, write] : writes) {
      if (version.region != region || !write.acknowledged) continue;
      if (safe(key, version)) {
        greatest[key] = version;
      } else {
        write.acknowledged = false;
        ++excused;
      }
    }
  }
  return excused;
}

const History::Greatest& History::AcknowledgedBy(const std::string& region) const {
  static const Greatest kNone;
  const auto it = by_region_.find(region);
  return it == by_region_.end() ? kNone : it->second;
}

bool History::MayBeGone(const std::string& key, const storage::Version& version) const {
  const auto writes = by_key_.find(key);
  if (writes == by_key_.end()) return true;
  for (auto it = writes->second.lower_bound(version); it != writes->second.end(); ++it) {
    if (it->second.tombstone) return true;
  }
  return false;
}

const HistoricWrite* History::Find(const std::string& key, const storage::Version& version) const {
  const auto writes = by_key_.find(key);
  if (writes == by_key_.end()) return nullptr;
  const auto it = writes->second.find(version);
  return it == writes->second.end() ? nullptr : &it->second;
}

std::map<std::string, storage::StoredItem> ReadItems(const Machine& machine) {
  std::map<std::string, storage::StoredItem> items;
  const auto it = machine.disk().engine().NewIterator(storage::Space::kItems, "", "");
  for (it->Seek(""); it->Valid(); it->Next()) {
    auto item = storage::DecodeStoredItem(it->value());
    Check(item.ok(), "a stored item can be read");
    items.emplace(it->key(), *std::move(item));
  }
  return items;
}

}  // namespace lifeboat::sim
