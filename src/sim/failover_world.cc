#include "sim/failover_world.h"

#include <array>

#include "base/aws_regions.h"
#include "base/check.h"
#include "json/value.h"
#include "sim/scenario.h"

namespace lifeboat::sim {
namespace {

constexpr char kName[] = "api.example.com";
constexpr char kNote[] = "note.example.com";
constexpr char kNotePrefix[] = "192.0.2.";
constexpr int kMaxNotes = 250;
constexpr Duration kLookEvery = Duration::Millis(100);
/// The quorum is looked at with every so manieth answer: describing it is dear.
constexpr uint64_t kLooksPerQuorum = 10;
constexpr Duration kSetUpLimit = Duration::Seconds(30);
constexpr Duration kLongestRestart = Duration::Seconds(8);
/// After this the slowest poll has timed out and another one has brought what is new.
constexpr Duration kHeal = nameserver::kPollTimeout + Duration::Seconds(15);

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
                             EventQueue& events, const Trace& trace, FailoverResult& result)
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

// Mishaps.

void FailoverWorld::Blow() {
  network_.SetWeather(plan_.weather);
  blowing_ = true;
  ScheduleMishap();
  RunFor(plan_.storm);
  blowing_ = false;
}

void FailoverWorld::ScheduleMishap() {
  events_.After({prng_.Between(0, 2 * plan_.mishap_gap.ns)}, [this] {
    if (!blowing_) return;
    Strike();
    ScheduleMishap();
  });
}

void FailoverWorld::Strike() {
  const std::array<uint64_t, 5> weights = {3, 3, plan_.restarts, 1, 2};
  switch (DrawWeighted(prng_, weights.data(), weights.size())) {
    case 0:
      return StrikeRegion(false);
    case 1:
      return StrikeRegion(true);
    case 2:
      return CrashServer();
    case 3:
      return ChangeWeather();
    default:
      return ChangeNote();
  }
}

void FailoverWorld::Mark(const std::string& what, const std::string& who) {
  ++result_.marks[what];
  trace_.Note(who, "{}", what);
}

void FailoverWorld::StrikeRegion(bool freeze) {
  const std::string region = plan_.regions[prng_.Below(plan_.regions.size())];
  Machine& machine = *regions_.at(region);
  if (!machine.up() || machine.frozen()) return;  // It comes back by itself.
  Mark(freeze ? "freeze" : "kill", region);
  if (freeze) {
    machine.Freeze();
  } else {
    machine.Crash();
    network_.OnCrash(region);
  }
  checker_->OnRegion(region, false, events_.now());
  events_.After({prng_.Between(0, plan_.longest_outage.ns)}, [this, region, freeze] {
    Mark(freeze ? "thaw" : "revive", region);
    if (freeze) {
      regions_.at(region)->Thaw();
    } else {
      StartRegion(region);
    }
    checker_->OnRegion(region, true, events_.now());
  });
}

void FailoverWorld::CrashServer() {
  if (!server_machine_->up()) return;
  Mark("server crash", "nameserver");
  server_machine_->Crash();
  const Duration pause{prng_.Chance(1, 2) ? 0 : prng_.Between(0, kLongestRestart.ns)};
  events_.After(pause, [this] {
    Mark("server start", "nameserver");
    StartServer({.zones = bug_ == FailoverBug::kForgottenZones,
                 .health = bug_ == FailoverBug::kForgottenOpinions});
    checker_->OnServerStart(events_.now());
  });
}

void FailoverWorld::ChangeWeather() {
  Mark("weather", "network");
  Weather weather = plan_.weather;
  weather.delay_max = weather.delay_max * prng_.Between(1, 2);
  weather.loss_per_mille = prng_.Below(weather.loss_per_mille + 1);
  network_.SetWeather(weather);
}

void FailoverWorld::ChangeNote() {
  if (notes_ == kMaxNotes) return;
  const int note = ++notes_;
  const auto on_answer = [this, note](const http::Response& response) {
    if (response.status != 200) return;
    Mark("change", "client");
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
  RunFor(plan_.longest_outage + kHeal);
  if (!result_.violations.empty() || acknowledged_note_ == 0) return;
  const std::string note = Resolve(kNote).value_or("");
  const size_t prefix = std::string_view(kNotePrefix).size();
  if (note.size() <= prefix || std::stoi(note.substr(prefix)) < acknowledged_note_)
    result_.violations.push_back(
        fmt::format("change {} was acknowledged, and the answer is {}", acknowledged_note_, note));
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

std::map<std::string, bool> FailoverWorld::Healthy() {
  std::map<std::string, bool> healthy{{plan_.primary, true}, {plan_.secondary, true}};
  const json::Value status = server().server().DescribeStatus(server().Now());
  for (const json::Value& check : status.Find("checks")->as_array())
    healthy[region_by_check_.at(std::string(check.GetString("id")))] =
        check.GetString("status") == "healthy";
  return healthy;
}

void FailoverWorld::Look() {
  const std::string answer = AnsweredRegion();
  if (answer != last_answer_) {
    Mark(answer == plan_.primary ? "failback" : "failover", "nameserver");
    last_answer_ = answer;
  }
  checker_->CheckAnswer(answer, events_.now(), result_.violations);
  if (++looks_ % kLooksPerQuorum == 0) checker_->CheckQuorum(answer, Healthy(), result_.violations);
}

}  // namespace lifeboat::sim
