// Fault: one fault of any kind as a value, built and checked from what somebody wrote (a scenario's
// keys, flags, JSON) by the table of kinds. And the table of the faults in force.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "fault/kinds.h"
#include "json/value.h"

namespace lifeboat::fault {

/// kDuration, kSignedDuration: Duration. kShare: double. kInteger: int64_t. kYesNo: bool. All
/// others: the text.
using Value = std::variant<std::string, Duration, double, int64_t, bool>;

struct Fault {
  std::string id;
  Kind kind = Kind::kKill;
  /// By parameter; fallbacks are filled in. What is absent reads as empty, zero or no.
  std::map<std::string, Value, std::less<>> values;
  std::optional<Instant> until;  ///< It ends by itself then.

  const KindInfo& info() const { return InfoOf(kind); }
  bool Has(std::string_view parameter) const { return values.find(parameter) != values.end(); }
  const std::string& Text(std::string_view parameter) const;
  Duration Time(std::string_view parameter) const;
  double Share(std::string_view parameter) const;
  int64_t Integer(std::string_view parameter) const;
  bool Yes(std::string_view parameter) const;

  const std::string& region() const { return Text("region"); }
  /// The ends of `link`; empty without one.
  std::string_view from() const;
  std::string_view to() const;
  /// It is on this direction of this link, by its `link` or as a link of its `region`.
  bool OnLink(std::string_view from, std::string_view to) const;
};

/// What somebody wrote: one parameter and its text.
struct Written {
  std::string key;
  std::string text;
};
struct Complaint {
  std::string key;   ///< What is wrong, or what is missing.
  std::string what;  ///< And what to write instead.
};
/// The first thing that is built is `fault`; it is to be used when there are no complaints.
struct Built {
  Fault fault;
  std::vector<Complaint> complaints;
};

/// `kind` is a name or a FIS action id. `regions` are those of the world; when empty, any will do.
Built Build(std::string_view kind, std::span<const Written> written,
            std::span<const std::string> regions);
/// The same, with the complaints as one error.
Result<Fault> Make(std::string_view kind, std::span<const Written> written,
                   std::span<const std::string> regions = {});

/// The value as Build reads it back.
std::string ToText(const Parameter& parameter, const Value& value);

/// Whether it takes its region (docs/drill.md, T0).
bool TakesRegion(const Fault& fault);
/// Where it is: `us-east-1`, `us-east-1 to us-west-2`, `us-east-1 apigateway`.
std::string PlaceOf(const Fault& fault);
/// The words of the timeline, of its begin and its end: `us-east-1 killed`, `us-east-1 started`.
std::string Begun(const Fault& fault);
std::string Ended(const Fault& fault);

/// A fault of one direction of one link, as a simulator injects it. `lag` with kReplicationLag.
Fault OnOneLink(std::string id, Kind kind, std::string_view from, std::string_view to,
                Duration lag = {});

/// What holds on one direction of a link now: the sum of the faults on it.
struct LinkState {
  bool cut = false;
  bool paused = false;  ///< Also true when cut.
  Duration lag;         ///< The greatest of them.
};

/// The faults in force.
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
  bool empty() const { return faults_.empty(); }
  const std::map<std::string, Fault, std::less<>>& faults() const { return faults_; }
  const Fault* Find(std::string_view id) const;
  std::vector<Fault> List() const;

 private:
  std::map<std::string, Fault, std::less<>> faults_;
};

/// {"id","kind", a member for each parameter with its text,"remaining_ms"?}
json::Value ToJson(const Fault& fault, Instant now);
/// Reads that back; numbers and booleans are taken for their text.
Result<Fault> FromJson(const json::Value& value, Instant now,
                       std::span<const std::string> regions = {});

}  // namespace lifeboat::fault
