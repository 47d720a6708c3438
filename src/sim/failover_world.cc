#include "sim/failover_world.h"

#include "base/aws_regions.h"
#include "base/check.h"

namespace lifeboat::sim {
namespace {

constexpr char kName[] = "api.example.com";
constexpr char kNote[] = "note.example.com";
constexpr char kNotePrefix[] = "192.0.2.";
constexpr int kMaxNotes = 250;
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
  StartServer({});
}

void FailoverWorld::StartRegion(const std::string& region) {
  Machine& machine = *regions_.at(region);
  machine.Start(std::make_unique<ProbedRegion>(machine, region == kGlobalControlPlaneRegion));
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
  Machine& machine = *regions_.at(std::string(kGlobalControlPlaneRegion));
  if (!machine.up() || machine.frozen()) return;
  http::Request request;
  request.method = method;
  request.target = "/2013-04-01" + path;
  request.body = body;
  static_cast<ProbedRegion&>(*machine.process()).route53().Handle(request, std::move(done));
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
    acknowledged_note_ = std::max(acknowledged_note_, note);
  };
  Send("POST", "/hostedzone/" + zone_id_ + "/rrset/",
       ChangeBatch(fmt::format("<Change><Action>UPSERT</Action><ResourceRecordSet><Name>{}</Name>"
                               "<Type>A</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>"
                               "{}{}</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>"
                               "</Change>",
                               kNote, kNotePrefix, note)),
       on_answer);
}

void FailoverWorld::Heal() {
  network_.SetWeather({});
  const Instant end = events_.now() + plan_.longest_outage + kHealLimit;
  while (result_.violations.empty() && !IsHealed()) {
    if (events_.now() >= end) {
      return result_.violations.push_back(
          fmt::format("after the heal {} is answered, and change {} of {}", last_answer_,
                      AnsweredNote(), acknowledged_note_));
    }
    RunFor(kHealLook);
  }
}

bool FailoverWorld::IsHealed() {
  return lost_.empty() && server_machine_->up() && last_answer_ == plan_.primary &&
         AnsweredNote() >= acknowledged_note_;
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

int FailoverWorld::AnsweredNote() {
  const std::string_view prefix = kNotePrefix;
  const std::string note = Resolve(kNote).value_or("");
  return note.starts_with(prefix) ? std::stoi(note.substr(prefix.size())) : 0;
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
}

}  // namespace lifeboat::sim
