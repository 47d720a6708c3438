// One probe: what to send, what came back, and what it means (Developer Guide, "How Amazon Route 53
// determines whether a health check is healthy"). The sockets are net/'s; the limits below are what
// it must keep.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "health/check.h"

namespace lifeboat::health {

inline constexpr Duration kConnectTimeout = Duration::Seconds(4);  ///< HTTP(S): TCP and TLS.
inline constexpr Duration kStatusTimeout = Duration::Seconds(2);   ///< From connected to status.
inline constexpr Duration kBodyTimeout = Duration::Seconds(2);     ///< From status to the string.
inline constexpr Duration kTcpTimeout = Duration::Seconds(10);
/// Only so much of a body is searched.
inline constexpr size_t kMaxSearchedBytes = 5120;

/// How to probe. The certificate of a TLS endpoint is not validated.
struct ProbeTarget {
  CheckType type = CheckType::kHttp;
  std::string address;  ///< Numeric IPv4 or IPv6.
  uint16_t port = 0;
  bool tls = false;
  std::string server_name;    ///< SNI; empty: none.
  std::string host;           ///< Host header.
  std::string path = "/";     ///< Request target.
  std::string search_string;  ///< Empty: the body is not read.
  std::string user_agent;
};

/// `address` is the check's own or what its name resolved to.
ProbeTarget MakeProbeTarget(const CheckConfig& check, std::string address);

/// How far a probe came.
enum class ProbeStage {
  kDone,  ///< TCP: connected. HTTP: status known, and the body read as far as was needed.
  kResolve,
  kConnect,
  kTls,
  kStatus,
  kBody,
};

struct ProbeOutcome {
  ProbeStage stage = ProbeStage::kDone;  ///< Where it ended.
  bool timed_out = false;                ///< It ended by one of the time-outs above.
  int status = 0;
  std::string reason;  ///< Reason phrase of the status line.
  std::string body;    ///< With a search string: at most kMaxSearchedBytes, as far as it came.
};

struct Verdict {
  bool healthy = false;
  /// As in GetHealthCheckStatus: `Success: HTTP Status Code 200, OK`.
  std::string text;
};
Verdict Evaluate(const CheckConfig& check, const ProbeOutcome& outcome);

}  // namespace lifeboat::health
