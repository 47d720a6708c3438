// Causes: what the requests that were not served correctly met, summed up.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/outage.h"
#include "drill/grader/requests.h"

namespace lifeboat::drill {

struct Cause {
  std::string when;  ///< seed, before, during, after.
  Op op = Op::kGet;
  std::string region;  ///< Dialed; empty when none was.
  int64_t status = 0;
  std::string error;
  int64_t count = 0;
};

/// Attempts of seed keys and requests of the traffic that were not correct; the
/// commonest first. `during` is from T0 to the moment when the fault was
/// cleared.
std::vector<Cause> FindCauses(const RunFacts& facts, const std::vector<Request>& requests,
                              const Outage& outage);
/// `connect to 127.0.11.1:8443: refused` is `connect to (address): refused`: the same fault at
/// another address or port is the same cause, and the region is told apart from it.
std::string WithoutAddresses(std::string_view error);
/// `77 delete: 500 from us-east-1`
std::string Describe(const Cause& cause);

}  // namespace lifeboat::drill
