// How one kind of client behaves towards DNS, connections and failures. The same outage hurts a
// client that asks DNS for each request for seconds, and a JVM with a pool and a long cache for
// minutes; the drill runs several kinds side by side.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace lifeboat::client {

enum class DnsPolicy {
  kNone,     ///< Asks for every connection.
  kTtl,      ///< Keeps an answer for its TTL.
  kTtlPlus,  ///< Keeps an answer for its TTL and `dns_extra` more.
  kForever,  ///< Never asks again.
};

enum class ConnectionPolicy {
  kPerRequest,  ///< A connection of its own for every attempt.
  kKeepAlive,   ///< Idle connections to the same host are used again, whatever DNS says by now.
};

struct CohortPolicy {
  std::string name;
  DnsPolicy dns = DnsPolicy::kTtl;
  Duration dns_extra;  ///< kTtlPlus only.
  ConnectionPolicy connections = ConnectionPolicy::kKeepAlive;
  /// kKeepAlive only: a connection older than this is closed and the name is resolved anew.
  Duration lifetime = Duration::Minutes(10);
  int attempts = 1;      ///< In all, the first one included.
  Duration backoff_min;  ///< Before the second attempt; doubled for each further one ...
  Duration backoff_max;  ///< ... up to this. The wait is drawn between half of it and all of it.
};

}  // namespace lifeboat::client
