// What a drill needs from the world that it is run against, as interfaces. world/ implements them
// for a world on this machine; tests script them. Everything else that a drill does goes over DNS,
// HTTP and AWS's APIs, as any client's traffic does (client/dialer.h).
//
// All calls are asynchronous: `done` runs exactly once, on the thread that owns the drill, and
// never inside the call. A Target makes no decision and keeps no result.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "auth/sigv4.h"
#include "base/result.h"
#include "base/time.h"
#include "client/places.h"
#include "fault/fault.h"

namespace lifeboat::drill {

/// The world that a scenario asks for.
struct WorldSpec {
  std::vector<std::string> regions;
  std::string primary;
  std::string era;  ///< "today" or "lab".
};

/// The world as it runs.
struct World {
  std::vector<client::RegionPlace> regions;
  std::vector<client::ServerAddress> name_servers;
  auth::Credentials credentials;  ///< Known to every region.
  std::string era;
  std::string version;  ///< Lifeboat's own.
};

/// The scenario's set-up script.
struct SetupSpec {
  std::string command;  ///< Run by /bin/sh in the scenario's folder.
  /// Added to the environment, over what `lifeboat env` exports.
  std::map<std::string, std::string> environment;
  Duration timeout;
};

/// A health check's status by quorum changed, as the name server saw it.
struct HealthEvent {
  Instant at;  ///< On the drill's clock; when the Target learned of it if it can't be told better.
  std::string check_id;
  std::string name;    ///< What it probes, for instance use1.api.techmoda-example.com.
  std::string region;  ///< Whose health it tells; empty when that can't be told.
  bool healthy = false;
  int checkers_healthy = 0;
  int checkers = 0;
};

class Target {
 public:
  using Done = std::function<void(Status)>;
  virtual ~Target() = default;

  /// Starts the world, or takes the one that runs, and waits until all of its processes are ready.
  virtual void Open(const WorldSpec& spec, std::function<void(Result<World>)> done) = 0;
  /// Runs the set-up script; each line of its output goes to `on_line`. An exit status that isn't
  /// zero and a time-out are errors.
  virtual void RunSetup(const SetupSpec& setup, std::function<void(std::string)> on_line,
                        Done done) = 0;
  /// A hash of what the set-up deployed, if the target has one; else empty.
  virtual std::string DeploymentDigest() const = 0;

  /// SIGKILL to the region and its functions. Done when the processes are gone.
  virtual void KillRegion(const std::string& region, Done done) = 0;
  /// Done when the region answers its own status request.
  virtual void StartRegion(const std::string& region, Done done) = 0;
  /// SIGSTOP and SIGCONT to the region and its functions. Done when all are stopped or running.
  virtual void FreezeRegion(const std::string& region, Done done) = 0;
  virtual void ThawRegion(const std::string& region, Done done) = 0;
  /// Puts one fault on one direction of one link; replaces the fault with the same id. Done when
  /// the regions obey it.
  virtual void InjectFault(const fault::Fault& fault, Done done) = 0;
  virtual void ClearFault(const std::string& id, Done done) = 0;

  /// From now on reports each change of each health check's status, and once the present status
  /// of all. Ends with the Target.
  virtual void WatchHealth(std::function<void(HealthEvent)> on_event) = 0;
};

/// Where the journal goes. A line has no line end. Lines come in the order in which things were
/// noted, which is not quite the order of their times.
class JournalSink {
 public:
  virtual ~JournalSink() = default;
  virtual void Append(std::string_view line) = 0;
};

/// What the terminal shows while a drill runs.
class Display {
 public:
  virtual ~Display() = default;
  /// A line of the timeline, complete, to be printed and kept.
  virtual void Line(const std::string& text) = 0;
  /// What is being waited for, for how long already and for how long at most; replaces the one
  /// before. Called about twice a second.
  virtual void Progress(const std::string& waiting_for, Duration elapsed, Duration at_most) = 0;
};

}  // namespace lifeboat::drill
