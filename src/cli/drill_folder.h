// The folder of one drill: its name, what is kept in it beside journal and report, what goes at the
// end.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/options.h"
#include "drill/scenario.h"

namespace lifeboat::cli {

/// A new folder of the form drills/20261123T053300Z-name, or the one that was asked for.
Result<std::string> MakeDrillFolder(const DrillRunOptions& options, const std::string& name);
/// Keeps the scenario and the files of its commands, so that the drill can be repeated.
Status KeepScenario(const std::string& folder, const std::string& scenario_file,
                    const drill::Scenario& scenario);
/// drills/latest, for people; only beside folders that we have named.
void PointLatest(const DrillRunOptions& options, const std::string& folder);
/// The world's data is of no use once the drill has ended.
void RemoveWorld(const std::string& folder);

/// Complains about a command of the scenario whose file is not there or can't be executed. Commands
/// are started in the scenario's folder.
Status CheckCommandFiles(const drill::Scenario& scenario, const std::string& scenario_file);

}  // namespace lifeboat::cli
