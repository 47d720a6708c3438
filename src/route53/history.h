// Requests that are made on a State, and the history that they make: each one that changes anything
// gets the next number, a digest, and a place among the batches from which it can be made again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "route53/operation.h"
#include "route53/snapshot.h"

namespace lifeboat::route53 {

/// What operations need beside the state.
struct Surroundings {
  const ObservationStore& observations;
  const std::vector<std::string>& name_servers;
};

/// Makes `request` (its method, target, body, seed and time) on the state as `generation`. The same
/// request on the same state has the same outcome. When it changes anything, all of the change is
/// in `writer`, which must be empty before.
OperationResult Make(KeptRequest request, std::string_view generation, const Surroundings& around,
                     State& state, StateWriter& writer);

/// A change of the content that no request made: takes the next number for it, as `generation`.
void TakeNumber(std::string_view generation, State& state, StateWriter& writer);

/// Whether what a name server holds is a part of our history, so that ours is at least as rich.
bool IsOurs(const State& state, const Held& held);

}  // namespace lifeboat::route53
