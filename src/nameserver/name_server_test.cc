// A name server in virtual time, beside a real control plane (route53::Service) that can die and
// endpoints that can be killed or frozen. What is asserted is what dig would see.
#include "nameserver/name_server.h"

#include <gtest/gtest.h>

#include <map>

#include "dns/answer.h"
#include "dns/message.h"
#include "route53/test_world.h"

namespace lifeboat::nameserver {
namespace {

constexpr char kEast[] = "127.0.11.1";
constexpr char kWest[] = "127.0.12.1";

enum class Endpoint { kUp, kKilled, kFrozen };

/// Runs one NameServer: carries its actions out after virtual delays.
class Harness {
 public:
  Harness() { Boot(); }

  /// A new process with what the old one had persisted.
  void Boot() {
    ++incarnation_;
    server_ = std::make_unique<NameServer>(MakeConfig(), Prng(incarnation_));
    server_->Start(Stored("zones"), Stored("health"), now_);
    CarryOut();
  }
  void RunFor(Duration span) {
    const Instant end = now_.instant + span;
    while (Step(end)) {
    }
    MoveTo(end);
  }
  /// Runs until `name` answers `address`; the time it took, or nullopt after `limit`.
  std::optional<Duration> RunUntil(const std::string& name, const std::string& address,
                                   Duration limit) {
    const Instant start = now_.instant;
    while (Ask(name) != address) {
      if (!Step(start + limit)) return std::nullopt;
    }
    return now_.instant - start;
  }

  std::string Ask(const std::string& name, dns::Type type = dns::Type::kA) {
    const dns::Name qname = dns::Name::Parse(name).value();
    std::string out;
    dns::AnswerQuery(dns::MakeQuery(1, qname, type), *server_->CurrentView(), dns::Transport::kUdp,
                     prng_, out);
    answer_ = dns::ParseAnswer(out, 1, qname, type).value();
    const std::vector<std::string> addresses = answer_.Addresses();
    return addresses.empty() ? dns::RcodeName(answer_.rcode) : addresses.front();
  }

  static Config MakeConfig() {
    Config config;
    config.regions = {{"us-east-1", kEast}, {"us-west-2", kWest}};
    return config;
  }
  std::optional<std::string> Stored(const std::string& document) const {
    const auto it = disk.find(document);
    return it == disk.end() ? std::nullopt : std::optional(it->second);
  }

  route53::TestWorld control;
  bool control_alive = true;
  std::map<std::string, Endpoint> endpoints = {{kEast, Endpoint::kUp}, {kWest, Endpoint::kUp}};
  std::map<std::string, std::string> disk;
  int failing_writes = 0;
  dns::Answer answer_;

  NameServer& server() { return *server_; }
  void SetFaults(fault::Table faults) {
    server_->SetFaults(std::move(faults), now_);
    CarryOut();
  }
  Now now() const { return now_; }

 private:
  void MoveTo(Instant at) {
    const Duration span = at - now_.instant;
    now_.instant = at;
    now_.wall = now_.wall + span;
    control.clock.Advance(span);
    control.scheduler.Advance(span);
    control.committer.Flush();
  }

  void Later(Duration delay, std::function<void()> task) {
    const uint64_t incarnation = incarnation_;
    tasks_.emplace(now_.instant + delay, [this, incarnation, task = std::move(task)] {
      if (incarnation == incarnation_) task();  // Else it belonged to a process that is gone.
    });
  }

  /// One event; false when there is none until `end`.
  bool Step(Instant end) {
    const std::optional<Instant> deadline = server_->NextDeadline();
    const bool task_first = !tasks_.empty() && (!deadline || tasks_.begin()->first <= *deadline);
    if (task_first && tasks_.begin()->first <= end) {
      const auto task = tasks_.extract(tasks_.begin());
      MoveTo(std::max(now_.instant, task.key()));
      task.mapped()();
    } else if (!task_first && deadline && *deadline <= end) {
      MoveTo(std::max(now_.instant, *deadline));
      server_->Tick(now_);
    } else {
      return false;
    }
    CarryOut();
    return true;
  }

  void CarryOut() {
    for (Action& action : server_->TakeActions())
      std::visit([this](auto& wanted) { Do(wanted); }, action);
  }

