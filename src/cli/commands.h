// One function a command; each returns the process's exit code.
#pragma once

#include <string>

#include "cli/options.h"
#include "json/value.h"

namespace lifeboat::cli {

int Up(const CommonOptions& common, const UpOptions& options);
int Down(const CommonOptions& common);
int ShowStatus(const CommonOptions& common);
int Logs(const CommonOptions& common, const LogsOptions& options);
int Doctor(const CommonOptions& common);
int ListRuntimes(const CommonOptions& common);
int InstallRuntimes(const CommonOptions& common, const RuntimesInstallOptions& options);
int Env(const CommonOptions& common, const EnvOptions& options);
int Region(const CommonOptions& common, const RegionOptions& options);
/// `action` as in RegionOptions.
int NameServer(const CommonOptions& common, const std::string& action);
int FaultInject(const CommonOptions& common, const FaultInjectOptions& options);
int FaultList(const CommonOptions& common);
int FaultClear(const CommonOptions& common, const FaultClearOptions& options);
int DrillRun(const CommonOptions& common, const DrillRunOptions& options);
int DrillCheck(const CommonOptions& common, const std::string& file);
int DrillGrade(const CommonOptions& common, const std::string& folder);
int SimRun(const CommonOptions& common, const SimOptions& options);
int SimReplay(const CommonOptions& common, const SimOptions& options);
int ServeRegion(const CommonOptions& common, const RegionOptions& options);
int ServeNameServer(const CommonOptions& common);

/// A fault of the supervisor's list as one line on standard output.
void PrintFault(const json::Value& fault);

/// Prints `lifeboat: message` to standard error and returns `code`.
int Fail(const std::string& message, int code = kExitUsage);

}  // namespace lifeboat::cli
