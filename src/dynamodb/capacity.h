// Consumed capacity (Developer Guide, "DynamoDB read and write operations"): 4 KB a strongly
// consistent read unit, half for an eventually consistent one, double in transactions; 1 KB a
// write unit, and units for each index entry that is written.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dynamodb/response.h"
#include "dynamodb/table.h"
#include "dynamodb/write_path.h"

namespace lifeboat::dynamodb {

enum class CapacityDetail { kNone, kTotal, kIndexes };
/// Of the request's ReturnConsumedCapacity.
CapacityDetail CapacityDetailOf(const json::Value& request);

/// What one call has consumed of one table.
struct Consumed {
  double table = 0;
  std::map<std::string, double> local_indexes;
  std::map<std::string, double> global_indexes;
  /// Transactions tell reads and writes apart.
  enum class Kind { kPlain, kTransactionalRead, kTransactionalWrite } kind = Kind::kPlain;

  double total() const;
  void Add(const Consumed& other);
  void Multiply(double factor);
};

double ReadUnits(size_t bytes, bool consistent);
/// Of a write that was evaluated; pass the items' encoded images. `factor` is 2 in transactions.
Consumed WriteUnits(const Table& table, const std::optional<std::string>& old_image,
                    const std::optional<std::string>& new_image);

/// Appends `{"TableName":..,"CapacityUnits":..}` with the detail asked for.
void AppendConsumed(std::string& out, std::string_view table, const Consumed& consumed,
                    CapacityDetail detail);
/// Adds the member ConsumedCapacity when it was asked for.
void AddConsumed(ResponseWriter& writer, std::string_view table, const Consumed& consumed,
                 CapacityDetail detail);

}  // namespace lifeboat::dynamodb