  void Do(const StartProbe& probe) {
    EXPECT_EQ(probe.target.port, 443);
    const Endpoint endpoint = endpoints[probe.target.address];
    health::ProbeOutcome outcome{.status = 200, .reason = "OK"};
    Duration delay = Duration::Millis(5);
    if (endpoint == Endpoint::kKilled) outcome = {.stage = health::ProbeStage::kConnect};
    if (endpoint == Endpoint::kFrozen) {
      outcome = {.stage = health::ProbeStage::kTls, .timed_out = true};
      delay = health::kConnectTimeout;
    }
    Later(delay, [this, key = probe.key, outcome] { server_->OnProbeDone(key, outcome, now_); });
  }
  void Do(const Persist& write) {
    Later(Duration::Millis(3), [this, write] {
      const bool ok = failing_writes == 0;
      if (ok) {
        disk[std::string(DocumentName(write.document))] = write.bytes;
      } else {
        --failing_writes;
      }
      server_->OnPersisted(write.document,
                           ok ? Status() : Status(Error{ErrorCode::kIo, "disk full"}), now_);
    });
  }
  void Do(const PollSnapshot& poll) {
    CallControl(poll.region, poll.request, [this](const Result<http::Response>& answer) {
      server_->OnSnapshotAnswer(answer, now_);
    });
  }
  void Do(const SendObservations& send) {
    CallControl(send.region, send.request, [this](const Result<http::Response>& answer) {
      server_->OnObservationsAnswer(answer, now_);
    });
  }
  void CallControl(const std::string& region, const http::Request& request,
                   std::function<void(Result<http::Response>)> done) {
    EXPECT_EQ(region, "us-east-1");
    if (!control_alive) {
      return Later(Duration::Millis(1), [done] {
        done(Error{ErrorCode::kUnavailable, "refused"});
      });
    }
    Later(Duration::Millis(1), [this, request, done] {
      const auto reply = [this, done](http::Response response) {
        Later(Duration::Millis(1), [done, response] { done(response); });
      };
      control.service->HandlePeer(request, reply);
      control.committer.Flush();
    });
  }

