#include "dynamodb/key_range.h"

#include <algorithm>

#include "dynamodb/errors.h"
#include "dynamodb/item_key.h"
#include "dynamodb/key_codec.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using storage::PrefixEnd;
using Op = KeyBound::Op;

const KeyBound* FindBound(const std::vector<KeyBound>& bounds, std::string_view attribute) {
  for (const KeyBound& bound : bounds) {
    if (bound.attribute == attribute) return &bound;
  }
  return nullptr;
}

// A key part as it stands in a storage key, without what ends it.
std::string Escaped(std::string_view part) {
  std::string out;
  storage::AppendKeyPart(out, part);
  out.resize(out.size() - 2);
  return out;
}

AwsResult<void> CheckOperand(const KeyAttribute& key, const AttributeValue& value) {
  if (value.type() != key.type) {
    return errors::InvalidParameterValues("Condition parameter type does not match schema type");
  }
  const auto* text = value.If<std::string>();
  const auto* binary = value.If<Binary>();
  if ((text && text->empty()) || (binary && binary->bytes.empty())) {
    return errors::Validation(fmt::format(
        "One or more parameter values are not valid. The AttributeValue for a key attribute "
        "cannot contain an empty {} value. Key: {}",
        text ? "string" : "binary", key.name));
  }
  return {};
}

AwsResult<void> CheckBound(const KeyAttribute& key, const KeyBound& bound, bool is_hash) {
  if (auto c = CheckOperand(key, bound.value); !c) return c;
  if (bound.op == Op::kBetween) {
    if (auto c = CheckOperand(key, bound.upper); !c) return c;
  }
  if (is_hash && bound.op != Op::kEqual) {
    return errors::Validation("Query key condition not supported");
  }
  if (bound.op == Op::kBeginsWith && key.type == Type::kN) {
    return errors::Validation(
        "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator "
        "or function: begins_with, operand type: N");
  }
  return {};
}

// Of several range attributes all but the last one that has a condition must be given exactly.
AwsResult<void> CheckNoGap(const KeySchema& keys, const std::vector<KeyBound>& bounds) {
  std::string inexact;
  for (const KeyAttribute& key : keys.range) {
    const KeyBound* bound = FindBound(bounds, key.name);
    if (bound && !inexact.empty()) {
      return errors::Validation(fmt::format(
          "RANGE key attributes {} must have equality conditions specified in the query because a "
          "condition is present on key attribute {}",
          inexact, key.name));
    }
    if (bound && bound->op == Op::kEqual) continue;
    inexact += (inexact.empty() ? "" : ", ") + key.name;
  }
  return {};
}

AwsResult<void> CheckBounds(const KeySchema& keys, const std::vector<KeyBound>& bounds) {
  if (bounds.size() > keys.All().size()) {
    return errors::Validation(fmt::format(
        "The number of query conditions ({}) exceeds the number of key attributes defined in the "
        "schema ({})",
        bounds.size(), keys.All().size()));
  }
  for (const KeyAttribute& key : keys.hash) {
    const KeyBound* bound = FindBound(bounds, key.name);
    if (!bound) {
      return errors::Validation("Query condition missed key schema element: " + key.name);
    }
    if (auto c = CheckBound(key, *bound, true); !c) return c;
  }
  size_t used = keys.hash.size();
  for (const KeyAttribute& key : keys.range) {
    const KeyBound* bound = FindBound(bounds, key.name);
    if (!bound) continue;
    if (auto c = CheckBound(key, *bound, false); !c) return c;
    ++used;
  }
  if (auto c = CheckNoGap(keys, bounds); !c) return c;
  if (used == bounds.size()) return {};
  for (const KeyAttribute& key : keys.range) {
    if (!FindBound(bounds, key.name)) {
      return errors::Validation("Query condition missed key schema element: " + key.name);
    }
  }
  return errors::Validation("Query key condition not supported");
}

std::string PartitionPrefixOf(const ReadTarget& target, const std::vector<KeyBound>& bounds) {
  Item hash;
  for (const KeyAttribute& key : target.keys().hash) {
    hash.Set(key.name, FindBound(bounds, key.name)->value);
  }
  return IndexPartitionPrefix(target.table.id, target.number(), target.keys(), hash);
}

