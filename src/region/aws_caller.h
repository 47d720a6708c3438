// Carries calls of AWS's APIs that a region makes itself: to a service of its own, or signed over
// the peer link to another region, whose answer must be signed, too. CloudFormation's resources are
// made this way.
#pragma once

#include <functional>
#include <string>

#include "auth/peer_link.h"
#include "cloudformation/aws_caller.h"
#include "region/credentials.h"
#include "region/host.h"
#include "region/router.h"

namespace lifeboat::region {

class AwsCaller final : public cloudformation::AwsCaller {
 public:
  struct Options {
    std::string region;         ///< Our own.
    std::string global_region;  ///< Where global services live; empty: they are not to be had.
  };
  /// Hands an authenticated request to a service of this region.
  using Dispatch = std::function<void(Service, http::Request, http::Reply)>;

  AwsCaller(Options options, Host& host, auth::PeerLink& peers, const Credentials& credentials,
            Dispatch dispatch);

  void Call(std::string_view service, std::string_view region, http::Request request,
            std::function<void(Result<http::Response>)> done) override;

 private:
  Options options_;
  Host& host_;
  auth::PeerLink& peers_;
  const Credentials& credentials_;
  Dispatch dispatch_;
};

/// Calls that cross to another region are given up after this.
inline constexpr Duration kRemoteCallTimeout = Duration::Seconds(30);
/// Header by which services learn who calls; the router sets it and takes it from no client.
inline constexpr const char* kCallerArnHeader = "X-Lifeboat-Caller-Arn";

}  // namespace lifeboat::region