  Now now_{{1}, WallTime::FromSeconds(1'800'000'000)};
  std::multimap<Instant, std::function<void()>> tasks_;
  std::unique_ptr<NameServer> server_;
  uint64_t incarnation_ = 0;
  Prng prng_{99};
};

constexpr Duration kInterval = Duration::Seconds(10);
/// The bound: interval + time-out + 1 s.
constexpr Duration kBound =
    kInterval + health::kConnectTimeout + health::kStatusTimeout + Duration::Seconds(1);

class NameServerTest : public ::testing::Test {
 protected:
  std::string CreateCheck(const std::string& fqdn) {
    const http::Response response = world_.control.Send(
        "POST", "/healthcheck",
        "<CreateHealthCheckRequest><CallerReference>" + fqdn +
            "</CallerReference><HealthCheckConfig><Type>HTTPS</Type><FullyQualifiedDomainName>" +
            fqdn +
            "</FullyQualifiedDomainName><RequestInterval>10</RequestInterval><FailureThreshold>1"
            "</FailureThreshold></HealthCheckConfig></CreateHealthCheckRequest>");
    return route53::TestWorld::TextAt(response, {"HealthCheck", "Id"});
  }

  /// The example's zone: two regional names, and api. with failover between them.
  void SetUpZone() {
    zone_ = world_.control.CreateZone("example.com");
    east_check_ = CreateCheck("use1.api.example.com");
    west_check_ = CreateCheck("usw2.api.example.com");
    const std::string east = "d-aaaaaaaaaa.execute-api.us-east-1.amazonaws.com";
    const std::string west = "d-bbbbbbbbbb.execute-api.us-west-2.amazonaws.com";
    using route53::AliasChange, route53::FailoverFields;
    const http::Response response = world_.control.Change(
        zone_, AliasChange("CREATE", "use1.api.example.com", "Z1UJRXOUMOOFQ8", east) +
                   AliasChange("CREATE", "usw2.api.example.com", "Z2OJLYMUO9EFXC", west) +
                   AliasChange("CREATE", "api.example.com", "Z1UJRXOUMOOFQ8", east,
                               FailoverFields("east", "PRIMARY", east_check_)) +
                   AliasChange("CREATE", "api.example.com", "Z2OJLYMUO9EFXC", west,
                               FailoverFields("west", "SECONDARY", west_check_)));
    ASSERT_EQ(response.status, 200) << response.body;
    change_ = route53::TestWorld::TextAt(response, {"ChangeInfo", "Id"});
  }

  std::string ChangeStatus() {
    return route53::TestWorld::TextAt(world_.control.Send("GET", change_),
                                      {"ChangeInfo", "Status"});
  }

  /// us-east-1 dies with its endpoints and Route 53's control plane.
  void KillEast(Endpoint how = Endpoint::kKilled) {
    world_.endpoints[kEast] = how;
    world_.control_alive = false;
  }
  void HealEast() {
    world_.endpoints[kEast] = Endpoint::kUp;
    world_.control_alive = true;
  }

  Harness world_;
  std::string zone_, east_check_, west_check_, change_;
};

TEST_F(NameServerTest, AnswersTheWorldsNamesBeforeAnyZone) {
  EXPECT_EQ(world_.Ask("dynamodb.us-east-1.amazonaws.com"), kEast);
  EXPECT_EQ(world_.answer_.ttl, 60u);
  EXPECT_EQ(world_.Ask("streams.dynamodb.us-west-2.amazonaws.com"), kWest);
  EXPECT_EQ(world_.Ask("000000000000.ddb.us-west-2.amazonaws.com"), kWest);
  EXPECT_EQ(world_.Ask("abc123.execute-api.us-west-2.amazonaws.com"), kWest);
  EXPECT_EQ(world_.Ask("d-0123456789.execute-api.us-west-2.amazonaws.com"), kWest);
  EXPECT_EQ(world_.Ask("bucket.with.dots.s3.us-west-2.amazonaws.com"), kWest);
  EXPECT_EQ(world_.Ask("s3.us-west-2.amazonaws.com"), kWest);
  EXPECT_EQ(world_.Ask("route53.amazonaws.com"), kEast);
  EXPECT_EQ(world_.Ask("iam.amazonaws.com"), kEast);
  EXPECT_EQ(world_.Ask("sts.amazonaws.com"), kEast);
  EXPECT_EQ(world_.Ask("nosuch.us-east-1.amazonaws.com"), "NXDOMAIN");
  EXPECT_EQ(world_.Ask("dynamodb.eu-west-1.amazonaws.com"), "REFUSED");
  EXPECT_EQ(world_.Ask("www.amazonaws.com"), "REFUSED");
}

fault::Table Faults(std::string_view kind, const std::vector<fault::Written>& written) {
  fault::Table table;
  auto fault = fault::Make(kind, written);
  EXPECT_TRUE(fault.ok()) << fault.error().message;
  fault->id = "1";
  table.Inject(*std::move(fault));
  return table;
}

TEST_F(NameServerTest, AFaultEmptiesTheNamesOfOneServiceOfOneRegion) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(33));
  world_.SetFaults(Faults("name-empty", {{"region", "us-east-1"}, {"service", "dynamodb"}}));
  for (const char* name :
       {"dynamodb.us-east-1.amazonaws.com", "streams.dynamodb.us-east-1.amazonaws.com",
        "000000000000.ddb.us-east-1.amazonaws.com"}) {
    EXPECT_EQ(world_.Ask(name), "NOERROR") << name;  // It exists and has no address.
  }
  EXPECT_EQ(world_.Ask("dynamodb.us-west-2.amazonaws.com"), kWest);
  EXPECT_EQ(world_.Ask("lambda.us-east-1.amazonaws.com"), kEast);
  EXPECT_EQ(world_.Ask("api.example.com"), kEast);
  world_.SetFaults(Faults("name-empty", {{"region", "us-east-1"}, {"service", "execute-api"}}));
  EXPECT_EQ(world_.Ask("dynamodb.us-east-1.amazonaws.com"), kEast);
  EXPECT_EQ(world_.Ask("use1.api.example.com"), "NOERROR");
  // The checkers find no address either, so the failover goes its way.
  EXPECT_TRUE(world_.RunUntil("api.example.com", kWest, Duration::Seconds(15)).has_value());
  world_.SetFaults({});
  EXPECT_EQ(world_.Ask("use1.api.example.com"), kEast);
  EXPECT_TRUE(world_.RunUntil("api.example.com", kEast, Duration::Seconds(15)).has_value());
}

TEST_F(NameServerTest, FaultsOfOthersChangeNothing) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(33));
  const uint64_t view = world_.server().view_number();
  world_.SetFaults(Faults("replication-lag", {{"region", "us-east-1"}, {"lag", "1s"}}));
  EXPECT_EQ(world_.server().faults().faults().size(), 1u);
  EXPECT_EQ(world_.server().view_number(), view);
}

