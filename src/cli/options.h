// The commands' options as plain values: cli.cc fills them from the command line, the commands read
// them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lifeboat::cli {

/// Exit codes of every command (docs/drill.md has the drill's meaning of 1 and 3).
inline constexpr int kExitDone = 0;
inline constexpr int kExitMissed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInconclusive = 3;
inline constexpr int kExitInterrupted = 130;

struct CommonOptions {
  std::string data_dir = ".lifeboat";
  bool json = false;
  bool quiet = false;
};

struct UpOptions {
  std::string regions = "us-east-1,us-west-2";
  std::optional<std::string> era;     ///< Not given: what the world has, or today.
  std::optional<uint16_t> edge_port;  ///< Not given: what the world has, or the default.
  std::optional<uint16_t> dns_port;   ///< The same; its status has the port above.
  bool ephemeral_ports = false;
  bool detach = false;
  std::string credentials_file;
  bool any_credentials = false;
};

struct LogsOptions {
  std::string process;  ///< A region, `nameserver` or `supervisor`; empty: all.
  int lines = 50;
};

struct RuntimesInstallOptions {
  std::vector<std::string> parts = {"sdk-js", "sdk-python", "node22", "node24"};
};

struct EnvOptions {
  bool ca_path = false;
};

struct RegionOptions {
  std::string action;  ///< start, stop, kill, freeze, thaw
  std::string region;
  bool accept_loss = false;  ///< With start: go on with what is left of a damaged disk.
};

struct FaultInjectOptions {
  std::string kind;
  /// By the parameter's name in fault/kinds.h, as typed; empty: not given.
  std::map<std::string, std::string> parameters;
  std::string duration;
};

struct FaultClearOptions {
  std::string id;
  bool all = false;
};

struct DrillRunOptions {
  std::string file;
  std::string control;  ///< Empty, no-fault or no-recovery.
  std::string target = "local";
  int runs = 0;  ///< 0: as the scenario says.
  std::string out;
  std::string yes_really;   ///< The name of the external world that is meant.
  bool keep_world = false;  ///< The world's folder stays after the drill.
};

struct SimOptions {
  uint64_t first_seed = 1;
  uint64_t seeds = 1000;
  uint64_t seed = 0;
  std::string world;   ///< replication or failover; empty: both.
  std::string outage;  ///< Instead of seeds: one outage of this length.
  int64_t writes_per_second = 100;
};

}  // namespace lifeboat::cli
