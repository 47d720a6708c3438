// ItemCache: what is stored under keys that are read or written again and again, so that a read of
// a hot item does not go to the engine. Whoever writes keeps it true: see dynamodb::WritePath.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lifeboat::storage {

class ItemCache {
 public:
  /// Keeps about so many bytes, its own bookkeeping included; the least recently used go first.
  explicit ItemCache(size_t bytes_max) : bytes_max_(bytes_max) {}

  /// The stored bytes, or nullopt for a key that nothing is stored under; null: not known here.
  /// Valid until the next Put, Forget or Clear.
  const std::optional<std::string>* Find(std::string_view key);
  /// True for a key that has a place here or is asked about for the second time within some ten
  /// thousand others: what comes by once, as in a backfill or from a peer, would only push the hot
  /// ones out.
  bool Wants(std::string_view key);
  /// Values of more than a hundredth of the whole are not kept.
  void Put(std::string key, std::optional<std::string> value);
  /// The value is not known any more. Its place is kept, since most often the next value follows.
  void Forget(std::string_view key);
  void Clear();
  size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string key;
    std::optional<std::string> value;
    bool known = true;
  };
  using Entries = std::list<Entry>;
  static size_t BytesOf(const Entry& entry);
  void Replace(Entry& entry, std::optional<std::string> value, bool known);
  void Drop(Entries::iterator entry);

  static constexpr size_t kAskedBits = 1 << 18;
  static constexpr size_t kAskedCountMax = 1 << 16;

  const size_t bytes_max_;
  size_t bytes_ = 0;
  /// A bit for each key that was asked about lately, by its hash.
  std::vector<bool> asked_ = std::vector<bool>(kAskedBits);
  size_t asked_count_ = 0;
  Entries entries_;  ///< The most recently used first.
  std::unordered_map<std::string_view, Entries::iterator> by_key_;  ///< By Entry::key.
};

}  // namespace lifeboat::storage
