// The vocabulary of faults that AWS has no API for: what a region or a link between regions can be
// made to suffer besides being killed or frozen. Pure values; region/ and net/ obey them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "json/value.h"

namespace lifeboat::fault {

enum class Kind {
  kReplicationPause,  ///< Changes written in `from` are not given to `to`; they wait.
  kReplicationLag,  ///< Changes written in `from` are given to `to` only `lag` after their commit.
  kCut,             ///< Nothing gets from `from` to `to`: no changes, no peer messages, no answers.
};
std::string_view ToString(Kind kind);
std::optional<Kind> ParseKind(std::string_view text);

/// One fault on one direction of one link.
struct Fault {
  std::string id;
  Kind kind = Kind::kCut;
  std::string from;
  std::string to;
  Duration lag;                  ///< kReplicationLag only.
  std::optional<Instant> until;  ///< Cleared by itself then.
};

/// What holds on one direction of a link now: the sum of the faults on it.
struct LinkState {
  bool cut = false;
  bool paused = false;  ///< Also true when cut.
  Duration lag;         ///< The greatest of them.
};

class Table {
 public:
  /// Replaces a fault with the same id.
  void Inject(Fault fault);
  /// False when there is none.
  bool Clear(std::string_view id);
  void ClearAll() { faults_.clear(); }
  /// Drops what has run out.
  void Expire(Instant now);
  LinkState Get(std::string_view from, std::string_view to) const;
  std::vector<Fault> List() const;

 private:
  std::map<std::string, Fault, std::less<>> faults_;
};

/// {"id","kind","from","to","lag_ms"?,"remaining_ms"?}
json::Value ToJson(const Fault& fault, Instant now);
Result<Fault> FromJson(const json::Value& value, Instant now);

}  // namespace lifeboat::fault
