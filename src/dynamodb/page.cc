#include "dynamodb/page.h"

#include "base/log.h"
#include "dynamodb/errors.h"
#include "dynamodb/item_key.h"
#include "dynamodb/item_write.h"
#include "dynamodb/request_expressions.h"
#include "dynamodb/shape.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

// Puts the iterator on the first entry of the page.
void Start(storage::Iterator& it, const PageRequest& request) {
  if (request.forward) {
    it.Seek(request.start_after ? *request.start_after : request.range.lower);
    if (it.Valid() && request.start_after && it.key() == *request.start_after) it.Next();
  } else {
    it.SeekForPrev(request.start_after ? *request.start_after : request.range.upper);
    if (it.Valid() && request.start_after && it.key() == *request.start_after) it.Prev();
  }
}

// The item of an entry; nullopt for a tombstone.
Result<std::optional<Item>> ReadEntry(const ReadTarget& target, std::string_view value) {
  if (target.index) {
    auto item = DecodeItem(value);
    if (!item) return item.error();
    return std::optional<Item>(*std::move(item));
  }
  auto stored = storage::DecodeStoredItem(value);
  if (!stored) return stored.error();
  return DecodeStored(*stored);
}

// The whole item behind an entry of a local index, at the price of a read.
Result<Item> Fetch(Core& core, const ReadTarget& target, const Item& entry, bool consistent,
                   Page& page) {
  const ReadTarget base{target.table};
  const auto stored = core.writes.Read(*base.EntryKey(entry));
  if (!stored) return stored.error();
  auto item = DecodeStored(*stored);
  if (!item) return item.error();
  if (!*item) return Error{ErrorCode::kCorrupt, "an index entry has no item"};
  page.fetch_units += ReadUnits(SizeOf(**item), consistent);
  return **std::move(item);
}

AwsResult<void> Take(Core& core, const ReadTarget& target, const PageRequest& request, Item item,
                     Page& page) {
  if (request.whole_items) {
    auto whole = Fetch(core, target, item, request.consistent, page);
    if (!whole) {
      log::Error("{}", whole.error().message);
      return errors::InternalServerError();
    }
    item = *std::move(whole);
  }
  if (request.filter) {
    const auto accepted = request.filter->Evaluate(item);
    if (!accepted) return accepted.error();
    if (!*accepted) return {};
  }
  if (!request.count_only) {
    if (page.count > 0) page.items += ',';
    AppendJson(page.items, request.projection ? request.projection->Apply(item) : item);
  }
  ++page.count;
  return {};
}

Item StartKeyOf(const ReadTarget& target, const Item& item) {
  Item key;
  for (const KeyAttribute& attribute : target.start_key_attributes()) {
    key.Set(attribute.name, *item.Find(attribute.name));
  }
  return key;
}

// Query tells these in AWS's newer envelope, Scan bare.
http::AwsError RefuseSelect(std::string message, Wording wording) {
  const http::AwsError error = errors::Validation(std::move(message));
  return wording == Wording::kCurrent ? errors::InEnvelope(error) : error;
}

AwsResult<void> CheckSelect(const ReadTarget& target, const json::Value& request, Wording wording) {
  const std::string& select = request.GetString("Select");
  const bool names = Present(request, "AttributesToGet");
  const bool expression = Present(request, "ProjectionExpression");
  if (select.empty()) return {};
  if (select == "SPECIFIC_ATTRIBUTES") {
    if (names || expression) return {};
    return RefuseSelect(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES",
        wording);
  }
  if (names || expression) {
    return RefuseSelect(fmt::format("Cannot specify the {} when choosing to get {}",
                                    names ? "AttributesToGet" : "ProjectionExpression",
                                    select == "COUNT" ? "only the Count" : select),
                        wording);
  }
  if (select == "ALL_PROJECTED_ATTRIBUTES" && !target.index) {
    return RefuseSelect(
        "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName", wording);
  }
  if (select == "ALL_ATTRIBUTES" && target.index && target.index->global &&
      target.index->projection != Index::Projection::kAll) {
    return errors::InvalidParameterValues(
        fmt::format("Select type ALL_ATTRIBUTES is not supported for global secondary index {} "
                    "because its projection type is not ALL",
                    target.index->name));
  }
  return {};
}

// True when something is asked for that a local index does not have.
bool NeedsWholeItems(const ReadTarget& target, const json::Value& request,
                     const PageRequest& page) {
  if (!target.index || target.index->global) return false;
  if (target.index->projection == Index::Projection::kAll) return false;
  if (request.GetString("Select") == "ALL_ATTRIBUTES") return true;
  if (!page.projection) return false;
  const auto& included = target.index->non_key_attributes;
  for (const Path& path : page.projection->paths()) {
    const std::string& name = path[0].name;
    if (target.table.keys.Has(name) || target.index->keys.Has(name)) continue;
    if (std::find(included.begin(), included.end(), name) == included.end()) return true;
  }
  return false;
}

}  // namespace

