#include "fault/effects.h"

#include <algorithm>
#include <cmath>

namespace lifeboat::fault {
namespace {

/// Draws are of a million, so that a share of 0.0001 % can still be had.
constexpr uint64_t kDrawOf = 1'000'000;

bool Drawn(const Fault& fault, Prng& prng) {
  if (!fault.Has("share")) return true;
  return prng.Chance(static_cast<uint64_t>(std::llround(fault.Share("share") * kDrawOf)), kDrawOf);
}

/// A fixed delay without `max`; else half of the draws lie between half of p50 and p50, and the
/// others above it, greater ones rarer.
Duration DrawDelay(const Fault& fault, Prng& prng) {
  const Duration p50 = fault.Time("p50");
  const Duration most = fault.Has("max") ? fault.Time("max") : p50;
  if (most <= p50) return p50;
  if (prng.Chance(1, 2)) return Duration::Nanos(prng.Between(p50.ns / 2, p50.ns));
  const int64_t spread = most.ns - p50.ns;
  const int64_t once = prng.Between(0, spread), twice = prng.Between(0, spread);
  return p50 + Duration::Nanos(std::min(once, twice));
}

bool Hits(const Fault& fault, std::string_view region, std::string_view service,
          std::string_view function) {
  return fault.region() == region && fault.Text("service") == service &&
         (!fault.Has("function") || fault.Text("function") == function);
}

bool IsOf(const Fault& fault, std::string_view id, std::string_view endpoint) {
  const std::string& check = fault.Text("check");
  return check == id || (!endpoint.empty() && check == endpoint);
}

}  // namespace

Trouble TroubleOf(const Table& table, std::string_view region, std::string_view service,
                  std::string_view function, Prng& prng) {
  Trouble trouble;
  for (const auto& [id, fault] : table.faults()) {
    const bool concerns =
        fault.kind == Kind::kSlow || fault.kind == Kind::kThrottle || fault.kind == Kind::kApiError;
    if (!concerns || !Hits(fault, region, service, function) || !Drawn(fault, prng)) continue;
    if (fault.kind == Kind::kSlow) {
      trouble.delay = trouble.delay + DrawDelay(fault, prng);
    } else if (fault.kind == Kind::kThrottle) {
      trouble.throttled = true;
    } else if (trouble.status == 0) {
      trouble.status = static_cast<int>(fault.Integer("status"));
      trouble.after = fault.Text("when") == "after";
    }
  }
  return trouble;
}

Duration DelayOnLink(const Table& table, std::string_view from, std::string_view to, Prng& prng) {
  Duration delay;
  for (const auto& [id, fault] : table.faults()) {
    if (fault.kind == Kind::kSlow && fault.OnLink(from, to) && Drawn(fault, prng))
      delay = delay + DrawDelay(fault, prng);
  }
  return delay;
}

bool FunctionsCutFrom(const Table& table, std::string_view region, std::string_view service) {
  return std::any_of(table.faults().begin(), table.faults().end(), [&](const auto& entry) {
    const Fault& fault = entry.second;
    const std::string& named = fault.Text("service");
    return fault.kind == Kind::kCut && fault.region() == region &&
           (named == "all" || (!named.empty() && named == service));
  });
}

bool NameIsEmpty(const Table& table, std::string_view region, std::string_view service) {
  return std::any_of(table.faults().begin(), table.faults().end(), [&](const auto& entry) {
    const Fault& fault = entry.second;
    return fault.kind == Kind::kNameEmpty && fault.region() == region &&
           fault.Text("service") == service;
  });
}

bool ControlPlaneFails(const Table& table, std::string_view region) {
  return std::any_of(table.faults().begin(), table.faults().end(), [&](const auto& entry) {
    return entry.second.kind == Kind::kControlPlane && entry.second.region() == region;
  });
}

Duration SkewOf(const Table& table, std::string_view region) {
  Duration skew;
  for (const auto& [id, fault] : table.faults())
    if (fault.kind == Kind::kClockSkew && fault.region() == region) skew = skew + fault.Time("by");
  return skew;
}

bool IsInverted(const Table& table, std::string_view id, std::string_view endpoint) {
  const auto inversions =
      std::count_if(table.faults().begin(), table.faults().end(), [&](const auto& entry) {
        return entry.second.kind == Kind::kHealthInvert && IsOf(entry.second, id, endpoint);
      });
  return inversions > 0;
}

int64_t BlindCheckers(const Table& table, std::string_view id, std::string_view endpoint) {
  int64_t blind = 0;
  for (const auto& [each, fault] : table.faults())
    if (fault.kind == Kind::kCheckerBlind && IsOf(fault, id, endpoint))
      blind = std::max(blind, fault.Integer("checkers"));
  return blind;
}

}  // namespace lifeboat::fault
