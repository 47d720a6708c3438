// A token bucket: `rate` requests a second on average, `burst` at once (Developer Guide, "Throttle
// API requests").
#pragma once

#include <algorithm>
#include <optional>

#include "apigateway/rest_api.h"
#include "base/time.h"

namespace lifeboat::apigateway {

class Throttle {
 public:
  /// Takes a token; false when there is none.
  bool Allow(const Throttling& limit, Instant now) {
    if (limit.rate <= 0) return false;
    const double added = last_ ? (now - *last_).seconds() * limit.rate : limit.burst;
    tokens_ = std::min(limit.burst, tokens_ + added);
    last_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  std::optional<Instant> last_;
  double tokens_ = 0;
};

}  // namespace lifeboat::apigateway
