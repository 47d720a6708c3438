// Page: what one Query or Scan reads: up to 1 MB of items, before filtering, from one place on
// (Developer Guide, "Paginating table query results").
#pragma once

#include <optional>
#include <string>

#include "dynamodb/capacity.h"
#include "dynamodb/core.h"
#include "dynamodb/expression.h"
#include "dynamodb/key_range.h"
#include "http/aws_error.h"

namespace lifeboat::dynamodb {

inline constexpr size_t kPageBytes = 1 << 20;

struct PageRequest {
  KeyRange range;
  std::optional<std::string> start_after;  ///< Storage key; not itself part of the page.
  bool forward = true;
  size_t limit = SIZE_MAX;  ///< Of items read.
  std::optional<Condition> filter;
  std::optional<Projection> projection;
  bool count_only = false;
  bool whole_items = false;  ///< Of a local index: fetch what it does not project.
  bool consistent = false;
};

struct Page {
  std::string items = "[";  ///< JSON, closed by ReadPage.
  size_t count = 0;
  size_t scanned = 0;
  size_t bytes = 0;        ///< Of what was read from the target.
  double fetch_units = 0;  ///< Of what was fetched from the table for an index.
  std::optional<Item> last_key;
};

http::AwsResult<Page> ReadPage(Core& core, const ReadTarget& target, const PageRequest& request);

// What Query and Scan have in common in their requests and answers.

/// IndexName, Select, ConsistentRead, Limit and the projection, and what must fit together.
http::AwsResult<ReadTarget> ReadTargetOf(const Table& table, const json::Value& request);
http::AwsResult<void> ReadPageMembers(const ReadTarget& target, const json::Value& request,
                                      Wording wording, PageRequest& page);
/// ExclusiveStartKey as attributes; nullopt when there is none.
http::AwsResult<std::optional<Item>> ReadStartKey(const json::Value& request, Wording wording);
std::string WritePage(const ReadTarget& target, const json::Value& request,
                      const PageRequest& asked, const Page& page);

}  // namespace lifeboat::dynamodb
