// NameServerHost: the machine as a name server sees it. It carries out the name server's actions
// (probes, documents on disk, calls to the control plane), brings back their results, and answers
// DNS from the view of the moment.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "auth/peer_link.h"
#include "nameserver/name_server.h"
#include "net/dialer.h"
#include "net/dns_server.h"
#include "net/document_files.h"
#include "net/event_loop.h"
#include "net/file_writer.h"
#include "net/http_client.h"
#include "net/prober.h"
#include "net/socket_address.h"

namespace lifeboat::net {

/// Where a region really listens. A records carry no port, so probes to 80 and 443 at its address
/// go to these.
struct RegionPorts {
  std::string address;
  uint16_t http_port = 0;
  uint16_t https_port = 0;
};

struct NameServerHostOptions {
  SocketAddress dns;     ///< UDP and TCP; port 0 takes a free one.
  std::string folder;    ///< Of its documents; made when missing.
  bool founded = false;  ///< The world says that it has been there before.
  std::map<std::string, RegionPorts, std::less<>> regions;
  auth::PeerKey peer_key;  ///< The world's: regions answer us because we have it.
};

class NameServerHost {
 public:
  /// Reads the documents, starts the name server and answers from then on. kCorrupt when a document
  /// is not the one that was written last, kIo, kUnavailable.
  static Result<std::unique_ptr<NameServerHost>> Start(EventLoop& loop, nameserver::Config config,
                                                       NameServerHostOptions options);
  ~NameServerHost();

  uint16_t dns_port() const { return dns_->port(); }
  nameserver::NameServer& name_server() { return name_server_; }
  nameserver::Now Now() const;
  /// As NameServer::SetFaults.
  void SetFaults(fault::Table faults);

 private:
  NameServerHost(EventLoop& loop, nameserver::Config config, NameServerHostOptions options);
  Status Open();
  void Answer(std::string_view packet, bool tcp, std::string& answer);
  /// Carries out what the last event brought, and sets the timer for the next one.
  void Pump();
  void Do(nameserver::StartProbe action);
  void Do(nameserver::Persist action);
  void Do(nameserver::PollSnapshot action);
  void Do(nameserver::SendObservations action);
  void Send(const std::string& region, http::Request request, Duration timeout,
            auth::PeerLink::Done done);

  EventLoop& loop_;
  const NameServerHostOptions options_;
  Prng prng_;
  nameserver::NameServer name_server_;
  std::shared_ptr<const nameserver::View> view_;
  uint64_t view_number_ = 0;
  const std::unique_ptr<Dialer> dialer_;
  HttpClient client_;
  auth::PeerLink peers_;
  Prober prober_;
  std::unique_ptr<DnsServer> dns_;
  EventLoop::TimerId timer_;
  std::unique_ptr<DocumentFiles> documents_;  ///< The writer's, once it is open.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  FileWriter writer_;
};

}  // namespace lifeboat::net
