#include "dynamodb/capacity.h"

#include <algorithm>

#include "dynamodb/index.h"
#include "dynamodb/item_key.h"
#include "dynamodb/shape.h"

namespace lifeboat::dynamodb {
namespace {

constexpr size_t kReadUnitBytes = 4096;
constexpr size_t kWriteUnitBytes = 1024;

double Units(size_t bytes, size_t unit) {
  return static_cast<double>(std::max<size_t>(1, (bytes + unit - 1) / unit));
}

std::optional<Item> Decoded(const std::optional<std::string>& image) {
  if (!image) return std::nullopt;
  auto item = DecodeItem(*image);
  if (!item) return std::nullopt;
  return *std::move(item);
}

// An entry that moves is deleted and put; one whose projected attributes are as before costs
// nothing.
double IndexUnits(const Table& table, const Index& index, const std::optional<Item>& old_item,
                  const std::optional<Item>& new_item) {
  const auto old_key = old_item ? IndexEntryKey(table, index, *old_item) : std::nullopt;
  const auto new_key = new_item ? IndexEntryKey(table, index, *new_item) : std::nullopt;
  const auto old_entry =
      old_key ? std::optional(ProjectForIndex(table, index, *old_item)) : std::nullopt;
  const auto new_entry =
      new_key ? std::optional(ProjectForIndex(table, index, *new_item)) : std::nullopt;
  if (old_key == new_key) {
    if (!old_key || *old_entry == *new_entry) return 0;
    return Units(std::max(SizeOf(*old_entry), SizeOf(*new_entry)), kWriteUnitBytes);
  }
  return (old_entry ? Units(SizeOf(*old_entry), kWriteUnitBytes) : 0) +
         (new_entry ? Units(SizeOf(*new_entry), kWriteUnitBytes) : 0);
}

void AddAll(std::map<std::string, double>& to, const std::map<std::string, double>& from) {
  for (const auto& [name, units] : from) to[name] += units;
}

double Sum(const std::map<std::string, double>& units) {
  double sum = 0;
  for (const auto& [name, value] : units) sum += value;
  return sum;
}

void AppendUnits(ResponseWriter& writer, double units, Consumed::Kind kind) {
  writer.AddRaw("CapacityUnits", DoubleText(units));
  if (kind == Consumed::Kind::kTransactionalRead) {
    writer.AddRaw("ReadCapacityUnits", DoubleText(units));
  } else if (kind == Consumed::Kind::kTransactionalWrite) {
    writer.AddRaw("WriteCapacityUnits", DoubleText(units));
  }
}

void AddIndexes(ResponseWriter& writer, std::string_view name,
                const std::map<std::string, double>& indexes, Consumed::Kind kind) {
  if (indexes.empty()) return;
  ResponseWriter inner;
  for (const auto& [index, units] : indexes) {
    ResponseWriter one;
    AppendUnits(one, units, kind);
    inner.AddRaw(index, one.Take());
  }
  writer.AddRaw(name, inner.Take());
}

}  // namespace

CapacityDetail CapacityDetailOf(const json::Value& request) {
  const std::string& asked = request.GetString("ReturnConsumedCapacity");
  if (asked == "TOTAL") return CapacityDetail::kTotal;
  return asked == "INDEXES" ? CapacityDetail::kIndexes : CapacityDetail::kNone;
}

double Consumed::total() const { return table + Sum(local_indexes) + Sum(global_indexes); }

void Consumed::Add(const Consumed& other) {
  table += other.table;
  AddAll(local_indexes, other.local_indexes);
  AddAll(global_indexes, other.global_indexes);
}

void Consumed::Multiply(double factor) {
  table *= factor;
  for (auto& [name, units] : local_indexes) units *= factor;
  for (auto& [name, units] : global_indexes) units *= factor;
}

double ReadUnits(size_t bytes, bool consistent) {
  return Units(bytes, kReadUnitBytes) * (consistent ? 1.0 : 0.5);
}

Consumed WriteUnits(const Table& table, const std::optional<std::string>& old_image,
                    const std::optional<std::string>& new_image) {
  const auto old_item = Decoded(old_image);
  const auto new_item = Decoded(new_image);
  const size_t bytes = std::max(old_item ? SizeOf(*old_item) : 0, new_item ? SizeOf(*new_item) : 0);
  Consumed consumed;
  consumed.table = Units(bytes, kWriteUnitBytes);
  for (const Index& index : table.indexes) {
    const double units = IndexUnits(table, index, old_item, new_item);
    if (units > 0)
      (index.global ? consumed.global_indexes : consumed.local_indexes)[index.name] = units;
  }
  return consumed;
}

void AppendConsumed(std::string& out, std::string_view table, const Consumed& consumed,
                    CapacityDetail detail) {
  ResponseWriter writer;
  writer.AddText("TableName", table);
  AppendUnits(writer, consumed.total(), consumed.kind);
  if (detail == CapacityDetail::kIndexes) {
    ResponseWriter own;
    AppendUnits(own, consumed.table, consumed.kind);
    writer.AddRaw("Table", own.Take());
    AddIndexes(writer, "LocalSecondaryIndexes", consumed.local_indexes, consumed.kind);
    AddIndexes(writer, "GlobalSecondaryIndexes", consumed.global_indexes, consumed.kind);
  }
  out += writer.Take();
}

void AddConsumed(ResponseWriter& writer, std::string_view table, const Consumed& consumed,
                 CapacityDetail detail) {
  if (detail == CapacityDetail::kNone) return;
  AppendConsumed(writer.Member("ConsumedCapacity"), table, consumed, detail);
}

}  // namespace lifeboat::dynamodb
