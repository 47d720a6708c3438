#include "dynamodb/catalog.h"

#include "base/bytes.h"

namespace lifeboat::dynamodb {
namespace {

using storage::ChangeLogReader;
using storage::Space;

constexpr size_t kReplayRecords = 256;
constexpr size_t kReplayBytes = 4 << 20;

std::string IdText(storage::TableId id) {
  std::string bytes;
  AppendU64(bytes, id.value);
  return HexEncode(bytes);
}

Result<TableStats> DecodeStats(std::string_view bytes) {
  ByteReader reader(bytes);
  TableStats stats;
  stats.items = static_cast<int64_t>(reader.U64());
  stats.bytes = static_cast<int64_t>(reader.U64());
  stats.sequence = reader.U64();
  if (!reader.done()) return Error{ErrorCode::kCorrupt, "table stats are malformed"};
  return stats;
}

}  // namespace

std::string TableMetaKey(storage::TableId id) {
  return std::string(kTablesMetaPrefix) + IdText(id);
}
std::string RetiredMetaKey(storage::TableId id) {
  return std::string(kRetiredMetaPrefix) + IdText(id);
}
std::string StatsMetaKey(storage::TableId id) { return "dynamodb/stats/" + IdText(id); }
std::string HeadMetaKey(storage::TableId id) { return "dynamodb/head/" + IdText(id); }

std::string EncodeStats(const TableStats& stats) {
  std::string out;
  AppendU64(out, static_cast<uint64_t>(stats.items));
  AppendU64(out, static_cast<uint64_t>(stats.bytes));
  AppendU64(out, stats.sequence);
  return out;
}

void TableStats::Count(const std::optional<std::string>& old_image,
                       const std::optional<std::string>& new_image, uint64_t at) {
  if (old_image) {
    --items;
    bytes -= static_cast<int64_t>(old_image->size());
  }
  if (new_image) {
    ++items;
    bytes += static_cast<int64_t>(new_image->size());
  }
  sequence = at;
}

Result<TableLog> Catalog::LoadLog(const storage::Engine& engine, storage::TableId id) {
  const ChangeLogReader reader(engine, id);
  const auto bounds = reader.GetBounds();
  if (!bounds) return bounds.error();
  auto generations = storage::LoadGenerations(engine, id);
  if (!generations) return generations.error();
  if (bounds->last > 0) {
    const auto last = reader.Read(bounds->last - 1, 1, 1);
    if (!last) return last.error();
    return TableLog(bounds->last, last->front().committed_at, *std::move(generations));
  }
  const auto head = engine.Get(Space::kMeta, HeadMetaKey(id));
  if (!head) return head.error();
  if (!*head) return TableLog();
  ByteReader bytes(**head);
  const uint64_t sequence = bytes.U64();
  if (!bytes.done()) return Error{ErrorCode::kCorrupt, "head of a deleted table's log"};
  return TableLog(sequence, WallTime{}, *std::move(generations));
}

Result<TableStats> Catalog::LoadStats(const storage::Engine& engine, storage::TableId id) {
  TableStats stats;
  const auto stored = engine.Get(Space::kMeta, StatsMetaKey(id));
  if (!stored) return stored.error();
  if (*stored) {
    auto decoded = DecodeStats(**stored);
    if (!decoded) return decoded.error();
    stats = *decoded;
  }
  const ChangeLogReader reader(engine, id);
  for (;;) {
    const auto records = reader.Read(stats.sequence, kReplayRecords, kReplayBytes);
    if (!records) return records.error();
    if (records->empty()) return stats;
    for (const storage::ChangeRecord& record : *records) {
      stats.Count(record.old_image, record.new_image, record.sequence);
    }
  }
}

Result<Catalog> Catalog::Load(const storage::Engine& engine) {
  Catalog catalog;
  const std::string prefix(kTablesMetaPrefix);
  const auto it = engine.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    auto table = DecodeTable(it->value());
    if (!table) return table.error();
    LiveTable& live = catalog.Put(*std::move(table));
    auto log = LoadLog(engine, live.table().id);
    if (!log) return log.error();
    live.log = *std::move(log);
    auto stats = LoadStats(engine, live.table().id);
    if (!stats) return stats.error();
    live.stats = *stats;
    const auto bounds = ChangeLogReader(engine, live.table().id).GetBounds();
    if (!bounds) return bounds.error();
    live.trimmed_below = bounds->first;
  }
  if (auto status = it->status(); !status) return status.error();
  if (auto status = catalog.LoadRetired(engine); !status) return status.error();
  return catalog;
}

Status Catalog::LoadRetired(const storage::Engine& engine) {
  const std::string prefix(kRetiredMetaPrefix);
  const auto it = engine.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    auto table = DecodeTable(it->value());
    if (!table) return table.error();
    auto log = LoadLog(engine, table->id);
    if (!log) return log.error();
    Retire(
        {.definition = std::make_shared<const Table>(*std::move(table)), .log = *std::move(log)});
  }
  return it->status();
}

LiveTable* Catalog::Find(std::string_view name_or_arn) {
  const auto it = by_name_.find(TableNameOf(name_or_arn));
  return it == by_name_.end() ? nullptr : it->second.get();
}

LiveTable* Catalog::Find(storage::TableId id) {
  const auto it = by_id_.find(id.value);
  return it == by_id_.end() ? nullptr : it->second;
}

LiveTable& Catalog::Put(Table table) {
  auto& slot = by_name_[table.name];
  if (!slot) slot = std::make_unique<LiveTable>();
  by_id_[table.id.value] = slot.get();
  slot->definition = std::make_shared<const Table>(std::move(table));
  return *slot;
}

void Catalog::Remove(storage::TableId id) {
  const auto it = by_id_.find(id.value);
  if (it == by_id_.end()) return;
  const std::string name = it->second->table().name;
  by_id_.erase(it);
  by_name_.erase(name);
}

void Catalog::Retire(LiveTable table) {
  retired_.push_back(std::make_unique<LiveTable>(std::move(table)));
}

void Catalog::ForgetRetired(storage::TableId id) {
  std::erase_if(retired_, [&](const auto& retired) { return retired->table().id == id; });
}

}  // namespace lifeboat::dynamodb