TEST_F(NameServerTest, AFaultInvertsACheckAtOnce) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(33));
  world_.SetFaults(Faults("health-invert", {{"check", "use1.api.example.com"}}));
  EXPECT_FALSE(world_.server().CheckIsHealthy(east_check_));
  EXPECT_TRUE(world_.server().CheckIsHealthy(west_check_));
  EXPECT_EQ(world_.Ask("api.example.com"), kWest);
  world_.SetFaults({});
  EXPECT_EQ(world_.Ask("api.example.com"), kEast);
}

TEST_F(NameServerTest, BlindCheckersCountForTheQuorum) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(33));
  // 18 % of 16 checkers are 2.88: with three that see the endpoint it is healthy still.
  world_.SetFaults(Faults("checker-blind", {{"check", east_check_}, {"checkers", "13"}}));
  world_.RunFor(Duration::Seconds(30));
  EXPECT_EQ(world_.Ask("api.example.com"), kEast);
  world_.SetFaults(Faults("checker-blind", {{"check", east_check_}, {"checkers", "14"}}));
  EXPECT_TRUE(world_.RunUntil("api.example.com", kWest, Duration::Seconds(15)).has_value());
  world_.SetFaults({});
  EXPECT_TRUE(world_.RunUntil("api.example.com", kEast, Duration::Seconds(15)).has_value());
}

TEST_F(NameServerTest, ZonesArriveAndChangesBecomeInsyncWhenTheyAreOnDisk) {
  world_.RunFor(Duration::Seconds(1));
  SetUpZone();
  EXPECT_EQ(ChangeStatus(), "PENDING");
  world_.failing_writes = 2;
  world_.RunFor(Duration::Millis(500));
  EXPECT_EQ(ChangeStatus(), "PENDING");
  world_.RunFor(Duration::Seconds(3));
  EXPECT_EQ(ChangeStatus(), "INSYNC");
  EXPECT_EQ(world_.Ask("api.example.com"), kEast);
  EXPECT_EQ(world_.answer_.ttl, 60u);
  EXPECT_EQ(world_.Ask("usw2.api.example.com"), kWest);
  EXPECT_EQ(world_.Ask("api.example.com", dns::Type::kAaaa), "NOERROR");
  EXPECT_EQ(world_.Ask("nothing.example.com"), "NXDOMAIN");
  world_.Ask("example.com", dns::Type::kNs);
  ASSERT_EQ(world_.answer_.records.size(), 4u);
  const dns::Name server = dns::Name::FromWire(world_.answer_.records[0].rdata).value();
  EXPECT_EQ(world_.Ask(server.ToString()), "127.0.0.1");
}

TEST_F(NameServerTest, FailsOverAndBackWithinTheBound) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(33));
  KillEast();
  const std::optional<Duration> over = world_.RunUntil("api.example.com", kWest, kBound);
  ASSERT_TRUE(over) << "no failover";
  EXPECT_GT(*over, Duration::Seconds(1));
  world_.RunFor(Duration::Seconds(60));
  EXPECT_EQ(world_.Ask("api.example.com"), kWest);
  HealEast();
  EXPECT_TRUE(world_.RunUntil("api.example.com", kEast, kBound)) << "no failback";
}

TEST_F(NameServerTest, FrozenRegionIsFoundByTheTimeOut) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(33));
  KillEast(Endpoint::kFrozen);
  EXPECT_TRUE(world_.RunUntil("api.example.com", kWest, kBound));
}

