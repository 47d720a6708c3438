#include "nameserver/name_server.h"

#include <atomic>
#include <mutex>

#include <fmt/format.h>

#include "base/aws_regions.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/log.h"
#include "fault/effects.h"
#include "nameserver/control_link.h"
#include "nameserver/documents.h"
#include "nameserver/persister.h"
#include "nameserver/status.h"
#include "route53/observations.h"

namespace lifeboat::nameserver {
namespace {

constexpr std::string_view kZonesKind = DocumentName(Document::kZones);
constexpr std::string_view kHealthKind = DocumentName(Document::kHealth);

bool HasControlPlane(const Config& config) {
  return std::any_of(config.regions.begin(), config.regions.end(), [](const WorldRegion& region) {
    return region.name == kGlobalControlPlaneRegion;
  });
}

/// What a fault calls the check by, beside its id.
const std::string& EndpointOf(const health::CheckConfig& check) {
  return check.fqdn.empty() ? check.ip_address : check.fqdn;
}

/// The faults that we obey, comparable.
std::vector<std::pair<fault::Kind, std::map<std::string, fault::Value, std::less<>>>> OfNames(
    const fault::Table& table) {
  std::vector<std::pair<fault::Kind, std::map<std::string, fault::Value, std::less<>>>> ours;
  for (const auto& [id, fault] : table.faults()) {
    if (fault.kind == fault::Kind::kNameEmpty || fault.kind == fault::Kind::kHealthInvert ||
        fault.kind == fault::Kind::kCheckerBlind)
      ours.emplace_back(fault.kind, fault.values);
  }
  return ours;
}

}  // namespace

struct NameServer::Impl {
  Impl(Config the_config, Prng the_prng)
      : config(std::move(the_config)),
        world(MakeWorldNames(config, faults)),
        has_control_plane(HasControlPlane(config)),
        prng(the_prng),
        monitor(config.checkers, prng.Fork()) {
    RebuildView();
  }

  void RestoreZones(std::string_view bytes, Now now);
  void RestoreHealth(std::string_view bytes, Now now);
  void Adopt(route53::Snapshot fresh, std::string text, Now now);
  /// Why `fresh` may not take the place of what we hold; empty when it may.
  std::string Objection(const route53::Snapshot& fresh) const;
  void OnSnapshot(const std::string& text, Now now);
  http::Request MakePoll() const;
  void SetChecks(Now now);
  void RebuildView();

  /// What follows from any event: probes, a new view, writes, requests.
  void Settle(Now now);
  void StartProbes(Now now);
  void WriteDocuments(Now now);
  void Poll(Now now);
  void ReportObservations(Now now);

  const Config config;
  fault::Table faults;
  View world;
  const bool has_control_plane;
  Prng prng;
  health::Monitor monitor;

  route53::Snapshot snapshot;
  std::string snapshot_text;
  uint64_t snapshot_content = 0;  ///< Counts the snapshots that were taken in.
  bool give_back = false;         ///< The control plane does not know what we hold.
  std::string refused;            ///< Why the last snapshot was not taken in.
  Persister zones_file, health_file;
  ControlLink polls, reports;
  std::vector<Action> actions;

