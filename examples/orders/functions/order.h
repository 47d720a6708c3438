// What an order is: which bodies are accepted, how it is stored in the table, how it is shown.
//
// The table holds everything of an order under one partition key, ORDER#<id>: the order itself
// under the sort key META, and what happened to it under EVENT#<version>. A write of an order and
// its event is one transaction.
//
// Two people who edit one order must not overwrite each other: whoever changes it names the version
// that he has read, and a change of another version is refused (optimistic locking).
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace orders {

inline constexpr size_t kMaxReferenceLength = 200;
inline constexpr int64_t kMaxQuantity = 1'000'000'000;

/// What a client may say about an order; members that aren't known are dropped.
struct OrderFields {
  std::string reference;  ///< The customer's own number for it.
  int64_t quantity = 0;
  int64_t version = 0;  ///< The version that a change is based on; 0 when none was given.
  std::string problem;  ///< Why the body is refused; empty when it isn't.
};
OrderFields ReadOrder(const nlohmann::json& body);

/// Ids are made by NewUuid(): 36 of 0-9, a-f and `-`.
bool IsOrderId(const std::string& id);

/// Parameters of TransactWriteItems: a new order, a change from fields.version to the one above it,
/// a removal.
nlohmann::json MakeCreate(const std::string& table, const std::string& id,
                          const OrderFields& fields, const std::string& now);
nlohmann::json MakeChange(const std::string& table, const std::string& id,
                          const OrderFields& fields, const std::string& now);
nlohmann::json MakeRemoval(const std::string& table, const std::string& id, const std::string& now);
/// Parameters of GetItem.
nlohmann::json MakeRead(const std::string& table, const std::string& id);

/// `{"order": {"id", "reference", "quantity", "version"}}`
nlohmann::json Show(const std::string& id, const OrderFields& fields, int64_t version);
nlohmann::json ShowItem(const std::string& id, const nlohmann::json& item);

}  // namespace orders
