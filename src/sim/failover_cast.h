// The processes of a failover run: regions, of which one hosts Route 53's control plane, and the
// name server that probes them. What decides is the real machines of route53/ and nameserver/.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "nameserver/name_server.h"
#include "route53/service.h"
#include "sim/network.h"

namespace lifeboat::sim {

/// A region as a prober sees it: answers 200 as long as it lives.
class ProbedRegion final : public Process {
 public:
  /// With `hosts_control_plane`, Route 53's state is read back from the machine's disk. With
  /// `deaf`, which in truth it never is, it believes that the name server holds nothing.
  ProbedRegion(Machine& machine, bool hosts_control_plane, bool deaf = false);
  void Handle(const http::Request& request, http::Reply reply) override;
  route53::Service& route53() { return *route53_; }

 private:
  std::unique_ptr<route53::Service> route53_;
  const bool deaf_;
};

/// What may be forgotten when a name server starts again; in truth nothing is.
struct Amnesia {
  bool zones = false;
  bool health = false;
  bool base = false;  ///< For each snapshot: that it must be built on what is held.
};

/// nameserver::NameServer with its host: probes and calls go over the network, documents to the
/// machine's disk.
class NameServerProcess final : public Process {
 public:
  NameServerProcess(Machine& machine, Network& network, const nameserver::Config& config,
                    Amnesia amnesia);
  /// Nobody calls a name server over HTTP here.
  void Handle(const http::Request& request, http::Reply reply) override;
  const nameserver::NameServer& server() const { return server_; }
  nameserver::Now Now() const { return {machine_.Now(), machine_.WallNow()}; }
  /// True when a start from this disk knows the zones and the opinions.
  static bool HasDocuments(const Machine& machine);
  /// The snapshot on this disk, as text; empty when there is none.
  static std::string StoredZones(const Machine& machine);

 private:
  void CarryOut();
  void Do(const nameserver::StartProbe& probe);
  void Do(const nameserver::Persist& write);
  void Do(const nameserver::PollSnapshot& poll);
  void Do(const nameserver::SendObservations& send);
  void SetTimer();

  Machine& machine_;
  Network& network_;
  const nameserver::Config& config_;
  const bool forgets_base_;
  nameserver::NameServer server_;
  std::optional<Instant> timer_;  ///< The earliest one that is set.
};

}  // namespace lifeboat::sim