KeyRange Within(const std::string& before, Op op, const std::string& whole,
                const std::string& upper_whole, const std::string& begin) {
  switch (op) {
    case Op::kEqual:
      return {whole, PrefixEnd(whole)};
    case Op::kLess:
      return {before, whole};
    case Op::kLessEqual:
      return {before, PrefixEnd(whole)};
    case Op::kGreater:
      return {PrefixEnd(whole), PrefixEnd(before)};
    case Op::kGreaterEqual:
      return {whole, PrefixEnd(before)};
    case Op::kBetween:
      return {whole, PrefixEnd(upper_whole)};
    case Op::kBeginsWith:
      return {begin, PrefixEnd(begin)};
  }
  return {};
}

// One range attribute stands in keys as it is; of several each is a part of its own inside the
// one part of the key (EncodeKeyAttributes).
KeyRange OneAttribute(const std::string& partition, const KeyBound& bound) {
  const auto whole = [&](const AttributeValue& value) {
    std::string out = partition;
    storage::AppendKeyPart(out, EncodeKeyValue(value));
    return out;
  };
  return Within(partition, bound.op, whole(bound.value),
                bound.op == Op::kBetween ? whole(bound.upper) : std::string(),
                partition + Escaped(EncodeKeyValue(bound.value)));
}

KeyRange SeveralAttributes(const std::string& partition, const std::vector<KeyAttribute>& range,
                           const std::vector<KeyBound>& bounds) {
  std::string equal;  // The parts of the leading attributes that are given exactly.
  for (const KeyAttribute& key : range) {
    const KeyBound* bound = FindBound(bounds, key.name);
    if (!bound) break;
    if (bound->op == Op::kEqual) {
      storage::AppendKeyPart(equal, EncodeKeyValue(bound->value));
      continue;
    }
    const auto whole = [&](const AttributeValue& value) {
      std::string parts = equal;
      storage::AppendKeyPart(parts, EncodeKeyValue(value));
      return partition + Escaped(parts);
    };
    return Within(partition + Escaped(equal), bound->op, whole(bound->value),
                  bound->op == Op::kBetween ? whole(bound->upper) : std::string(),
                  partition + Escaped(equal + Escaped(EncodeKeyValue(bound->value))));
  }
  const std::string prefix = partition + Escaped(equal);
  return {prefix, PrefixEnd(prefix)};
}

}  // namespace

std::vector<KeyAttribute> ReadTarget::start_key_attributes() const {
  std::vector<KeyAttribute> all = table.keys.All();
  if (!index) return all;
  for (const KeyAttribute& key : index->keys.All()) {
    if (std::find(all.begin(), all.end(), key) == all.end()) all.push_back(key);
  }
  return all;
}

std::optional<std::string> ReadTarget::EntryKey(const Item& item) const {
  for (const KeyAttribute& key : start_key_attributes()) {
    const AttributeValue* value = item.Find(key.name);
    if (!value || value->type() != key.type) return std::nullopt;
  }
  if (index) return IndexEntryKey(table, *index, item);
  std::string out = IndexPartitionPrefix(table.id, 0, table.keys, item);
  storage::AppendKeyPart(out, EncodeKeyAttributes(table.keys.range, item));
  return out;
}

AwsResult<KeyRange> RangeOf(const ReadTarget& target, const std::vector<KeyBound>& bounds) {
  const KeySchema& keys = target.keys();
  if (auto checked = CheckBounds(keys, bounds); !checked) return checked.error();
  const std::string partition = PartitionPrefixOf(target, bounds);
  if (bounds.size() == keys.hash.size()) return KeyRange{partition, PrefixEnd(partition)};
  if (keys.range.size() == 1) {
    return OneAttribute(partition, *FindBound(bounds, keys.range[0].name));
  }
  return SeveralAttributes(partition, keys.range, bounds);
}

KeyRange PartitionOf(const ReadTarget& target, const std::vector<KeyBound>& bounds) {
  const std::string partition = PartitionPrefixOf(target, bounds);
  return {partition, PrefixEnd(partition)};
}

KeyRange SegmentOf(const ReadTarget& target, uint64_t segment, uint64_t total) {
  const auto bound = [&](uint64_t number) {
    // The whole hash space has 2^64 places.
    const auto place = (static_cast<unsigned __int128>(number) << 64) / total;
    return IndexHashPrefix(target.table.id, target.number(), static_cast<uint64_t>(place));
  };
  const std::string end = PrefixEnd(IndexPrefix(target.table.id, target.number()));
  return {bound(segment), segment + 1 == total ? end : bound(segment + 1)};
}

}  // namespace lifeboat::dynamodb
