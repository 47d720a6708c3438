// Host: what a region needs of the world around it. net/ implements it with sockets, disks and
// clocks, sim/ with virtual ones. A region uses nothing else, so both run the same region.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "acm/certificate_authority.h"
#include "base/prng.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "http/message.h"
#include "lambda/process_host.h"
#include "storage/committer.h"
#include "storage/engine.h"
#include "storage/seal.h"

namespace lifeboat::region {

class Host {
 public:
  virtual ~Host() = default;
  virtual const Clock& clock() const = 0;
  virtual Scheduler& scheduler() = 0;
  virtual Prng& prng() = 0;
  /// The wall clock is ahead of the machine's by so much from now on.
  virtual void SetClockSkew(Duration ahead) = 0;
  virtual storage::Engine& engine() = 0;
  virtual storage::Committer& committer() = 0;
  /// What this start found on the disk.
  virtual const storage::DiskState& disk() const = 0;
  /// A number that no other start of this region has; never 0.
  uint64_t generation() const { return disk().generation; }
  virtual lambda::ProcessHost& processes() = 0;
  virtual acm::CertificateAuthority& certificate_authority() = 0;

  /// Sends `request` to the HTTP port of a peer region, over the link that faults can bend. `done`
  /// runs once, never inside this call: the answer; kUnavailable when nothing was sent;
  /// kUnknownOutcome when it was sent and no whole answer came in time.
  virtual void CallPeer(std::string_view region, http::Request request, Duration timeout,
                        std::function<void(Result<http::Response>)> done) = 0;

  /// TLS clients that ask for `server_name` (SNI) get this certificate from now on; an empty PEM
  /// withdraws it.
  virtual void ServeCertificate(std::string_view server_name, std::string_view chain_pem,
                                std::string_view key_pem) = 0;
};

}  // namespace lifeboat::region
