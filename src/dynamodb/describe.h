// TableDescription: a table as CreateTable, DescribeTable, UpdateTable and DeleteTable show it.
#pragma once

#include <string_view>

#include "dynamodb/core.h"
#include "json/value.h"

namespace lifeboat::dynamodb {

/// `status` is what the answer shows; it may differ from what is stored (an answer to CreateTable
/// says CREATING).
json::Object DescribeTable(const Core& core, const Table& table, const TableStats& stats,
                           TableStatus status);
/// What DeleteTable answers: the table without its schema.
json::Object DescribeDeleted(const Core& core, const Table& table, const TableStats& stats);
/// Seconds since 1970 with milliseconds, as times stand in answers.
json::Value TimeJson(WallTime time);
std::string StreamArn(const Core& core, const Table& table, const Stream& stream);

}  // namespace lifeboat::dynamodb
