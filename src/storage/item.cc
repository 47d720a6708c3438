#include "storage/item.h"

namespace lifeboat::storage {
namespace {

/// First byte of a stored item. The numbers are on disk.
enum class ItemKind : uint8_t { kItem = 0, kTombstone = 1 };

constexpr char kEscape = '\x00';
constexpr char kEscapedZero = '\xff';
constexpr char kPartEnd = '\x01';
constexpr char kBaseTable = '\x00';
constexpr size_t kHashOffset = 9;
constexpr size_t kHashEnd = 17;

Error Malformed(const char* what) { return {ErrorCode::kCorrupt, what}; }

}  // namespace

std::string EncodeStoredItem(const StoredItem& item) {
  std::string out;
  out.reserve(32 + item.image.size());
  out += static_cast<char>(item.tombstone ? ItemKind::kTombstone : ItemKind::kItem);
  AppendVersion(out, item.version);
  if (!item.tombstone) out += item.image;
  return out;
}

Result<StoredItem> DecodeStoredItem(std::string_view bytes) {
  ByteReader reader(bytes);
  const uint8_t kind = reader.U8();
  StoredItem item;
  item.version = ReadVersion(reader);
  if (!reader.ok() || kind > static_cast<uint8_t>(ItemKind::kTombstone)) {
    return Malformed("stored item is malformed");
  }
  item.tombstone = kind == static_cast<uint8_t>(ItemKind::kTombstone);
  if (item.tombstone && !reader.done()) return Malformed("tombstone has an image");
  item.image = reader.rest();
  return item;
}

void AppendKeyPart(std::string& out, std::string_view part) {
  for (const char c : part) {
    out += c;
    if (c == kEscape) out += kEscapedZero;
  }
  out += kEscape;
  out += kPartEnd;
}

Result<std::string> ReadKeyPart(ByteReader& reader) {
  std::string part;
  for (;;) {
    const size_t zero = reader.rest().find(kEscape);
    if (zero == std::string_view::npos) return Malformed("key part has no end");
    part += reader.Take(zero);
    reader.U8();
    const char next = static_cast<char>(reader.U8());
    if (reader.ok() && next == kPartEnd) return part;
    if (!reader.ok() || next != kEscapedZero) return Malformed("key part is badly escaped");
    part += kEscape;
  }
}

std::string ItemPrefix(TableId table) {
  std::string out;
  AppendU64(out, table.value);
  out += kBaseTable;
  return out;
}

std::string HashPrefix(TableId table, uint64_t hash) {
  std::string out = ItemPrefix(table);
  AppendU64(out, hash);
  return out;
}

std::string PartitionPrefix(TableId table, std::string_view partition) {
  std::string out = HashPrefix(table, StableHash64(partition));
  AppendKeyPart(out, partition);
  return out;
}

std::string EncodeItemKey(TableId table, std::string_view partition, std::string_view sort) {
  std::string out = PartitionPrefix(table, partition);
  AppendKeyPart(out, sort);
  return out;
}

Result<ItemKeyParts> DecodeItemKey(std::string_view key) {
  ByteReader reader(key);
  reader.U64();
  const uint8_t index = reader.U8();
  const uint64_t hash = reader.U64();
  if (!reader.ok() || index != 0) return Malformed("not an item key");
  auto partition = ReadKeyPart(reader);
  if (!partition.ok()) return partition.error();
  auto sort = ReadKeyPart(reader);
  if (!sort.ok()) return sort.error();
  if (!reader.done()) return Malformed("item key has bytes after its end");
  if (hash != StableHash64(*partition)) return Malformed("item key has a wrong hash");
  return ItemKeyParts{*std::move(partition), *std::move(sort)};
}

uint64_t HashOfItemKey(std::string_view key) {
  if (key.size() < kHashEnd) return 0;
  ByteReader reader(key.substr(kHashOffset));
  return reader.U64();
}

}  // namespace lifeboat::storage
