#include "storage/engine.h"

namespace lifeboat::storage {

void WriteBatch::Put(Space space, std::string key, std::string value) {
  bytes_ += key.size() + value.size();
  ops_.push_back({Kind::kPut, space, std::move(key), std::move(value)});
}

void WriteBatch::Delete(Space space, std::string key) {
  bytes_ += key.size();
  ops_.push_back({Kind::kDelete, space, std::move(key), {}});
}

void WriteBatch::DeleteRange(Space space, std::string begin, std::string end) {
  bytes_ += begin.size() + end.size();
  ops_.push_back({Kind::kDeleteRange, space, std::move(begin), std::move(end)});
}

void WriteBatch::Append(WriteBatch other) {
  bytes_ += other.bytes_;
  if (ops_.empty()) {
    ops_ = std::move(other.ops_);
    return;
  }
  ops_.reserve(ops_.size() + other.ops_.size());
  std::move(other.ops_.begin(), other.ops_.end(), std::back_inserter(ops_));
}

std::string PrefixEnd(std::string_view prefix) {
  while (!prefix.empty() && static_cast<uint8_t>(prefix.back()) == 0xff) prefix.remove_suffix(1);
  std::string end(prefix);
  if (!end.empty()) end.back() = static_cast<char>(static_cast<uint8_t>(end.back()) + 1);
  return end;
}

}  // namespace lifeboat::storage
