// Route 53's control plane: REST-XML requests in, answers out, state through the committer; and the
// feed from which name servers pull snapshots of zones and checks. Runs on its owner's one thread.
//
// Requests are taken one after the other: while a batch is on its way to the disk the next request
// waits, so nobody ever sees what is not durable. If the disk refuses a batch the state is read
// back from the engine.
//
// After a start it may be that the disk has been lost or is an older copy, and that a name server
// holds more than we do. So changes are refused until each name server has said what it holds,
// kAskingTime at most; reads are answered from what we have. What a name server holds and we do not
// know is taken back from it (recovery.h), then and at any later time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/prng.h"
#include "base/result.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "http/message.h"
#include "json/value.h"
#include "storage/committer.h"
#include "storage/engine.h"

namespace lifeboat::route53 {

/// Requests that may wait at once; more are answered with Throttling.
inline constexpr size_t kMaxWaitingRequests = 1'000;
/// Long polls that may wait at once.
inline constexpr size_t kMaxWaitingPolls = 64;
inline constexpr Duration kMaxPollWait = Duration::Seconds(60);
inline constexpr Duration kAskingTime = Duration::Seconds(5);

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
  ///   GET  /_lifeboat/route53/snapshot?server=NAME&epoch=E&generation=G&applied=N&digest=D
  ///                                    &wait_ms=M
  ///        NAME has snapshot N of epoch E on its disk. 200 with a newer snapshot, or 204 when
  ///        there is none after M milliseconds. 409: we do not know this snapshot; give it back.
  ///   POST /_lifeboat/route53/copy?server=NAME
  ///        The bytes of the snapshot that NAME has. 204 when we know it now.
  ///   POST /_lifeboat/route53/observations
  void HandlePeer(const http::Request& request, http::Reply reply);

  /// For /_lifeboat/status: `state` (asking, confirmed, or unconfirmed when a name server has not
  /// said what it holds), `epoch`, `number`, and `findings` about what was lost.
  json::Value DescribeStatus() const;

 private:
  struct Impl;
  explicit Service(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;  ///< Shared with what the scheduler and committer still hold.
};

}  // namespace lifeboat::route53
