// RegionHost: the machine as a region sees it. It owns disk, committer, clock and function
// processes; the region object itself, and the servers that feed it, are put together by world/.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "net/certificate_store.h"
#include "net/committer.h"
#include "net/dialer.h"
#include "net/event_loop.h"
#include "net/http_client.h"
#include "net/process_host.h"
#include "net/region_disk.h"
#include "net/socket_address.h"
#include "region/host.h"

namespace lifeboat::net {

struct RegionHostOptions {
  std::string code_folder;      ///< Function packages are unpacked below it.
  std::string address;          ///< The region's own, where runtime APIs listen.
  std::string runtimes_folder;  ///< As ProcessHostOptions has it.
  /// The HTTP ports of the other regions, by their names.
  std::map<std::string, SocketAddress, std::less<>> peers;
};

class RegionHost final : public region::Host {
 public:
  /// `loop` and `authority` must outlive it. `reserve` as for Committer.
  RegionHost(EventLoop& loop, RegionDisk disk, acm::CertificateAuthority& authority,
             RegionHostOptions options, std::unique_ptr<DiskReserve> reserve = nullptr);
  /// Kills the functions and writes what waits for the disk.
  ~RegionHost() override;

  const Clock& clock() const override { return clock_; }
  void SetClockSkew(Duration ahead) override { clock_.ahead = ahead; }
  Scheduler& scheduler() override { return loop_; }
  Prng& prng() override { return prng_; }
  storage::Engine& engine() override { return *engine_; }
  storage::Committer& committer() override { return committer_; }
  const storage::DiskState& disk() const override { return disk_; }
  lambda::ProcessHost& processes() override { return processes_; }
  acm::CertificateAuthority& certificate_authority() override { return authority_; }
  void CallPeer(std::string_view region, http::Request request, Duration timeout,
                std::function<void(Result<http::Response>)> done) override;
  void ServeCertificate(std::string_view server_name, std::string_view chain_pem,
                        std::string_view key_pem) override;

  /// For the region's TLS server.
  CertificateStore& certificates() { return certificates_; }

 private:
  /// The machine's, but for a wall clock that is wrong by as much as it was told.
  struct SkewedClock final : Clock {
    explicit SkewedClock(const Clock& clock) : real(clock) {}
    Instant Now() const override { return real.Now(); }
    WallTime WallNow() const override { return real.WallNow() + ahead; }
    const Clock& real;
    Duration ahead;
  };

  EventLoop& loop_;
  SkewedClock clock_{loop_.clock()};
  const std::unique_ptr<storage::Engine> engine_;
  const storage::DiskState disk_;
  acm::CertificateAuthority& authority_;
  const RegionHostOptions options_;
  Prng prng_;
  Committer committer_;
  ProcessHost processes_;
  CertificateStore certificates_;
  const std::unique_ptr<Dialer> dialer_;
  HttpClient peers_;
};

}  // namespace lifeboat::net
