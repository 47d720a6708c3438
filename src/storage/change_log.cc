#include "storage/change_log.h"

#include <limits>

namespace lifeboat::storage {
namespace {

constexpr uint8_t kFormat = 1;
/// Flags of a record. The numbers are on disk.
constexpr uint8_t kSilent = 1;
constexpr uint8_t kHasOldImage = 2;
constexpr uint8_t kHasNewImage = 4;
constexpr uint8_t kKnownFlags = kSilent | kHasOldImage | kHasNewImage;

Error Malformed(const char* what) { return {ErrorCode::kCorrupt, what}; }

std::string TablePrefix(TableId table) {
  std::string out;
  AppendU64(out, table.value);
  return out;
}

bool IsKeyOf(const ChangeRecord& record, std::string_view key) {
  ByteReader reader(key);
  return reader.U64() == record.table.value && reader.U64() == record.sequence && reader.done();
}

/// The sequence in a key that LogKey made.
Result<uint64_t> SequenceOf(std::string_view key) {
  ByteReader reader(key);
  reader.U64();
  const uint64_t sequence = reader.U64();
  if (!reader.done()) return Malformed("log key is malformed");
  return sequence;
}

}  // namespace

std::string EncodeChangeRecord(const ChangeRecord& record) {
  std::string out;
  out.reserve(96 + record.key.size() + (record.old_image ? record.old_image->size() : 0) +
              (record.new_image ? record.new_image->size() : 0));
  out += static_cast<char>(kFormat);
  AppendU64(out, record.table.value);
  AppendU64(out, record.sequence);
  AppendVersion(out, record.version);
  AppendU64(out, static_cast<uint64_t>(record.committed_at.ns));
  out += static_cast<char>(record.cause);
  out += static_cast<char>((record.silent ? kSilent : 0) | (record.old_image ? kHasOldImage : 0) |
                           (record.new_image ? kHasNewImage : 0));
  AppendBlob(out, record.key);
  if (record.old_image) AppendBlob(out, *record.old_image);
  if (record.new_image) AppendBlob(out, *record.new_image);
  return out;
}

Result<ChangeRecord> DecodeChangeRecord(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.U8() != kFormat) return Malformed("change record has an unknown format");
  ChangeRecord record;
  record.table.value = reader.U64();
  record.sequence = reader.U64();
  record.version = ReadVersion(reader);
  record.committed_at.ns = static_cast<int64_t>(reader.U64());
  const uint8_t cause = reader.U8();
  const uint8_t flags = reader.U8();
  record.key = reader.Blob();
  if (flags & kHasOldImage) record.old_image = reader.Blob();
  if (flags & kHasNewImage) record.new_image = reader.Blob();
  if (!reader.done() || (flags & ~kKnownFlags) != 0 ||
      cause > static_cast<uint8_t>(Cause::kReplicated)) {
    return Malformed("change record is malformed");
  }
  record.cause = static_cast<Cause>(cause);
  record.silent = (flags & kSilent) != 0;
  return record;
}

std::string LogKey(TableId table, uint64_t sequence) {
  std::string out = TablePrefix(table);
  AppendU64(out, sequence);
  return out;
}

Result<std::vector<ChangeRecord>> ChangeLogReader::Read(uint64_t after, size_t max_records,
                                                        size_t max_bytes) const {
  std::vector<ChangeRecord> records;
  if (after == std::numeric_limits<uint64_t>::max()) return records;
  const std::string first = LogKey(table_, after + 1);
  const auto it = engine_.NewIterator(Space::kLog, first, PrefixEnd(TablePrefix(table_)));
  size_t bytes = 0;
  for (it->Seek(first); it->Valid() && records.size() < max_records; it->Next()) {
    bytes += it->value().size();
    if (bytes > max_bytes && !records.empty()) break;
    auto record = DecodeChangeRecord(it->value());
    if (!record.ok()) return std::move(record).error();
    if (!IsKeyOf(*record, it->key())) {
      return Malformed("change record stands under another record's key");
    }
    records.push_back(*std::move(record));
  }
  if (Status status = it->status(); !status.ok()) return status.error();
  return records;
}

Result<ChangeLogReader::Bounds> ChangeLogReader::GetBounds() const {
  const std::string prefix = TablePrefix(table_);
  const std::string end = PrefixEnd(prefix);
  const auto it = engine_.NewIterator(Space::kLog, prefix, end);
  Bounds bounds;
  it->Seek(prefix);
  if (it->Valid()) {
    const auto first = SequenceOf(it->key());
    if (!first.ok()) return first.error();
    it->SeekForPrev(LogKey(table_, std::numeric_limits<uint64_t>::max()));
    if (!it->Valid()) return it->status().ok() ? Malformed("log has no end") : it->status().error();
    const auto last = SequenceOf(it->key());
    if (!last.ok()) return last.error();
    bounds = {*first, *last};
  }
  if (Status status = it->status(); !status.ok()) return status.error();
  return bounds;
}

void TrimLog(WriteBatch& batch, TableId table, uint64_t first_kept) {
  batch.DeleteRange(Space::kLog, LogKey(table, 0), LogKey(table, first_kept));
}

}  // namespace lifeboat::storage
