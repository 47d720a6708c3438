// The runtime: asks Lambda for invocations, hands each to the handler, gives the answer back
// (Lambda Developer Guide, "Using the Lambda runtime API").
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>

namespace techmoda {

/// Event in, answer out. An exception becomes Lambda's function error.
using Handler = std::function<nlohmann::json(const nlohmann::json& event)>;

/// Serves invocations until Lambda ends the process; returns an exit status when the runtime API
/// can't be reached.
int ServeInvocations(const Handler& handler);

/// Tells Lambda that this environment cannot start, and returns the exit status.
int FailInit(const std::string& message);

}  // namespace techmoda
