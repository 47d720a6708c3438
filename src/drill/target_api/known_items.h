// KnownItems: what the answers of a run have told about its items, by the drill's key: the id that
// the API gave each, and the version that the next write must name.
#pragma once

#include <map>
#include <string>

#include "base/time.h"
#include "drill/target_api/target_api.h"

namespace lifeboat::drill {

class KnownItems {
 public:
  /// `api` must outlive it.
  explicit KnownItems(const TargetApi& api) : api_(api) {}

  /// What a request about the item is filled with. The id is empty while HasId() is false.
  ItemValues Values(const std::string& key, int64_t seq) const;
  bool HasId(const std::string& key) const;
  /// The next update or delete can be made: the version is known, or nobody asks for it.
  bool CanBeWritten(const std::string& key) const;

  /// An attempt of a write has ended. Without an acknowledgement nobody knows what version the item
  /// has now: the write may have been executed, or another one was before.
  void OnWrite(const std::string& key, bool acknowledged, const AnswerFacts& facts, Instant now);
  /// The answer to a read that was sent at `sent`. An answer from before the last write is older
  /// than what is known.
  void OnRead(const std::string& key, const AnswerFacts& facts, Instant sent);
  /// The item was found in a table.
  void OnFound(const std::string& key, const std::string& id);

 private:
  struct Known {
    std::string id;
    std::optional<json::Value> version;
    Instant written;  ///< The end of the last attempt of a write.
  };
  const TargetApi& api_;
  std::map<std::string, Known> items_;
};

}  // namespace lifeboat::drill
