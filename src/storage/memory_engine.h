// The in-memory engine, for tests and for the simulator. It keeps apart what was written and what
// was synced, so that a crash can lose the difference.
#pragma once

#include <memory>
#include <string>

#include "storage/engine.h"

namespace lifeboat::storage {

class MemoryEngine final : public Engine {
 public:
  MemoryEngine();
  ~MemoryEngine() override;
  Result<std::optional<std::string>> Get(Space space, std::string_view key) const override;
  std::unique_ptr<Iterator> NewIterator(Space space, std::string_view lower,
                                        std::string_view upper) const override;
  /// Write and sync.
  Status Write(const WriteBatch& batch) override;

  /// Visible, but lost by the next Crash() unless Sync() comes first.
  Status WriteUnsynced(const WriteBatch& batch);
  void Sync();
  /// Takes back all that was not synced, as the loss of power does.
  void Crash();
  size_t key_count(Space space) const;

  /// All that is synced, as a copy of the disk would have it.
  class Image;
  std::shared_ptr<const Image> TakeImage() const;
  /// The disk is exchanged for one with `image`; nullptr: for an empty one.
  void PutBack(const Image* image);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lifeboat::storage
