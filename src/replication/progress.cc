#include "replication/progress.h"

namespace lifeboat::replication {

using storage::Space;

namespace {

/// The first byte: 0 and 1 are version 0.1's, which knew no generations.
constexpr uint8_t kFormat = 2;

}  // namespace

void Progress::BeginSnapshot() {
  in_snapshot = true;
  position = {};
  told = {};
  cursor.clear();
  snapshot_frontier = {};
  source_applied.clear();
}

std::string EncodeProgress(const Progress& progress) {
  std::string out(1, static_cast<char>(kFormat + progress.in_snapshot));
  AppendU64(out, progress.position.log.value);
  AppendVarint(out, progress.position.sequence);
  AppendVarint(out, progress.told.head);
  AppendGenerations(out, progress.told.generations);
  AppendVersion(out, progress.frontier);
  AppendBlob(out, progress.cursor);
  AppendVersion(out, progress.snapshot_frontier);
  AppendApplied(out, progress.source_applied);
  return out;
}

Result<Progress> DecodeProgress(std::string_view bytes) {
  ByteReader reader(bytes);
  Progress progress;
  const uint8_t format = reader.U8();
  const bool old = format < kFormat;
  progress.in_snapshot = format % kFormat != 0;
  progress.position.log.value = reader.U64();
  progress.position.sequence = reader.Varint();
  // All that version 0.1 has applied was written before there were generations.
  progress.told = {{{0, 1}}, progress.position.sequence};
  if (old && progress.in_snapshot && reader.ok()) {
    progress.BeginSnapshot();  // Its source's positions are of an older form: once more.
    return progress;
  }
  std::optional<storage::Generations> generations;
  if (!old) {
    progress.told.head = reader.Varint();
    generations = ReadGenerations(reader);
    if (generations) progress.told.generations = *std::move(generations);
  }
  progress.frontier = storage::ReadVersion(reader);
  progress.cursor = reader.Blob();
  progress.snapshot_frontier = storage::ReadVersion(reader);
  auto applied = ReadApplied(reader);
  if (!applied || !reader.done() || format > kFormat + 1) {
    return Error{ErrorCode::kCorrupt, "stored replication progress is malformed"};
  }
  progress.source_applied = *std::move(applied);
  return progress;
}

std::string ProgressPrefix(storage::TableId table) {
  std::string key = "replication/from/";
  AppendU64(key, table.value);
  key += '/';
  return key;
}

std::string ProgressKey(storage::TableId table, std::string_view peer) {
  return ProgressPrefix(table).append(peer);
}

void PutProgress(storage::WriteBatch& batch, storage::TableId table, std::string_view peer,
                 const Progress& progress) {
  batch.Put(Space::kMeta, ProgressKey(table, peer), EncodeProgress(progress));
}

Result<std::optional<Progress>> LoadProgress(const storage::Engine& engine, storage::TableId table,
                                             std::string_view peer) {
  const auto bytes = engine.Get(Space::kMeta, ProgressKey(table, peer));
  if (!bytes.ok()) return bytes.error();
  if (!*bytes) return std::optional<Progress>();
  auto progress = DecodeProgress(**bytes);
  if (!progress.ok()) return progress.error();
  return std::optional(*std::move(progress));
}

Status ForgetOthers(const storage::Engine& engine, storage::TableId table,
                    const std::vector<std::string>& members, storage::WriteBatch& batch) {
  const std::string prefix = ProgressPrefix(table);
  const auto it = engine.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    const std::string_view peer = it->key().substr(prefix.size());
    if (std::find(members.begin(), members.end(), peer) == members.end()) {
      batch.Delete(Space::kMeta, std::string(it->key()));
    }
  }
  return it->status();
}

}  // namespace lifeboat::replication
