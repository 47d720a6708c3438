// Route 53's control plane: REST-XML requests in, answers out, state through the committer; and the
// feed from which name servers pull snapshots of zones and checks. Runs on its owner's one thread.
//
// Requests are taken one after the other: while a batch is on its way to the disk the next request
// waits, so nobody ever sees what is not durable. If the disk refuses a batch the state is read
// back from the engine.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/prng.h"
#include "base/result.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "http/message.h"
#include "storage/committer.h"
#include "storage/engine.h"

namespace lifeboat::route53 {

/// Requests that may wait at once; more are answered with Throttling.
inline constexpr size_t kMaxWaitingRequests = 1'000;
/// Long polls that may wait at once.
inline constexpr size_t kMaxWaitingPolls = 64;
inline constexpr Duration kMaxPollWait = Duration::Seconds(60);

class Service {
 public:
  struct Options {
    /// A change is INSYNC when all of these have it on their disks.
    std::vector<std::string> name_servers = {"nameserver"};
  };
  struct Dependencies {
    storage::Engine& engine;
    storage::Committer& committer;
    const Clock& clock;
    Scheduler& scheduler;
    Prng& prng;
  };

  /// Reads the state back from the engine.
  static Result<std::unique_ptr<Service>> Open(Options options, Dependencies dependencies);
  ~Service();

  /// A request under /2013-04-01/ whose signature has been checked.
  void Handle(const http::Request& request, http::Reply reply);

  /// A request of a name server:
  ///   GET  /_lifeboat/route53/snapshot?server=NAME&epoch=E&applied=N&wait_ms=M
  ///        NAME has snapshot N of epoch E on its disk. 200 with a newer snapshot, or 204 when
  ///        there is none after M milliseconds.
  ///   POST /_lifeboat/route53/observations
  void HandlePeer(const http::Request& request, http::Reply reply);

 private:
  struct Impl;
  explicit Service(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;  ///< Shared with what the scheduler and committer still hold.
};

}  // namespace lifeboat::route53
