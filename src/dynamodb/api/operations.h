// All operations; each is defined in the file that is named after it.
#pragma once

#include "dynamodb/operation.h"

namespace lifeboat::dynamodb {

// Items.
extern const Operation kPutItem;
extern const Operation kGetItem;
extern const Operation kUpdateItem;
extern const Operation kDeleteItem;
extern const Operation kQuery;
extern const Operation kScan;
extern const Operation kBatchGetItem;
extern const Operation kBatchWriteItem;
extern const Operation kTransactGetItems;
extern const Operation kTransactWriteItems;

// Tables.
extern const Operation kCreateTable;
extern const Operation kDescribeTable;
extern const Operation kListTables;
extern const Operation kUpdateTable;
extern const Operation kDeleteTable;
extern const Operation kUpdateContinuousBackups;
extern const Operation kDescribeContinuousBackups;
extern const Operation kUpdateTimeToLive;
extern const Operation kDescribeTimeToLive;
extern const Operation kTagResource;
extern const Operation kUntagResource;
extern const Operation kListTagsOfResource;
extern const Operation kDescribeLimits;
extern const Operation kDescribeEndpoints;

// Streams.
extern const Operation kListStreams;
extern const Operation kDescribeStream;
extern const Operation kGetShardIterator;
extern const Operation kGetRecords;

// Global tables of version 2017.11.29, as AWS answers them today.
extern const Operation kCreateGlobalTable;
extern const Operation kDescribeGlobalTable;
extern const Operation kListGlobalTables;
extern const Operation kUpdateGlobalTable;
extern const Operation kDescribeGlobalTableSettings;
extern const Operation kUpdateGlobalTableSettings;

}  // namespace lifeboat::dynamodb