  uint64_t status_epoch_in_view = 0;
  mutable std::mutex view_mutex;
  std::shared_ptr<const View> view;
  std::atomic<uint64_t> view_number = 0;
};

void NameServer::Impl::RestoreZones(std::string_view bytes, Now now) {
  const Result<std::string> text = OpenDocument(kZonesKind, bytes);
  Result<route53::Snapshot> stored =
      text.ok() ? route53::DecodeSnapshot(*text) : Result<route53::Snapshot>(text.error());
  if (!stored.ok()) return log::Warn("name server: {}", stored.error().message);
  Adopt(std::move(stored).value(), *text, now);
  zones_file.SetDurable(snapshot_content);
}

void NameServer::Impl::RestoreHealth(std::string_view bytes, Now now) {
  const Result<std::string> text = OpenDocument(kHealthKind, bytes);
  const Result<health::Memory> memory =
      text.ok() ? DecodeHealth(*text) : Result<health::Memory>(text.error());
  if (!memory.ok()) return log::Warn("name server: {}", memory.error().message);
  monitor.Restore(*memory, now);
}

void NameServer::Impl::Adopt(route53::Snapshot fresh, std::string text, Now now) {
  if (!snapshot.epoch.empty() && fresh.epoch != snapshot.epoch)
    log::Warn("name server: the control plane has taken back change {} from us and goes on at {}",
              snapshot.number, fresh.number);
  snapshot = std::move(fresh);
  snapshot_text = std::move(text);
  ++snapshot_content;
  SetChecks(now);
  RebuildView();
}

/// As the control plane has them, but for those that a fault inverts.
void NameServer::Impl::SetChecks(Now now) {
  std::vector<health::CheckConfig> checks;
  for (const route53::HealthCheck& each : snapshot.checks) {
    health::CheckConfig& check = checks.emplace_back(each.config);
    if (fault::IsInverted(faults, check.id, EndpointOf(check))) check.inverted = !check.inverted;
  }
  monitor.SetChecks(checks, now);
}

void NameServer::Impl::RebuildView() {
  status_epoch_in_view = monitor.status_epoch();
  std::shared_ptr<const View> fresh = BuildView(
      config, world, snapshot, [this](std::string_view id) { return monitor.Healthy(id); });
  const std::lock_guard lock(view_mutex);
  view.swap(fresh);  // The old one goes after the lock.
  view_number.fetch_add(1, std::memory_order_release);
}

void NameServer::Impl::Settle(Now now) {
  StartProbes(now);
  if (monitor.status_epoch() != status_epoch_in_view) RebuildView();
  WriteDocuments(now);
  if (!has_control_plane) return;
  Poll(now);
  ReportObservations(now);
}

void NameServer::Impl::StartProbes(Now now) {
  for (health::ProbeKey& key : monitor.TakeProbes()) {
    const health::CheckConfig* check = monitor.FindCheck(key.check_id);
    if (check == nullptr) continue;
    // Names are resolved anew before each probe (API Reference, FullyQualifiedDomainName).
    std::optional<std::string> address = check->ip_address;
    if (address->empty()) address = ResolveIpv4(*view, check->fqdn, prng);
    if (fault::BlindCheckers(faults, key.check_id, EndpointOf(*check)) > key.checker) {
      monitor.OnVerdict(
          key, Evaluate(*check, {.stage = health::ProbeStage::kConnect, .timed_out = true}), now);
    } else if (address) {
      actions.push_back(StartProbe{key, health::MakeProbeTarget(*check, *address)});
    } else {
      monitor.OnVerdict(key, Evaluate(*check, {.stage = health::ProbeStage::kResolve}), now);
    }
  }
}

void NameServer::Impl::WriteDocuments(Now now) {
  if (zones_file.ShouldWrite(snapshot_content, now.instant)) {
    zones_file.OnStarted(snapshot_content);
    actions.push_back(Persist{Document::kZones, SealDocument(kZonesKind, snapshot_text)});
  }
  const uint64_t memory = monitor.memory_epoch();
  if (snapshot_content != 0 && health_file.ShouldWrite(memory, now.instant)) {
    health_file.OnStarted(memory);
    actions.push_back(
        Persist{Document::kHealth, SealDocument(kHealthKind, EncodeHealth(monitor.Remember()))});
  }
}

/// The poll says what is on our disk, so it waits until the newest snapshot is there.
void NameServer::Impl::Poll(Now now) {
  if (!polls.ready(now.instant) || zones_file.durable() != snapshot_content) return;
  polls.OnSent();
  actions.push_back(PollSnapshot{std::string(kGlobalControlPlaneRegion), MakePoll(), kPollTimeout});
}

http::Request NameServer::Impl::MakePoll() const {
  http::Request request;
  if (give_back) {
    request.method = "POST";
    request.target = "/_lifeboat/route53/copy?server=" + PercentEncode(config.name);
    request.headers.Add("Content-Type", "application/json");
    request.body = snapshot_text;
    return request;
  }
  request.target = fmt::format(
      "/_lifeboat/route53/snapshot?server={}&epoch={}&generation={}&applied={}&digest={}"
      "&wait_ms={}",
      PercentEncode(config.name), PercentEncode(snapshot.epoch), PercentEncode(snapshot.generation),
      snapshot.number, PercentEncode(snapshot.digest), kPollWait.millis());
  return request;
}

/// A name server never makes a change, so what it holds was once acknowledged by a control plane.
/// Whatever takes its place must be built upon it, or zones would be lost with a disk that is not
/// ours.
std::string NameServer::Impl::Objection(const route53::Snapshot& fresh) const {
  if (snapshot.epoch.empty()) return "";
  if (fresh.base != snapshot.held())
    return fmt::format("it is not built on change {}, which we hold", snapshot.number);
  if (fresh.number <= snapshot.number)
    return fmt::format("its number {} is not above {}", fresh.number, snapshot.number);
  return "";
}

void NameServer::Impl::OnSnapshot(const std::string& text, Now now) {
  Result<route53::Snapshot> fresh = route53::DecodeSnapshot(text);
  std::string objection = fresh.ok() ? Objection(*fresh) : fresh.error().message;
  if (objection.empty()) {
    polls.OnSuccess(now.instant, Duration{});
    Adopt(std::move(fresh).value(), text, now);
  } else {
    if (objection != refused)
      log::Warn("name server: a snapshot of the control plane is refused: {}", objection);
    polls.OnFailure(now.instant);
  }
  refused = std::move(objection);
}

void NameServer::Impl::ReportObservations(Now now) {
  if (!reports.ready(now.instant) || snapshot.checks.empty()) return;
  route53::ObservationReport report{.server = config.name};
  for (const auto& [id, status] : monitor.Remember()) {
    std::vector<route53::CheckerReport>& checkers = report.checks[id];
    for (const health::Observation& seen : status.observations) {
      const health::CheckerPlace& place = monitor.places()[static_cast<size_t>(seen.checker)];
      checkers.push_back(
          {place.region, place.ip_address, seen.text, seen.at, seen.failure_text, seen.failure_at});
    }
  }
  http::Request request;
  request.method = "POST";
  request.target = "/_lifeboat/route53/observations";
  request.headers.Add("Content-Type", "application/json");
  request.body = json::Write(route53::EncodeObservations(report));
  reports.OnSent();
  actions.push_back(SendObservations{std::string(kGlobalControlPlaneRegion), std::move(request),
                                     kObservationTimeout});
}

NameServer::NameServer(Config config, Prng prng)
    : impl_(std::make_unique<Impl>(std::move(config), prng)) {}
NameServer::~NameServer() = default;

void NameServer::Start(std::optional<std::string> zones, std::optional<std::string> health,
                       Now now) {
  if (zones) impl_->RestoreZones(*zones, now);
  if (health) impl_->RestoreHealth(*health, now);
  impl_->Settle(now);
}

void NameServer::SetFaults(fault::Table faults, Now now) {
  const bool same = OfNames(faults) == OfNames(impl_->faults);
  impl_->faults = std::move(faults);
  if (same) return;  // Others come and go as often as every second.
  impl_->world = MakeWorldNames(impl_->config, impl_->faults);
  impl_->SetChecks(now);
  impl_->RebuildView();
  impl_->Settle(now);
}

const fault::Table& NameServer::faults() const { return impl_->faults; }

void NameServer::Tick(Now now) {
  impl_->monitor.Tick(now);
  impl_->Settle(now);
}

void NameServer::OnProbeDone(const health::ProbeKey& key, const health::ProbeOutcome& outcome,
                             Now now) {
  const health::CheckConfig* check = impl_->monitor.FindCheck(key.check_id);
  if (check != nullptr) impl_->monitor.OnVerdict(key, Evaluate(*check, outcome), now);
  impl_->Settle(now);
}

void NameServer::OnPersisted(Document document, const Status& status, Now now) {
  if (!status.ok())
    log::Error("name server: {} not written: {}", DocumentName(document), status.error().message);
  Persister& file = document == Document::kZones ? impl_->zones_file : impl_->health_file;
  file.OnDone(status.ok(), now.instant);
  impl_->Settle(now);
}

void NameServer::OnSnapshotAnswer(const Result<http::Response>& answer, Now now) {
  const bool gave_back = std::exchange(impl_->give_back, false);
  const int status = answer.ok() ? answer->status : 0;
  if (status == 200 && !gave_back) {
    impl_->OnSnapshot(answer->body, now);
  } else if (status == 204) {
    impl_->polls.OnSuccess(now.instant, Duration{});
  } else if (status == 409 && !gave_back) {
    impl_->give_back = true;
    impl_->polls.OnSuccess(now.instant, Duration{});
  } else {
    impl_->polls.OnFailure(now.instant);
  }
  impl_->Settle(now);
}

void NameServer::OnObservationsAnswer(const Result<http::Response>& answer, Now now) {
  if (answer.ok() && answer->status < 300) {
    impl_->reports.OnSuccess(now.instant, kObservationInterval);
  } else {
    impl_->reports.OnFailure(now.instant);
  }
  impl_->Settle(now);
}

std::vector<Action> NameServer::TakeActions() { return std::exchange(impl_->actions, {}); }

std::optional<Instant> NameServer::NextDeadline() const {
  const Impl& impl = *impl_;
  std::optional<Instant> next = impl.monitor.NextDeadline();
  const auto consider = [&](Instant at) { next = next ? std::min(*next, at) : at; };
  const bool zones_behind = impl.zones_file.durable() != impl.snapshot_content;
  const bool health_behind = impl.health_file.durable() != impl.monitor.memory_epoch();
  if (zones_behind && !impl.zones_file.in_flight()) consider(impl.zones_file.retry_at());
  if (impl.snapshot_content != 0 && health_behind && !impl.health_file.in_flight())
    consider(impl.health_file.retry_at());
  if (!impl.has_control_plane) return next;
  if (!impl.polls.in_flight() && !zones_behind) consider(impl.polls.next());
  if (!impl.reports.in_flight() && !impl.snapshot.checks.empty()) consider(impl.reports.next());
  return next;
}

std::shared_ptr<const View> NameServer::CurrentView() const {
  const std::lock_guard lock(impl_->view_mutex);
  return impl_->view;
}

uint64_t NameServer::view_number() const {
  return impl_->view_number.load(std::memory_order_acquire);
}

bool NameServer::CheckIsHealthy(std::string_view check_id) const {
  return impl_->monitor.Healthy(check_id);
}

json::Value NameServer::DescribeStatus(Now now) const {
  const Impl& impl = *impl_;
  return nameserver::DescribeStatus(
      {impl.config, impl.snapshot, impl.monitor, impl.polls.reachable(),
       impl.zones_file.durable() == impl.snapshot_content, impl.refused, view_number()},
      now);
}

}  // namespace lifeboat::nameserver
