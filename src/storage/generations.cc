#include "storage/generations.h"

#include <algorithm>

#include "base/bytes.h"

namespace lifeboat::storage {
namespace {

std::string Prefix(TableId table) {
  std::string key = "log/generation/";
  AppendU64(key, table.value);
  return key;
}

/// The last sequence of the entry at `i`.
uint64_t EndOf(const LogHistory& history, size_t i) {
  const Generations& list = history.generations;
  return i + 1 < list.size() ? std::min(list[i + 1].first - 1, history.head) : history.head;
}

}  // namespace

void Begin(Generations& list, const GenerationStart& start) {
  while (!list.empty() && list.back().first >= start.first) list.pop_back();
  list.push_back(start);
}

void PutGeneration(WriteBatch& batch, TableId table, const GenerationStart& start) {
  std::string key = Prefix(table), value;
  AppendU64(key, start.first);
  AppendU64(value, start.generation);
  batch.Put(Space::kMeta, std::move(key), std::move(value));
}

void DropGenerations(WriteBatch& batch, TableId table) {
  const std::string prefix = Prefix(table);
  batch.DeleteRange(Space::kMeta, prefix, PrefixEnd(prefix));
}

Result<Generations> LoadGenerations(const Engine& engine, TableId table) {
  Generations list;
  const std::string prefix = Prefix(table);
  const auto it = engine.NewIterator(Space::kMeta, prefix, PrefixEnd(prefix));
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    ByteReader key(it->key().substr(prefix.size())), value(it->value());
    const GenerationStart start{value.U64(), key.U64()};
    if (!key.done() || !value.done() || start.first == 0) {
      return Error{ErrorCode::kCorrupt, "a stored generation is malformed"};
    }
    list.push_back(start);
  }
  if (!it->status().ok()) return it->status().error();
  if (list.empty() || list.front().first > 1) list.insert(list.begin(), GenerationStart{0, 1});
  return list;
}

uint64_t GenerationAt(const Generations& list, uint64_t sequence) {
  for (auto it = list.rbegin(); it != list.rend(); ++it) {
    if (it->first <= sequence) return it->generation;
  }
  return 0;
}

Generations UpTo(const Generations& list, uint64_t sequence, size_t most) {
  auto end = list.end();
  while (end != list.begin() && std::prev(end)->first > sequence) --end;
  const auto count = std::min(most, static_cast<size_t>(end - list.begin()));
  return Generations(end - static_cast<std::ptrdiff_t>(count), end);
}

std::optional<uint64_t> LastCommon(const LogHistory& ours, const LogHistory& theirs) {
  for (size_t i = theirs.generations.size(); i-- > 0;) {
    const GenerationStart& entry = theirs.generations[i];
    if (entry.first > theirs.head) continue;
    const auto same = std::find(ours.generations.begin(), ours.generations.end(), entry);
    if (same == ours.generations.end()) continue;
    const uint64_t end = EndOf(ours, static_cast<size_t>(same - ours.generations.begin()));
    // An entry whose first record is not there yet is shared as far as the one before it.
    return std::min(std::max(end, entry.first - 1), EndOf(theirs, i));
  }
  if (theirs.head == 0 || theirs.generations.empty()) return std::min(ours.head, theirs.head);
  if (theirs.generations.front().first > 1) return std::nullopt;
  return 0;
}

bool Contains(const LogHistory& ours, const LogHistory& theirs) {
  return theirs.head <= ours.head && LastCommon(ours, theirs) == theirs.head;
}

}  // namespace lifeboat::storage
