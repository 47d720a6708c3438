#include "net/name_server_host.h"

#include "base/log.h"
#include "dns/answer.h"

namespace lifeboat::net {
namespace {

using nameserver::Document;
using nameserver::DocumentName;

std::string NameOf(Document document) { return std::string(DocumentName(document)); }

}  // namespace

Result<std::unique_ptr<NameServerHost>> NameServerHost::Start(EventLoop& loop,
                                                              nameserver::Config config,
                                                              NameServerHostOptions options) {
  std::unique_ptr<NameServerHost> host(
      new NameServerHost(loop, std::move(config), std::move(options)));
  if (Status opened = host->Open(); !opened) return opened.error();
  return host;
}

NameServerHost::NameServerHost(EventLoop& loop, nameserver::Config config,
                               NameServerHostOptions options)
    : loop_(loop),
      options_(std::move(options)),
      prng_(NewSystemPrng()),
      name_server_(std::move(config), prng_.Fork()),
      dialer_(std::move(Dialer::New(loop, "")).value()),
      client_(loop, *dialer_),
      peers_(options_.peer_key, std::string(auth::kNameServerPeer), prng_,
             [this](const std::string& region, http::Request request, Duration timeout,
                    auth::PeerLink::Done done) {
               Send(region, std::move(request), timeout, std::move(done));
             }),
      prober_(loop),
      writer_(loop) {}

NameServerHost::~NameServerHost() {
  *alive_ = false;
  loop_.CancelTimer(timer_);
}

Status NameServerHost::Open() {
  auto documents =
      DocumentFiles::Open(options_.folder, {NameOf(Document::kZones), NameOf(Document::kHealth)});
  if (!documents) return documents.error();
  documents_ = *std::move(documents);
  if (options_.founded && documents_->blank()) {
    log::Error("{}: the disk is lost, and with it this copy of the zones", options_.folder);
  }
  Result<std::optional<std::string>> zones = documents_->Read(NameOf(Document::kZones));
  if (!zones) return zones.error();
  Result<std::optional<std::string>> health = documents_->Read(NameOf(Document::kHealth));
  if (!health) return health.error();
  name_server_.Start(std::move(*zones), std::move(*health), Now());
  auto dns = DnsServer::Start(loop_, options_.dns,
                              [this](std::string_view packet, bool tcp, std::string& answer) {
                                Answer(packet, tcp, answer);
                              });
  if (!dns) return dns.error();
  dns_ = std::move(*dns);
  Pump();
  return {};
}

nameserver::Now NameServerHost::Now() const {
  return {loop_.clock().Now(), loop_.clock().WallNow()};
}

void NameServerHost::SetFaults(fault::Table faults) {
  name_server_.SetFaults(std::move(faults), Now());
  Pump();
}

void NameServerHost::Answer(std::string_view packet, bool tcp, std::string& answer) {
  if (const uint64_t number = name_server_.view_number(); number != view_number_ || !view_) {
    view_number_ = number;
    view_ = name_server_.CurrentView();
  }
  dns::AnswerQuery(packet, *view_, tcp ? dns::Transport::kTcp : dns::Transport::kUdp, prng_,
                   answer);
}

void NameServerHost::Pump() {
  for (nameserver::Action& action : name_server_.TakeActions()) {
    std::visit([this](auto& it) { Do(std::move(it)); }, action);
  }
  loop_.CancelTimer(timer_);
  const std::optional<Instant> deadline = name_server_.NextDeadline();
  if (!deadline) return;
  timer_ = loop_.StartTimer(*deadline - loop_.clock().Now(), [this] {
    name_server_.Tick(Now());
    Pump();
  });
}

void NameServerHost::Do(nameserver::StartProbe action) {
  health::ProbeTarget target = std::move(action.target);
  for (const auto& [name, region] : options_.regions) {
    if (region.address != target.address) continue;
    if (target.port == 80) target.port = region.http_port;
    if (target.port == 443) target.port = region.https_port;
  }
  prober_.Probe(std::move(target),
                [this, key = std::move(action.key)](health::ProbeOutcome outcome) {
                  name_server_.OnProbeDone(key, outcome, Now());
                  Pump();
                });
}

void NameServerHost::Do(nameserver::Persist action) {
  writer_.Write([files = documents_.get(), name = NameOf(action.document),
                 bytes = std::move(action.bytes)] { return files->Write(name, bytes); },
                [this, alive = alive_, document = action.document](Status status) {
                  if (!*alive) return;
                  if (!status) log::Warn("name server: {}", status.error().message);
                  name_server_.OnPersisted(document, status, Now());
                  Pump();
                });
}

void NameServerHost::Do(nameserver::PollSnapshot action) {
  peers_.Call(action.region, std::move(action.request), action.timeout, [this](auto answer) {
    name_server_.OnSnapshotAnswer(answer, Now());
    Pump();
  });
}

void NameServerHost::Do(nameserver::SendObservations action) {
  peers_.Call(action.region, std::move(action.request), action.timeout, [this](auto answer) {
    name_server_.OnObservationsAnswer(answer, Now());
    Pump();
  });
}

void NameServerHost::Send(const std::string& region, http::Request request, Duration timeout,
                          auth::PeerLink::Done done) {
  const auto found = options_.regions.find(region);
  if (found == options_.regions.end()) {
    loop_.Post([alive = alive_, region, done = std::move(done)] {
      if (*alive) done(Error{ErrorCode::kUnavailable, "this world has no region " + region});
    });
    return;
  }
  client_.Call({.address = found->second.address, .port = found->second.http_port},
               std::move(request), timeout, std::move(done));
}

}  // namespace lifeboat::net
