// Region: one AWS region as one object. It wires the services together, routes requests to them and
// carries what they need of each other; no rule of AWS's is in here. Hosted by net/ and by sim/.
//
// Runs on its owner's one thread. Destroying it ends everything at once, as a crash would.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "auth/peer_signature.h"
#include "auth/sigv4.h"
#include "base/result.h"
#include "fault/fault.h"
#include "http/message.h"
#include "json/value.h"
#include "lambda/runtimes.h"
#include "region/host.h"
#include "replication/tombstones.h"

namespace lifeboat::region {

struct Options {
  std::string name;
  std::vector<std::string> regions;  ///< The world's, ours included.
  /// Processes besides the regions that remember what our data folder was.
  std::vector<std::string> witnesses;
  std::string global_region;  ///< Where Route 53's API and IAM live; empty: nowhere.
  std::vector<auth::Credentials> keys;
  bool any_credentials = false;  ///< Every key is taken, and no signature verified.
  lambda::Era era = lambda::Era::kToday;
  auth::PeerKey peer_key;  ///< The world's, for what its processes ask of each other.
  /// What every function finds in its environment, for instance AWS_ENDPOINT_URL_DYNAMODB.
  std::map<std::string, std::string> function_variables;
  replication::TombstoneRule tombstone_rule = replication::MayDrop;  ///< For the simulator.
};

/// An answer with this status means: close the connection without one, as a dead server's would
/// be.
inline constexpr int kCloseWithoutAnswer = 0;

class Region {
 public:
  /// Reads all state back from the host's engine. kCorrupt or kIo when it can't be read.
  static Result<std::unique_ptr<Region>> Open(Options options, Host& host);
  ~Region();

  /// Any request that came to one of the region's ports.
  void Handle(http::Request request, http::Reply reply);

  /// The faults that hold from now on, in place of those before.
  void SetFaults(fault::Table faults);

  /// For /_lifeboat/status.
  json::Value DescribeStatus() const;

 private:
  struct Impl;
  explicit Region(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::region
