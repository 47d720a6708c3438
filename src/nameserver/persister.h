// Persister: keeps one document on the disk no older than one write behind. It lets one write be
// under way, remembers whether the content has moved meanwhile, and tries again after a failure.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace lifeboat::nameserver {

inline constexpr Duration kPersistRetry = Duration::Seconds(1);

class Persister {
 public:
  /// `content` numbers what should be on the disk; any other number than before is news.
  bool ShouldWrite(uint64_t content, Instant now) const {
    return !in_flight_ && content != durable_ && now >= retry_at_;
  }
  void OnStarted(uint64_t content) {
    in_flight_ = true;
    writing_ = content;
  }
  void OnDone(bool ok, Instant now) {
    in_flight_ = false;
    if (ok) durable_ = writing_;
    retry_at_ = ok ? now : now + kPersistRetry;
  }
  /// The disk holds `content` already.
  void SetDurable(uint64_t content) { durable_ = content; }
  uint64_t durable() const { return durable_; }
  bool in_flight() const { return in_flight_; }
  Instant retry_at() const { return retry_at_; }

 private:
  bool in_flight_ = false;
  uint64_t writing_ = 0;
  uint64_t durable_ = 0;
  Instant retry_at_;
};

}  // namespace lifeboat::nameserver
