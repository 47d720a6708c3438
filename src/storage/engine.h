// Engine: ordered bytes to bytes on a disk, written in atomic batches. There are two, RocksDB
// (storage/rocks) and an in-memory one that the simulator can crash; engine_conformance.h holds
// both to the contract below.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat::storage {

/// Key spaces that never mix; each is a column family in RocksDB. The numbers are on disk.
enum class Space : uint8_t {
  kMeta = 0,   ///< Catalogs, stacks, zones, positions: small documents.
  kItems = 1,  ///< Items, tombstones and index entries.
  kLog = 2,    ///< Change records.
};
inline constexpr int kSpaceCount = 3;

/// Changes that become visible and durable together, or not at all.
class WriteBatch {
 public:
  enum class Kind : uint8_t { kPut, kDelete, kDeleteRange };
  struct Op {
    Kind kind;
    Space space;
    std::string key;
    std::string value;  ///< kPut: the value. kDeleteRange: the end, not included.
  };

  void Put(Space space, std::string key, std::string value);
  void Delete(Space space, std::string key);
  /// Deletes begin <= key < end.
  void DeleteRange(Space space, std::string begin, std::string end);
  /// Adds the operations of `other` after ours.
  void Append(WriteBatch other);
  const std::vector<Op>& ops() const { return ops_; }
  bool empty() const { return ops_.empty(); }
  size_t bytes() const { return bytes_; }

 private:
  std::vector<Op> ops_;
  size_t bytes_ = 0;
};

/// Walks keys in byte order over a snapshot taken when it was made. Not thread-safe; must not
/// outlive its engine.
class Iterator {
 public:
  virtual ~Iterator() = default;
  virtual void Seek(std::string_view key) = 0;         ///< First key >= `key`.
  virtual void SeekForPrev(std::string_view key) = 0;  ///< Last key <= `key`.
  virtual void Next() = 0;
  virtual void Prev() = 0;
  virtual bool Valid() const = 0;
  /// Live until the iterator moves.
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
  /// Not ok when it stopped because of a read error rather than the end.
  virtual Status status() const = 0;
};

/// Readers may be on any thread; Write is called by one thread at a time.
class Engine {
 public:
  virtual ~Engine() = default;
  /// nullopt when absent.
  virtual Result<std::optional<std::string>> Get(Space space, std::string_view key) const = 0;
  /// Limited to lower <= key < upper; an empty `upper` means no end.
  virtual std::unique_ptr<Iterator> NewIterator(Space space, std::string_view lower,
                                                std::string_view upper) const = 0;
  /// When it returns ok the batch is on the disk (fsync), and visible to all readers.
  /// kIo, or kLimit when the disk is full: not written as far as is known; the engine may refuse
  /// further writes, for ever or until there is space on the disk again.
  virtual Status Write(const WriteBatch& batch) = 0;
};

/// The first key after all keys that start with `prefix`; empty when there is none.
std::string PrefixEnd(std::string_view prefix);

}  // namespace lifeboat::storage
