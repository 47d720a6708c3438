// Core: what the operations of one service share. It has no rules of its own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dynamodb/catalog.h"
#include "dynamodb/expiry.h"
#include "dynamodb/service.h"
#include "dynamodb/transaction_tokens.h"
#include "dynamodb/write_path.h"
#include "storage/version.h"

namespace lifeboat::dynamodb {

class Replicas;

struct Core {
  Core(Service::Options options, Service::Dependencies dependencies, Catalog loaded);
  ~Core();

  std::string ArnOf(std::string_view table) const {
    return TableArn(options.region, options.account, table);
  }
  WallTime now() const { return d.clock.WallNow(); }
  /// The table when item operations may use it: `Requested resource not found` for one that is
  /// absent, still being made or being deleted.
  http::AwsResult<LiveTable*> UsableTable(std::string_view name_or_arn);

  const Service::Options options;
  const Service::Dependencies d;
  Catalog catalog;
  storage::VersionClock versions;
  WritePath writes;
  TransactionTokens tokens;
  Expiry expiry;
  std::unique_ptr<Replicas> replicas;
};

}  // namespace lifeboat::dynamodb
