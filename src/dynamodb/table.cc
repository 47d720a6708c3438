#include "dynamodb/table.h"

#include <algorithm>

namespace lifeboat::dynamodb {

bool KeySchema::Has(std::string_view attribute) const {
  const auto named = [&](const KeyAttribute& key) { return key.name == attribute; };
  return std::any_of(hash.begin(), hash.end(), named) ||
         std::any_of(range.begin(), range.end(), named);
}

std::vector<KeyAttribute> KeySchema::All() const {
  std::vector<KeyAttribute> all = hash;
  all.insert(all.end(), range.begin(), range.end());
  return all;
}

std::string_view ToString(TableStatus status) {
  switch (status) {
    case TableStatus::kCreating:
      return "CREATING";
    case TableStatus::kActive:
      return "ACTIVE";
    case TableStatus::kUpdating:
      return "UPDATING";
    case TableStatus::kDeleting:
      return "DELETING";
  }
  return "";
}

const Index* Table::FindIndex(std::string_view index_name) const {
  for (const Index& index : indexes) {
    if (index.name == index_name) return &index;
  }
  return nullptr;
}

const Replica* Table::FindReplica(std::string_view region) const {
  for (const Replica& replica : replicas) {
    if (replica.region == region) return &replica;
  }
  return nullptr;
}

Replica* Table::FindReplica(std::string_view region) {
  return const_cast<Replica*>(static_cast<const Table*>(this)->FindReplica(region));
}

const Stream* Table::EnabledStream() const {
  return !streams.empty() && streams.back().enabled() ? &streams.back() : nullptr;
}

bool Table::has_local_indexes() const {
  return std::any_of(indexes.begin(), indexes.end(),
                     [](const Index& index) { return !index.global; });
}

uint8_t Table::FreeIndexNumber() const {
  const auto taken = [&](uint8_t number) {
    return std::any_of(indexes.begin(), indexes.end(),
                       [&](const Index& index) { return index.number == number; }) ||
           std::find(dropped_indexes.begin(), dropped_indexes.end(), number) !=
               dropped_indexes.end();
  };
  uint8_t number = 1;
  while (taken(number)) ++number;
  return number;
}

std::string TableArn(std::string_view region, std::string_view account, std::string_view table) {
  return fmt::format("arn:aws:dynamodb:{}:{}:table/{}", region, account, table);
}

std::string_view TableNameOf(std::string_view name_or_arn) {
  constexpr std::string_view kMark = ":table/";
  if (!name_or_arn.starts_with("arn:")) return name_or_arn;
  const size_t at = name_or_arn.find(kMark);
  if (at == std::string_view::npos) return name_or_arn;
  const std::string_view rest = name_or_arn.substr(at + kMark.size());
  return rest.substr(0, rest.find('/'));
}

}  // namespace lifeboat::dynamodb