TEST_F(NameServerTest, BothRegionsDownAnswersThePrimary) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(33));
  KillEast();
  world_.endpoints[kWest] = Endpoint::kKilled;
  world_.RunFor(Duration::Seconds(30));
  EXPECT_EQ(world_.Ask("api.example.com"), kEast);
}

/// The name server is restarted at every second after the kill, while the control plane is dead:
/// the whole bound holds all the same, there and back.
TEST_F(NameServerTest, RestartAtAnyMomentOfTheOutageKeepsTheBound) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(33));
  for (int second = 0; second <= 17; ++second) {
    KillEast();
    const Instant killed = world_.now().instant;
    world_.RunFor(Duration::Seconds(second));
    world_.Boot();
    const Duration left = killed + kBound - world_.now().instant;
    ASSERT_TRUE(world_.RunUntil("api.example.com", kWest, left)) << second;
    world_.RunFor(Duration::Seconds(20));
    world_.Boot();
    EXPECT_EQ(world_.Ask("api.example.com"), kWest) << "forgot the dead region";
    HealEast();
    world_.RunFor(Duration::Seconds(second % 5));
    world_.Boot();
    ASSERT_TRUE(world_.RunUntil("api.example.com", kEast, kBound)) << second;
    world_.RunFor(Duration::Seconds(20));
  }
}

TEST_F(NameServerTest, RestartWhileTheControlPlaneIsDeadKeepsTheZones) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(5));
  world_.control_alive = false;
  world_.Boot();
  EXPECT_EQ(world_.Ask("api.example.com"), kEast);
  world_.RunFor(Duration::Seconds(120));
  EXPECT_EQ(world_.Ask("usw2.api.example.com"), kWest);
  EXPECT_FALSE(
      world_.server().DescribeStatus(world_.now()).Find("control_plane_reachable")->as_bool());
  // Back again: a change arrives within the longest pause.
  world_.control_alive = true;
  world_.control.Change(zone_,
                        route53::RecordChange("CREATE", "new.example.com", "A", {"192.0.2.7"}));
  EXPECT_TRUE(world_.RunUntil("new.example.com", "192.0.2.7", kLastBackOff + Duration::Seconds(1)));
}

TEST_F(NameServerTest, DamagedDocumentsAreLeftAside) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(5));
  world_.control_alive = false;
  for (const char* document : {"zones", "health"}) {
    const std::string good = world_.disk[document];
    for (const size_t at : {size_t{0}, good.size() / 2, good.size() - 1}) {
      world_.disk[document] = good;
      world_.disk[document][at] ^= 1;
      world_.Boot();
      EXPECT_EQ(world_.Ask("api.example.com"),
                std::string(document) == "zones" ? "REFUSED" : kEast);
    }
    world_.disk[document] = good;
  }
  world_.control_alive = true;
  world_.disk.clear();
  world_.Boot();
  EXPECT_TRUE(world_.RunUntil("api.example.com", kEast, Duration::Seconds(1)));
}

TEST_F(NameServerTest, StatusTellsChecksOpinionsAndTransitions) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(33));
  KillEast();
  world_.RunFor(Duration::Seconds(20));
  const json::Value status = world_.server().DescribeStatus(world_.now());
  EXPECT_EQ(status.FindPath({"snapshot", "number"})->as_int(), 4);
  EXPECT_TRUE(status.FindPath({"snapshot", "persisted"})->as_bool());
  EXPECT_EQ(status.Find("zones")->as_array().size(), 1u);
  ASSERT_EQ(status.Find("checks")->as_array().size(), 2u);
  for (const json::Value& check : status.Find("checks")->as_array()) {
    const bool east = check.GetString("id") == east_check_;
    EXPECT_EQ(check.GetString("status"), east ? "unhealthy" : "healthy");
    EXPECT_EQ(check.Find("opinions")->as_array().size(), 16u);
    EXPECT_EQ(check.Find("transitions")->as_array().size(), east ? 1u : 0u);
    if (!east) continue;
    const json::Value& red = check.Find("transitions")->as_array()[0];
    EXPECT_EQ(red.GetString("status"), "unhealthy");
    EXPECT_EQ(red.Find("healthy_checkers")->as_int(), 2);
    EXPECT_EQ(red.Find("checkers")->as_int(), 16);
  }
}

