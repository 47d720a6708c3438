#include "storage/item_cache.h"

namespace lifeboat::storage {
namespace {

// Of an entry: list and hash nodes, two string objects, and what the allocator adds.
constexpr size_t kEntryBytes = 200;
constexpr size_t kValueShare = 100;

}  // namespace

size_t ItemCache::BytesOf(const Entry& entry) {
  return kEntryBytes + entry.key.size() + (entry.value ? entry.value->size() : 0);
}

const std::optional<std::string>* ItemCache::Find(std::string_view key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || !found->second->known) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &found->second->value;
}

// Two keys with one bit only make the later of them stay too early.
bool ItemCache::Wants(std::string_view key) {
  if (by_key_.contains(key)) return true;
  auto bit = asked_[std::hash<std::string_view>()(key) % kAskedBits];
  if (bit) return true;
  bit = true;
  if (++asked_count_ == kAskedCountMax) {
    asked_.assign(kAskedBits, false);
    asked_count_ = 0;
  }
  return false;
}

void ItemCache::Put(std::string key, std::optional<std::string> value) {
  if (value && value->size() > bytes_max_ / kValueShare) return Forget(key);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    Replace(entries_.front(), std::move(value), true);
  } else {
    entries_.push_front({std::move(key), std::move(value)});
    by_key_.emplace(entries_.front().key, entries_.begin());
    bytes_ += BytesOf(entries_.front());
  }
  while (bytes_ > bytes_max_) Drop(std::prev(entries_.end()));
}

void ItemCache::Forget(std::string_view key) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) Replace(*found->second, std::nullopt, false);
}

void ItemCache::Clear() {
  by_key_.clear();
  entries_.clear();
  bytes_ = 0;
}

void ItemCache::Replace(Entry& entry, std::optional<std::string> value, bool known) {
  bytes_ -= BytesOf(entry);
  entry.value = std::move(value);
  entry.known = known;
  bytes_ += BytesOf(entry);
}

void ItemCache::Drop(Entries::iterator entry) {
  bytes_ -= BytesOf(*entry);
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace lifeboat::storage
