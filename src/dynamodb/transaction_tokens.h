// ClientRequestTokens of TransactWriteItems: for ten minutes a request with the same token and the
// same content is done once (API Reference, "TransactWriteItems", ClientRequestToken). A token is
// stored in the batch of its transaction, so that a crash cannot make it happen twice.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/aws_error.h"
#include "json/value.h"
#include "storage/engine.h"

namespace lifeboat::dynamodb {

/// Of what a request says, whatever its spelling: members of objects in any order, absent ones as
/// null or not at all, elements of sets in any order, numbers with or without useless digits. SDKs
/// serialise maps and sets anew with each try, in whatever order they find.
std::string DigestOf(const json::Value& transact_items);

class TransactionTokens {
 public:
  static constexpr Duration kLifetime = Duration::Minutes(10);

  /// Reads what is stored.
  Status Load(const storage::Engine& engine);
  /// True: done before, do nothing. False: it is new, and under way until Finish. Refuses another
  /// content under the token and a second request while the first is under way.
  http::AwsResult<bool> Begin(const std::string& token, const std::string& digest, WallTime now);
  /// Adds the token to the transaction's batch.
  void Store(const std::string& token, const std::string& digest, WallTime now,
             storage::WriteBatch& batch);
  /// The transaction has ended; a token that was not stored may be used again.
  void Finish(const std::string& token, bool committed);
  /// Forgets tokens whose time is over.
  void Expire(WallTime now, storage::WriteBatch& batch);

 private:
  struct Entry {
    std::string digest;
    WallTime until;
    bool under_way = false;
  };
  std::map<std::string, Entry> entries_;
  std::deque<std::pair<WallTime, std::string>> by_age_;
};

}  // namespace lifeboat::dynamodb