TEST_F(NameServerTest, ObservationsReachTheControlPlane) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(20));
  const http::Response status =
      world_.control.Send("GET", "/healthcheck/" + east_check_ + "/status");
  EXPECT_NE(status.body.find("<Status>Success: HTTP Status Code 200, OK</Status>"),
            std::string::npos);
}

TEST_F(NameServerTest, CheckOfANameThatDoesNotResolveFails) {
  SetUpZone();
  const std::string check = CreateCheck("nowhere.example.org");
  world_.RunFor(Duration::Seconds(15));
  const http::Response reason =
      world_.control.Send("GET", "/healthcheck/" + check + "/lastfailurereason");
  EXPECT_NE(reason.body.find("Failure: DNS resolution failed"), std::string::npos);
}

TEST_F(NameServerTest, FirstOfTwoZonesOfOneNameIsAnswered) {
  SetUpZone();
  const std::string other = world_.control.CreateZone("example.com", "again");
  world_.control.Change(other,
                        route53::RecordChange("CREATE", "x.example.com", "A", {"192.0.2.8"}));
  world_.RunFor(Duration::Seconds(5));
  EXPECT_EQ(world_.Ask("x.example.com"), "NXDOMAIN");
  EXPECT_EQ(world_.Ask("api.example.com"), kEast);
}

/// us-east-1 dies, and comes back with an empty disk.
TEST_F(NameServerTest, AControlPlaneWithoutItsDiskTakesNothingAway) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(5));
  world_.control_alive = false;
  world_.RunFor(kPollWait + Duration::Seconds(2));
  world_.control.PutBack({});
  world_.control.Start();
  world_.control_alive = true;
  for (int i = 0; i < 50; ++i) {
    world_.RunFor(Duration::Millis(20));
    ASSERT_EQ(world_.Ask("api.example.com"), kEast);
  }
  EXPECT_EQ(world_.control.service->DescribeStatus().GetString("state"), "confirmed");
  EXPECT_EQ(world_.control.Send("GET", "/hostedzone/" + zone_).status, 200);
  world_.control.Change(zone_,
                        route53::RecordChange("CREATE", "new.example.com", "A", {"192.0.2.7"}));
  EXPECT_TRUE(world_.RunUntil("new.example.com", "192.0.2.7", Duration::Seconds(1)));
}

TEST_F(NameServerTest, WhatIsNotBuiltOnWhatItHoldsIsRefused) {
  SetUpZone();
  world_.RunFor(Duration::Seconds(1));
  NameServer server(Harness::MakeConfig(), Prng(1));
  server.Start(world_.Stored("zones"), std::nullopt, world_.now());
  const auto held = server.DescribeStatus(world_.now());
  const auto offer = [&](const std::string& text) {
    server.TakeActions();
    server.OnSnapshotAnswer(http::Response{.status = 200, .body = text}, world_.now());
    return server.DescribeStatus(world_.now()).FindPath({"snapshot", "refused"})->as_string();
  };
  route53::TestWorld blank;
  EXPECT_NE(offer((*blank.Poll({}))->body), "") << "of a control plane that has lost its disk";
  blank.CreateZone("example.org");
  for (int i = 0; i < 9; ++i) blank.CreateZone("example.org", std::to_string(i));
  EXPECT_NE(offer((*blank.Poll({}))->body), "") << "a higher number does not make it right";
  EXPECT_NE(offer((*world_.control.Poll({}))->body), "") << "our own, built on nothing";
  EXPECT_EQ(*server.DescribeStatus(world_.now()).Find("zones"), *held.Find("zones"));
}

TEST_F(NameServerTest, AWorldWithoutUsEast1HasNoControlPlane) {
  Config config;
  config.regions = {{"eu-west-1", "127.0.11.1"}};
  NameServer server(config, Prng(1));
  server.Start(std::nullopt, std::nullopt, world_.now());
  EXPECT_TRUE(server.TakeActions().empty());
  EXPECT_FALSE(server.NextDeadline());
}

}  // namespace
}  // namespace lifeboat::nameserver
