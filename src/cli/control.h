// Talking to the world of a data folder: its world.json, and the supervisor's control API behind
// the edge's port.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/options.h"
#include "json/value.h"
#include "world/config.h"

namespace lifeboat::cli {

/// world.json of the data folder. The error says what to do when there is none.
Result<world::Config> LoadWorld(const CommonOptions& common);

/// One call of `/_lifeboat` + `path` at the edge, with the world's token where that is needed; the
/// answer's JSON. kUnavailable with a hint when no supervisor runs there or it does not answer;
/// kInvalid with the supervisor's message when it refuses.
Result<json::Value> CallSupervisor(const CommonOptions& common, std::string_view method,
                                   std::string_view path, const json::Value& body = {});

/// What the process of a region found missing on its disk; empty when nothing.
std::string DescribeLoss(const json::Value& process);

}  // namespace lifeboat::cli
