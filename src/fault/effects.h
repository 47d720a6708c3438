// What the faults in force do to one request, name, check or clock: questions that their obeyers
// ask the table, one place for each. Pure: the same table and draws give the same answers.
#pragma once

#include <string_view>

#include "base/prng.h"
#include "base/time.h"
#include "fault/fault.h"

namespace lifeboat::fault {

/// What becomes of one request of an API, or of one invocation of a function.
struct Trouble {
  Duration delay;          ///< It waits for so long first.
  bool throttled = false;  ///< It is refused as one too many.
  int status = 0;          ///< Not zero: it is answered with this error ...
  bool after = false;      ///< ... once it has been carried out, and instead of its answer.
  bool none() const { return delay.ns == 0 && !throttled && status == 0; }
};

/// `service` is `apigateway` or `lambda`, `function` a function's name. Faults of one kind: the
/// first that is drawn counts; delays add up.
Trouble TroubleOf(const Table& table, std::string_view region, std::string_view service,
                  std::string_view function, Prng& prng);

/// How long what is sent from `from` to `to` waits on its way.
Duration DelayOnLink(const Table& table, std::string_view from, std::string_view to, Prng& prng);

/// Whether functions of the region are cut off from its `service`.
bool FunctionsCutFrom(const Table& table, std::string_view region, std::string_view service);

/// Whether the region's name of `service` (`dynamodb`, `execute-api` ...) has no address.
bool NameIsEmpty(const Table& table, std::string_view region, std::string_view service);

bool ControlPlaneFails(const Table& table, std::string_view region);

/// How far the region's wall clock is ahead; below zero when it is behind.
Duration SkewOf(const Table& table, std::string_view region);

/// Whether the check says the opposite. `id` or `endpoint` (the name or address that it probes) is
/// what the fault names.
bool IsInverted(const Table& table, std::string_view id, std::string_view endpoint);
/// How many of the checkers are blind for the check's endpoint.
int64_t BlindCheckers(const Table& table, std::string_view id, std::string_view endpoint);

}  // namespace lifeboat::fault
