// What name servers report about checks, for GetHealthCheckStatus. Diagnosis only: the answers of
// DNS never depend on it, and it is not stored.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "json/value.h"

namespace lifeboat::route53 {

/// What one checker saw last, and how it last failed (empty text: never).
struct CheckerReport {
  std::string region;
  std::string ip_address;
  std::string text;
  WallTime at;
  std::string failure_text;
  WallTime failure_at;
};

/// The body of POST /_lifeboat/route53/observations.
struct ObservationReport {
  std::string server;
  std::map<std::string, std::vector<CheckerReport>> checks;
};
json::Value EncodeObservations(const ObservationReport& report);
Result<ObservationReport> DecodeObservations(const json::Value& value);

/// The last report of each name server.
class ObservationStore {
 public:
  /// More name servers than this are not remembered.
  static constexpr size_t kMaxServers = 16;
  void Update(ObservationReport report);
  /// Of all name servers, in the order of their names.
  std::vector<CheckerReport> Find(std::string_view check_id) const;

 private:
  std::map<std::string, ObservationReport> servers_;
};

}  // namespace lifeboat::route53
