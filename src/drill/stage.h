// Stage: the world that a drill plays in: opening it, and the commands that act in it. world/
// implements it for a world on this machine; tests script it. Everything else that a drill does
// goes over DNS, HTTP and AWS's APIs, as any client's traffic does (client/dialer.h), through
// FaultInjector and HealthFeed.
//
// All calls are asynchronous: `done` runs exactly once, on the thread that owns the drill, and
// never inside the call. A Stage makes no decision and keeps no result.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "auth/sigv4.h"
#include "base/result.h"
#include "base/time.h"
#include "client/places.h"

namespace lifeboat::drill {

/// A region that is none of ours.
struct ExternalRegion {
  std::string name;
  std::vector<std::string> addresses;  ///< That its API has.
  uint16_t http_port = 80;             ///< To be dialed for 80 ...
  uint16_t https_port = 443;           ///< ... and 443 at these addresses.
  std::string dynamodb;                ///< The URL of its DynamoDB.
  /// What brings a fault and what ends it, by name: kill and start, freeze and thaw.
  std::map<std::string, std::string> commands;
};

struct ExternalWorld {
  std::string name;  ///< That `--yes-really` must repeat.
  std::vector<ExternalRegion> regions;
  std::vector<client::ServerAddress> name_servers;  ///< Authoritative for the target's zone.
  std::string ca;  ///< A PEM file, from the scenario's folder; empty: what the machine trusts.

  /// nullptr when there is none of that name.
  const ExternalRegion* Find(std::string_view region) const;
};

/// The world that a scenario asks for.
struct WorldSpec {
  enum class Use {
    kOwn,       ///< Made for the drill, and ended with it.
    kRunning,   ///< One of ours that is up already, and stays so.
    kExternal,  ///< Regions that are none of ours.
  };
  Use use = Use::kOwn;
  std::vector<std::string> regions;
  std::string primary;
  std::string era;         ///< "today" or "lab".
  ExternalWorld external;  ///< kExternal only.
};

/// The world as it runs.
struct World {
  /// A region of several addresses stands here once for each.
  std::vector<client::RegionPlace> regions;
  /// Where each region's tables are, if not at the region's own address; by region.
  std::map<std::string, client::AwsEndpoint> tables;
  std::vector<client::ServerAddress> name_servers;
  auth::Credentials credentials;  ///< Known to every region.
  std::string era;
  std::string version;                   ///< Lifeboat's own.
  std::vector<std::string> assumptions;  ///< Where it is less strict than AWS.
};

/// A command of the scenario's: the set-up, a failover, a failback, a job in the background.
struct Command {
  std::string name;  ///< What it is for, in words of letters and `-`; names the file of its output.
  std::string run;   ///< By /bin/sh in the scenario's folder.
  /// Added to the environment, over what `lifeboat env` exports. Every command also finds
  /// LIFEBOAT_OUT, the name of a file that it may append results to.
  std::map<std::string, std::string> environment;
  Duration timeout;
};

/// How a command ended.
struct CommandEnd {
  int exit = 0;  ///< Its exit status; 128 and the signal's number when a signal ended it.
  bool timed_out = false;
  Duration took;
  std::string output_sha256;  ///< Of all that it wrote.
  std::string file;           ///< That holds its output; below the drill's folder.
  std::string results;        ///< What it has written to LIFEBOAT_OUT.
};

/// A command that runs. Dropping it ends the command and all that it has started, without a call.
class RunningCommand {
 public:
  virtual ~RunningCommand() = default;
};

/// What is deployed in one region: by thing (`stack api`, `function get-product`) its settings, as
/// texts that are the same wherever it is deployed alike.
using Deployed = std::map<std::string, std::map<std::string, std::string>>;

struct Deployments {
  std::string digest;                       ///< A hash of all templates; empty: not to be had.
  std::map<std::string, Deployed> regions;  ///< Of those that could be read.
  std::vector<std::string> assumptions;     ///< Where what runs is not what was deployed.
};

class Stage {
 public:
  virtual ~Stage() = default;
  /// Starts the world, or takes the one that runs, and waits until all of its processes are ready.
  virtual void Open(const WorldSpec& spec, std::function<void(Result<World>)> done) = 0;
  /// Runs a command; each line of its output goes to `on_line`. `done` gets an error only when it
  /// could not be started.
  virtual std::unique_ptr<RunningCommand> Run(const Command& command,
                                              std::function<void(std::string)> on_line,
                                              std::function<void(Result<CommandEnd>)> done) = 0;
  /// What is deployed now, as far as that can be had.
  virtual void Identify(std::function<void(Deployments)> done) = 0;
};

/// "" when the command ended well, else what became of it: `ended with status 3, see setup.log`.
std::string Trouble(const CommandEnd& end, Duration timeout);

}  // namespace lifeboat::drill
