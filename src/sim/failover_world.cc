#include "sim/failover_world.h"

#include <algorithm>

#include "base/aws_regions.h"
#include "base/check.h"

namespace lifeboat::sim {
namespace {

constexpr char kName[] = "api.example.com";
constexpr int kMaxNotes = 250;
constexpr size_t kMaxImages = 8;
constexpr Duration kLookEvery = Duration::Millis(100);
constexpr Duration kSetUpLimit = Duration::Seconds(30);
/// After this the slowest poll has timed out and another one has brought what is new.
constexpr Duration kHealLimit = nameserver::kPollTimeout + Duration::Seconds(15);
constexpr Duration kHealLook = Duration::Seconds(1);

std::string AliasSet(const std::string& name, const std::string& region, const std::string& extra) {
  return fmt::format(
      "<Change><Action>CREATE</Action><ResourceRecordSet><Name>{}</Name><Type>A</Type>{}"
      "<AliasTarget><HostedZoneId>{}</HostedZoneId>"
      "<DNSName>d-aaaaaaaaaa.execute-api.{}.amazonaws.com</DNSName>"
      "<EvaluateTargetHealth>true</EvaluateTargetHealth></AliasTarget></ResourceRecordSet>"
      "</Change>",
      name, extra, FindAwsRegion(region)->execute_api_zone_id, region);
}

std::string FailoverSet(const std::string& region, const std::string& role,
                        const std::string& check) {
  return AliasSet(kName, region,
                  fmt::format("<SetIdentifier>{}</SetIdentifier><Failover>{}</Failover>"
                              "<HealthCheckId>{}</HealthCheckId>",
                              region, role, check));
}

std::string ChangeBatch(const std::string& changes) {
  return "<ChangeResourceRecordSetsRequest><ChangeBatch><Changes>" + changes +
         "</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>";
}

std::string CheckRequest(const std::string& fqdn) {
  return fmt::format(
      "<CreateHealthCheckRequest><CallerReference>{0}</CallerReference><HealthCheckConfig>"
      "<Type>HTTPS</Type><FullyQualifiedDomainName>{0}</FullyQualifiedDomainName>"
      "<RequestInterval>{1}</RequestInterval><FailureThreshold>1</FailureThreshold>"
      "</HealthCheckConfig></CreateHealthCheckRequest>",
      fqdn, kCheckInterval.millis() / 1000);
}

/// The first `<Id>` of an answer, without `/hostedzone/`.
std::string IdOf(const http::Response& response) {
  const size_t begin = response.body.find("<Id>") + 4;
  const std::string id = response.body.substr(begin, response.body.find("</Id>") - begin);
  return id.substr(id.rfind('/') + 1);
}

std::string RegionalName(const std::string& region) { return region + "." + kName; }

std::string NoteName(int note) { return fmt::format("n{}.example.com", note); }

}  // namespace

FailoverWorld::FailoverWorld(Prng prng, const FailoverPlan& plan, FailoverBug bug,
                             EventQueue& events, const Trace& trace, RunResult& result)
    : prng_(prng),
      plan_(plan),
      bug_(bug),
      events_(events),
      trace_(trace),
      result_(result),
      network_(events, trace, prng_.Fork()) {
  for (const std::string& region : plan.regions) {
    config_.regions.push_back({region, fmt::format("127.0.{}.1", 11 + regions_.size())});
    regions_[region] = std::make_unique<Machine>(region, events, prng_.Fork(), DiskSpeed());
    network_.Attach(*regions_[region]);
    StartRegion(region);
  }
  server_machine_ = std::make_unique<Machine>("nameserver", events, prng_.Fork(), DiskSpeed());
  network_.Attach(*server_machine_);
  StartServer({.base = bug_ == FailoverBug::kAnyEpoch});
}

void FailoverWorld::StartRegion(const std::string& region) {
  Machine& machine = *regions_.at(region);
  if (bug_ == FailoverBug::kForgottenBatches) {
    storage::WriteBatch batch;
    batch.DeleteRange(storage::Space::kMeta, "route53/batch/", "route53/batch0");
    Check(machine.disk().engine().Write(batch).ok(), "a disk in memory takes everything");
  }
  const bool deaf = bug_ == FailoverBug::kAnyEpoch || bug_ == FailoverBug::kDeafControlPlane;
  machine.Start(std::make_unique<ProbedRegion>(machine, region == kGlobalControlPlaneRegion, deaf));
}

void FailoverWorld::StartServer(Amnesia amnesia) {
  server_machine_->Start(
      std::make_unique<NameServerProcess>(*server_machine_, network_, config_, amnesia));
}

NameServerProcess& FailoverWorld::server() {
  return static_cast<NameServerProcess&>(*server_machine_->process());
}

void FailoverWorld::RunFor(Duration time) {
  const Instant end = events_.now() + time;
  while (result_.violations.empty() && events_.RunNext(end)) {
  }
  if (result_.violations.empty()) events_.RunFor(end - events_.now());
}

// The set-up.

/// A request of a client; it is lost when the control plane does not live.
void FailoverWorld::Send(const std::string& method, const std::string& path,
                         const std::string& body, std::function<void(http::Response)> done) {
  route53::Service* service = ControlPlane();
  if (service == nullptr) return;
  http::Request request;
  request.method = method;
  request.target = "/2013-04-01" + path;
  request.body = body;
  service->Handle(request, std::move(done));
}

/// nullptr while it does not run.
route53::Service* FailoverWorld::ControlPlane() {
  Machine& machine = *regions_.at(std::string(kGlobalControlPlaneRegion));
  if (!machine.up() || machine.frozen()) return nullptr;
  return &static_cast<ProbedRegion&>(*machine.process()).route53();
}

http::Response FailoverWorld::SendAndWait(const std::string& path, const std::string& body) {
  std::optional<http::Response> answer;
  Send("POST", path, body, [&answer](http::Response response) { answer = std::move(response); });
  const Instant end = events_.now() + kSetUpLimit;
  while (!answer && events_.RunNext(end)) {
  }
  Check(answer && answer->status / 100 == 2, "Route 53 takes the set-up");
  return *answer;
}

void FailoverWorld::SetUpZone() {
  const Instant end = events_.now() + kSetUpLimit;
  while (events_.now() < end && ControlPlane()->DescribeStatus().GetString("state") == "asking")
    RunFor(Duration::Millis(100));
  std::map<std::string, std::string> checks;
  for (const std::string& region : {plan_.primary, plan_.secondary}) {
    checks[region] = IdOf(SendAndWait("/healthcheck", CheckRequest(RegionalName(region))));
    region_by_check_[checks[region]] = region;
  }
  zone_id_ = IdOf(SendAndWait("/hostedzone",
                              "<CreateHostedZoneRequest><Name>example.com</Name><CallerReference>"
                              "zone</CallerReference></CreateHostedZoneRequest>"));
  SendAndWait("/hostedzone/" + zone_id_ + "/rrset/",
              ChangeBatch(AliasSet(RegionalName(plan_.primary), plan_.primary, "") +
                          AliasSet(RegionalName(plan_.secondary), plan_.secondary, "") +
                          FailoverSet(plan_.primary, "PRIMARY", checks[plan_.primary]) +
                          FailoverSet(plan_.secondary, "SECONDARY", checks[plan_.secondary])));
  RunFor(kFailoverBound);
  Check(NameServerProcess::HasDocuments(*server_machine_), "the name server has kept the zone");
  first_view_ = server().server().CurrentView();
  checker_.emplace(plan_.primary, plan_.secondary, events_.now());
  last_answer_ = plan_.primary;
  ScheduleLook();
}

void FailoverWorld::ChangeNote() {
  if (notes_ == kMaxNotes) return;
  const int note = ++notes_;
  ++result_.writes;
  const auto on_answer = [this, note](const http::Response& response) {
    if (response.status != 200) return;
    Mark("change", "client");
    ++result_.acknowledged;
    acknowledged_notes_.insert(note);
  };
  Disk& disk = regions_.at(std::string(kGlobalControlPlaneRegion))->disk();
  if (images_.size() < kMaxImages && prng_.Chance(1, 2))
    images_.push_back(disk.engine().TakeImage());
  Send("POST", "/hostedzone/" + zone_id_ + "/rrset/",
       ChangeBatch(fmt::format("<Change><Action>CREATE</Action><ResourceRecordSet><Name>{}</Name>"
                               "<Type>A</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>"
                               "192.0.2.1</Value></ResourceRecord></ResourceRecords>"
                               "</ResourceRecordSet></Change>",
                               NoteName(note))),
       on_answer);
}

void FailoverWorld::Heal() {
  network_.SetWeather({});
  if (!AwaitHealed()) return;
  ChangeNote();  // Whatever has happened: a change reaches the wire.
  const int last = notes_;
  RunFor(kHealLook);
  if (!acknowledged_notes_.contains(last))
    return result_.violations.push_back("after the heal no change is taken");
  AwaitHealed();
}

bool FailoverWorld::AwaitHealed() {
  const Instant end = events_.now() + plan_.longest_outage + kHealLimit;
  while (result_.violations.empty() && !IsHealed()) {
    if (events_.now() >= end) {
      result_.violations.push_back(fmt::format(
          "after the heal {} is answered, and {} of {} acknowledged changes; the control plane {} "
          "the name server",
          last_answer_, answered_notes_.size(), acknowledged_notes_.size(),
          ControlPlaneAgrees() ? "agrees with" : "is not at the snapshot of"));
      return false;
    }
    RunFor(kHealLook);
  }
  return result_.violations.empty();
}

bool FailoverWorld::IsHealed() {
  if (!lost_.empty() || !server_machine_->up() || last_answer_ != plan_.primary) return false;
  const std::set<int>& answered = AnsweredNotes();
  return std::includes(answered.begin(), answered.end(), acknowledged_notes_.begin(),
                       acknowledged_notes_.end()) &&
         ControlPlaneAgrees();
}

/// Both are at the same snapshot, and the control plane knows it.
bool FailoverWorld::ControlPlaneAgrees() {
  route53::Service* service = ControlPlane();
  if (service == nullptr) return false;
  KeptNotes();
  const json::Value status = service->DescribeStatus();
  return status.GetString("state") == "confirmed" &&
         status.GetString("epoch") == kept_snapshot_.epoch &&
         static_cast<uint64_t>(status.Find("number")->as_int()) == kept_snapshot_.number;
}

// Looks.

void FailoverWorld::ScheduleLook() {
  events_.After(kLookEvery, [this] {
    if (server_machine_->up()) Look();
    ScheduleLook();
  });
}

std::optional<std::string> FailoverWorld::Resolve(const std::string& name) {
  const bool stale = bug_ == FailoverBug::kStaleReader;
  return nameserver::ResolveIpv4(stale ? *first_view_ : *server().server().CurrentView(), name,
                                 prng_);
}

std::string FailoverWorld::AnsweredRegion() {
  const std::optional<std::string> address = Resolve(kName);
  for (const nameserver::WorldRegion& region : config_.regions) {
    if (region.address == address) return region.name;
  }
  return "";
}

const std::set<int>& FailoverWorld::KeptNotes() {
  const std::string text = NameServerProcess::StoredZones(*server_machine_);
  if (text == kept_text_) return kept_notes_;
  kept_text_ = text;
  kept_snapshot_ = route53::DecodeSnapshot(text).value();
  kept_notes_.clear();
  for (const route53::HostedZone& zone : kept_snapshot_.zones) {
    for (int note = 1; note <= notes_; ++note) {
      const dns::Name name = dns::Name::Parse(NoteName(note)).value();
      if (!route53::FindGroup(zone.records, name, dns::Type::kA).empty()) kept_notes_.insert(note);
    }
  }
  return kept_notes_;
}

const std::set<int>& FailoverWorld::AnsweredNotes() {
  const std::shared_ptr<const nameserver::View> view = server().server().CurrentView();
  if (view == answered_view_) return answered_notes_;
  answered_view_ = view;
  answered_notes_.clear();
  for (int note = 1; note <= notes_; ++note) {
    if (nameserver::ResolveIpv4(*view, NoteName(note), prng_)) answered_notes_.insert(note);
  }
  return answered_notes_;
}

std::map<std::string, bool> FailoverWorld::Healthy() {
  std::map<std::string, bool> healthy;
  for (const auto& [check, region] : region_by_check_)
    healthy[region] = server().server().CheckIsHealthy(check);
  return healthy;
}

void FailoverWorld::Look() {
  const std::string answer = AnsweredRegion();
  if (answer != last_answer_) {
    Mark(answer == plan_.primary ? "failback" : "failover", "nameserver");
    last_answer_ = answer;
  }
  checker_->CheckAnswer(answer, events_.now(), result_.violations);
  checker_->CheckQuorum(answer, Healthy(), result_.violations);
  checker_->CheckNotes(KeptNotes(), AnsweredNotes(), result_.violations);
}

}  // namespace lifeboat::sim