AwsResult<Page> ReadPage(Core& core, const ReadTarget& target, const PageRequest& request) {
  Page page;
  const auto it =
      core.d.engine.NewIterator(storage::Space::kItems, request.range.lower, request.range.upper);
  std::optional<Item> last;
  for (Start(*it, request); it->Valid(); request.forward ? it->Next() : it->Prev()) {
    auto entry = ReadEntry(target, it->value());
    if (!entry) {
      log::Error("a stored item cannot be read: {}", entry.error().message);
      return errors::InternalServerError();
    }
    if (!*entry) continue;
    ++page.scanned;
    page.bytes += SizeOf(**entry);
    const bool full = page.scanned >= request.limit || page.bytes >= kPageBytes;
    if (full) page.last_key = StartKeyOf(target, **entry);
    if (auto taken = Take(core, target, request, **std::move(entry), page); !taken) {
      return taken.error();
    }
    if (full) break;
  }
  if (!it->status()) return errors::InternalServerError();
  page.items += ']';
  return page;
}

AwsResult<ReadTarget> ReadTargetOf(const Table& table, const json::Value& request) {
  const json::Value* name = Present(request, "IndexName");
  if (!name) return ReadTarget{table};
  const Index* index = table.FindIndex(name->as_string());
  if (!index) {
    return errors::Validation("The table does not have the specified index: " + name->as_string());
  }
  const json::Value* consistent = request.Find("ConsistentRead");
  if (index->global && consistent && consistent->as_bool()) {
    return errors::Validation("Consistent reads are not supported on global secondary indexes");
  }
  if (index->backfilling) {
    return errors::Validation("Cannot read from backfilling global secondary index: " +
                              index->name);
  }
  return ReadTarget{table, index};
}

AwsResult<void> ReadPageMembers(const ReadTarget& target, const json::Value& request,
                                Wording wording, PageRequest& page) {
  if (page.projection) {
    if (auto c = CheckKeysAreScalars(target.table, page.projection->paths()); !c) return c;
  }
  if (auto c = CheckSelect(target, request, wording); !c) return c;
  if (const json::Value* limit = Present(request, "Limit")) {
    page.limit = static_cast<size_t>(limit->as_int());
  }
  const json::Value* consistent = request.Find("ConsistentRead");
  page.consistent = consistent && consistent->as_bool();
  page.count_only = request.GetString("Select") == "COUNT";
  page.whole_items = NeedsWholeItems(target, request, page);
  if (page.projection && target.index && target.index->global &&
      target.index->projection != Index::Projection::kAll) {
    for (const Path& path : page.projection->paths()) {
      const auto& included = target.index->non_key_attributes;
      const std::string& name = path[0].name;
      if (target.table.keys.Has(name) || target.index->keys.Has(name) ||
          std::find(included.begin(), included.end(), name) != included.end()) {
        continue;
      }
      return errors::InvalidParameterValues(
          fmt::format("Global secondary index {} does not project [{}]", target.index->name, name));
    }
  }
  return {};
}

AwsResult<std::optional<Item>> ReadStartKey(const json::Value& request, Wording wording) {
  const json::Value* start = Present(request, "ExclusiveStartKey");
  if (!start) return std::optional<Item>();
  auto item = ItemFromJson(*start, wording);
  if (!item && wording == Wording::kCurrent) return item.error();
  if (!item) {
    return errors::Validation("The provided starting key is invalid: " + item.error().message);
  }
  return std::optional<Item>(*std::move(item));
}

std::string WritePage(const ReadTarget& target, const json::Value& request,
                      const PageRequest& asked, const Page& page) {
  ResponseWriter writer;
  if (!asked.count_only) writer.AddRaw("Items", page.items);
  writer.Add("Count", static_cast<int64_t>(page.count));
  writer.Add("ScannedCount", static_cast<int64_t>(page.scanned));
  if (page.last_key) writer.Add("LastEvaluatedKey", *page.last_key);
  Consumed consumed;
  const double units = ReadUnits(page.bytes, asked.consistent);
  if (!target.index) {
    consumed.table = units;
  } else {
    (target.index->global ? consumed.global_indexes : consumed.local_indexes)[target.index->name] =
        units;
    consumed.table = page.fetch_units;
  }
  AddConsumed(writer, target.table.name, consumed, CapacityDetailOf(request));
  return writer.Take();
}

}  // namespace lifeboat::dynamodb
