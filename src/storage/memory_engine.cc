// A std::map per space. An iterator shares the map that it was made over; a write that finds the
// map shared copies it first, so iterators see a snapshot and pay for it only when it is needed.
// What each unsynced operation replaced stands in an undo list, which Crash() plays backwards.
#include "storage/memory_engine.h"

#include <map>
#include <mutex>

namespace lifeboat::storage {
namespace {

using Map = std::map<std::string, std::string, std::less<>>;

struct Undo {
  Space space;
  std::string key;
  std::optional<std::string> old_value;
};

}  // namespace

class MemoryEngine::Image {
 public:
  std::array<std::shared_ptr<Map>, kSpaceCount> spaces;
};

struct MemoryEngine::State {
  mutable std::mutex mutex;
  std::array<std::shared_ptr<Map>, kSpaceCount> spaces;
  std::vector<Undo> undo;

  const Map& Read(Space space) const { return *spaces[static_cast<size_t>(space)]; }

  Map& Mutable(Space space) {
    std::shared_ptr<Map>& map = spaces[static_cast<size_t>(space)];
    if (map.use_count() > 1) map = std::make_shared<Map>(*map);
    return *map;
  }

  void Apply(const WriteBatch::Op& op) {
    Map& map = Mutable(op.space);
    if (op.kind == WriteBatch::Kind::kDeleteRange) {
      if (op.key >= op.value) return;
      const auto first = map.lower_bound(op.key);
      const auto last = map.lower_bound(op.value);
      for (auto it = first; it != last; ++it) {
        undo.push_back({op.space, it->first, std::move(it->second)});
      }
      map.erase(first, last);
      return;
    }
    // Logs grow at their end, which is found without a search.
    const bool at_end = map.empty() || map.rbegin()->first < op.key;
    const auto it = at_end ? map.end() : map.lower_bound(op.key);
    const bool found = it != map.end() && it->first == op.key;
    undo.push_back({op.space, op.key, std::nullopt});
    if (found) undo.back().old_value = std::move(it->second);
    if (op.kind == WriteBatch::Kind::kDelete) {
      if (found) map.erase(it);
    } else if (found) {
      it->second = op.value;
    } else {
      map.emplace_hint(it, op.key, op.value);
    }
  }
};

namespace {

class MemoryIterator final : public Iterator {
 public:
  MemoryIterator(std::mutex& mutex, std::shared_ptr<const Map> map, std::string_view lower,
                 std::string_view upper)
      : mutex_(mutex), map_(std::move(map)), lower_(lower) {
    begin_ = map_->lower_bound(lower);
    end_ = upper.empty() ? map_->end() : map_->lower_bound(upper);
    if (!upper.empty() && upper <= lower) end_ = begin_;
    at_ = end_;
  }
  ~MemoryIterator() override {
    // Under the mutex, so that our last read is ordered before a write that then finds it unshared.
    const std::lock_guard lock(mutex_);
    map_.reset();
  }

  void Seek(std::string_view key) override {
    at_ = key <= lower_ ? begin_ : map_->lower_bound(key);
    if (end_ != map_->end() && at_ != end_ && (at_ == map_->end() || at_->first >= end_->first)) {
      at_ = end_;
    }
    if (begin_ == end_) at_ = end_;
  }
  void SeekForPrev(std::string_view key) override {
    auto after = map_->upper_bound(key);
    if (end_ != map_->end() && (after == map_->end() || after->first > end_->first)) after = end_;
    if (begin_ == end_ || after == begin_ || key < lower_) {
      at_ = end_;
      return;
    }
    at_ = std::prev(after);
  }
  void Next() override { ++at_; }
  void Prev() override { at_ = at_ == begin_ ? end_ : std::prev(at_); }
  bool Valid() const override { return at_ != end_; }
  std::string_view key() const override { return at_->first; }
  std::string_view value() const override { return at_->second; }
  Status status() const override { return {}; }

 private:
  std::mutex& mutex_;
  std::shared_ptr<const Map> map_;
  std::string lower_;
  Map::const_iterator begin_, end_, at_;
};

}  // namespace

MemoryEngine::MemoryEngine() : state_(std::make_unique<State>()) {
  for (auto& space : state_->spaces) space = std::make_shared<Map>();
}

MemoryEngine::~MemoryEngine() = default;

Result<std::optional<std::string>> MemoryEngine::Get(Space space, std::string_view key) const {
  const std::lock_guard lock(state_->mutex);
  const Map& map = state_->Read(space);
  const auto it = map.find(key);
  if (it == map.end()) return std::optional<std::string>();
  return std::optional(it->second);
}

std::unique_ptr<Iterator> MemoryEngine::NewIterator(Space space, std::string_view lower,
                                                    std::string_view upper) const {
  const std::lock_guard lock(state_->mutex);
  return std::make_unique<MemoryIterator>(state_->mutex, state_->spaces[static_cast<size_t>(space)],
                                          lower, upper);
}

Status MemoryEngine::Write(const WriteBatch& batch) {
  Status status = WriteUnsynced(batch);
  Sync();
  return status;
}

Status MemoryEngine::WriteUnsynced(const WriteBatch& batch) {
  const std::lock_guard lock(state_->mutex);
  for (const WriteBatch::Op& op : batch.ops()) state_->Apply(op);
  return {};
}

void MemoryEngine::Sync() {
  const std::lock_guard lock(state_->mutex);
  state_->undo.clear();
}

void MemoryEngine::Crash() {
  const std::lock_guard lock(state_->mutex);
  for (auto it = state_->undo.rbegin(); it != state_->undo.rend(); ++it) {
    Map& map = state_->Mutable(it->space);
    if (it->old_value) {
      map.insert_or_assign(std::move(it->key), std::move(*it->old_value));
    } else {
      map.erase(it->key);
    }
  }
  state_->undo.clear();
}

std::shared_ptr<const MemoryEngine::Image> MemoryEngine::TakeImage() const {
  const std::lock_guard lock(state_->mutex);
  auto image = std::make_shared<Image>();
  image->spaces = state_->spaces;  // Shared until the next write.
  if (state_->undo.empty()) return image;
  for (auto& space : image->spaces) space = std::make_shared<Map>(*space);
  for (auto it = state_->undo.rbegin(); it != state_->undo.rend(); ++it) {
    Map& map = *image->spaces[static_cast<size_t>(it->space)];
    if (it->old_value) {
      map.insert_or_assign(it->key, *it->old_value);
    } else {
      map.erase(it->key);
    }
  }
  return image;
}

void MemoryEngine::PutBack(const Image* image) {
  const std::lock_guard lock(state_->mutex);
  state_->undo.clear();
  if (image) {
    state_->spaces = image->spaces;
  } else {
    for (auto& space : state_->spaces) space = std::make_shared<Map>();
  }
}

size_t MemoryEngine::key_count(Space space) const {
  const std::lock_guard lock(state_->mutex);
  return state_->Read(space).size();
}

}  // namespace lifeboat::storage
