// Health checks: what a probe means, when a checker changes its mind, when the quorum does, and how
// long all of it takes in virtual time.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "health/monitor.h"

namespace lifeboat::health {
namespace {

CheckConfig HttpCheck(std::string id = "check") {
  CheckConfig check;
  check.id = std::move(id);
  check.type = CheckType::kHttps;
  check.fqdn = "use1.api.example.com";
  check.port = 443;
  check.enable_sni = true;
  check.request_interval = Duration::Seconds(10);
  check.failure_threshold = 1;
  return check;
}

TEST(ProbeTest, StatusDecides) {
  for (const auto& [status, healthy] : std::vector<std::pair<int, bool>>{{199, false},
                                                                         {200, true},
                                                                         {204, true},
                                                                         {301, true},
                                                                         {399, true},
                                                                         {400, false},
                                                                         {503, false}})
    EXPECT_EQ(Evaluate(HttpCheck(), {.status = status}).healthy, healthy) << status;
  EXPECT_EQ(Evaluate(HttpCheck(), {.status = 200, .reason = "OK"}).text,
            "Success: HTTP Status Code 200, OK");
  EXPECT_EQ(Evaluate(HttpCheck(), {.status = 503, .reason = "Service Unavailable"}).text,
            "Failure: HTTP Status Code 503, Service Unavailable");
}

TEST(ProbeTest, EveryStageThatFailsIsUnhealthyAndSaysSo) {
  for (const ProbeStage stage : {ProbeStage::kResolve, ProbeStage::kConnect, ProbeStage::kTls,
                                 ProbeStage::kStatus, ProbeStage::kBody}) {
    for (const bool timed_out : {false, true}) {
      const Verdict verdict = Evaluate(HttpCheck(), {.stage = stage, .timed_out = timed_out});
      EXPECT_FALSE(verdict.healthy);
      EXPECT_TRUE(verdict.text.starts_with("Failure: ")) << verdict.text;
    }
  }
}

TEST(ProbeTest, SearchStringCountsInTheFirst5120BytesAndCaseMatters) {
  CheckConfig check = HttpCheck();
  check.type = CheckType::kHttpsStrMatch;
  check.search_string = "healthy";
  const auto evaluate = [&](std::string body, ProbeStage stage = ProbeStage::kDone) {
    return Evaluate(check, {.stage = stage, .status = 200, .body = std::move(body)}).healthy;
  };
  EXPECT_TRUE(evaluate("I am healthy"));
  EXPECT_FALSE(evaluate("I am Healthy"));
  EXPECT_FALSE(evaluate(""));
  EXPECT_TRUE(evaluate(std::string(5120 - 7, 'x') + "healthy"));
  EXPECT_FALSE(evaluate(std::string(5120 - 6, 'x') + "healthy"));
  EXPECT_TRUE(evaluate("healthy, then cut off", ProbeStage::kBody));
  EXPECT_FALSE(evaluate("cut off", ProbeStage::kBody));
  EXPECT_FALSE(Evaluate(check, {.status = 500, .body = "healthy"}).healthy);
}

TEST(ProbeTest, TcpNeedsOnlyAConnection) {
  CheckConfig check = HttpCheck();
  check.type = CheckType::kTcp;
  EXPECT_TRUE(Evaluate(check, {}).healthy);
  EXPECT_FALSE(Evaluate(check, {.stage = ProbeStage::kConnect}).healthy);
}

TEST(ProbeTest, TargetFollowsTheCheck) {
  CheckConfig check = HttpCheck();
  check.resource_path = "health?deep=1";
  ProbeTarget target = MakeProbeTarget(check, "127.0.11.1");
  EXPECT_EQ(target.host, "use1.api.example.com");
  EXPECT_EQ(target.server_name, "use1.api.example.com");
  EXPECT_EQ(target.path, "/health?deep=1");
  EXPECT_EQ(target.address, "127.0.11.1");
  EXPECT_TRUE(target.tls);
  EXPECT_EQ(target.user_agent,
            "Amazon-Route53-Health-Check-Service (ref check; report http://amzn.to/1vsZADi)");
  check.port = 8443;
  check.enable_sni = false;
  check.resource_path.clear();
  target = MakeProbeTarget(check, "127.0.11.1");
  EXPECT_EQ(target.host, "use1.api.example.com:8443");
  EXPECT_EQ(target.server_name, "");
  EXPECT_EQ(target.path, "/");
}

TEST(CheckerTest, FlipsAfterThresholdConsecutiveResultsBothWays) {
  // Each letter is a result; the second string is the opinion after it.
  const std::tuple<int, std::string, std::string> tables[] = {
      {1, "gbgbb", "gbgbb"},
      {2, "bgbbgbggb", "gggbbbbgg"},
      {3, "bbgbbbggbggg", "gggggbbbbbbg"},
  };
  for (const auto& [threshold, results, opinions] : tables) {
    Checker checker;
    std::string seen;
    for (const char result : results) {
      checker.OnVerdict(result == 'g', threshold);
      seen.push_back(checker.healthy() ? 'g' : 'b');
    }
    EXPECT_EQ(seen, opinions) << threshold;
  }
}

TEST(QuorumTest, MoreThanEighteenPercentIsHealthy) {
  EXPECT_TRUE(QuorumHealthy(3, 16));
  EXPECT_FALSE(QuorumHealthy(2, 16));
  EXPECT_FALSE(QuorumHealthy(18, 100));
  EXPECT_TRUE(QuorumHealthy(19, 100));
  EXPECT_FALSE(QuorumHealthy(0, 16));
}

/// Drives a Monitor through virtual time; `up` answers every probe at once.
class MonitorTest : public ::testing::Test {
 protected:
  void Set(std::vector<CheckConfig> checks) { monitor_.SetChecks(checks, now_); }

  void RunWith(Duration span, const std::function<bool(const ProbeKey&)>& up) {
    const Instant end = now_.instant + span;
    while (monitor_.NextDeadline() && *monitor_.NextDeadline() <= end) {
      Move(*monitor_.NextDeadline());
      monitor_.Tick(now_);
      for (const ProbeKey& probe : monitor_.TakeProbes()) {
        ++probes_;
        const bool healthy = up(probe);
        monitor_.OnVerdict(probe, {healthy, healthy ? "Success: x" : "Failure: x"}, now_);
      }
    }
    Move(end);
  }
  void Run(Duration span, bool up) {
    RunWith(span, [up](const ProbeKey&) { return up; });
  }
  void Move(Instant to) {
    now_.wall = now_.wall + (to - now_.instant);
    now_.instant = to;
  }

  Monitor monitor_{MakeCheckerPlaces(), Prng(7)};
  Now now_{{1}, WallTime::FromSeconds(1'800'000'000)};
  int probes_ = 0;
};

TEST_F(MonitorTest, SixteenPlacesInEightRegionsProbeOnceAnInterval) {
  EXPECT_EQ(monitor_.places().size(), 16u);
  Set({HttpCheck()});
  Run(Duration::Seconds(10), true);
  EXPECT_EQ(probes_, 16);
  Run(Duration::Seconds(100), true);
  EXPECT_EQ(probes_, 16 * 11);
  EXPECT_EQ(monitor_.GetStatus("check")->healthy_checkers, 16);
}

TEST_F(MonitorTest, NewCheckIsHealthyUntilEnoughData) {
  CheckConfig inverted = HttpCheck("inverted");
  inverted.inverted = true;
  Set({HttpCheck(), inverted});
  EXPECT_TRUE(monitor_.Healthy("check"));
  EXPECT_FALSE(monitor_.Healthy("inverted"));
  EXPECT_TRUE(monitor_.Healthy("no such check"));
}

TEST_F(MonitorTest, ThreeOfSixteenAreEnoughAndTwoAreNot) {
  Set({HttpCheck()});
  RunWith(Duration::Seconds(10), [](const ProbeKey& probe) { return probe.checker < 3; });
  EXPECT_EQ(monitor_.GetStatus("check")->healthy_checkers, 3);
  EXPECT_TRUE(monitor_.Healthy("check"));
  RunWith(Duration::Seconds(10), [](const ProbeKey& probe) { return probe.checker < 2; });
  EXPECT_FALSE(monitor_.Healthy("check"));
  const CheckStatus status = *monitor_.GetStatus("check");
  ASSERT_EQ(status.transitions.size(), 1u);
  EXPECT_EQ(status.transitions[0].healthy_checkers, 2);
  EXPECT_EQ(status.transitions[0].checkers, 16);
}

TEST_F(MonitorTest, DetectionAndReturnTakeAtMostOneIntervalAtThresholdOne) {
  Set({HttpCheck()});
  Run(Duration::Seconds(25), true);
  Run(Duration::Seconds(10), false);
  EXPECT_FALSE(monitor_.Healthy("check"));
  Run(Duration::Seconds(10), true);
  EXPECT_TRUE(monitor_.Healthy("check"));
  EXPECT_EQ(monitor_.GetStatus("check")->transitions.size(), 2u);
}

TEST_F(MonitorTest, ThresholdThreeTakesThreeRounds) {
  CheckConfig check = HttpCheck();
  check.failure_threshold = 3;
  Set({check});
  Run(Duration::Seconds(10), true);
  Run(Duration::Seconds(20), false);
  EXPECT_TRUE(monitor_.Healthy("check"));
  Run(Duration::Seconds(10), false);
  EXPECT_FALSE(monitor_.Healthy("check"));
}

TEST_F(MonitorTest, RegionsLimitTheCheckers) {
  CheckConfig check = HttpCheck();
  check.regions = {"us-east-1", "us-west-2", "eu-west-1"};
  Set({check});
  Run(Duration::Seconds(10), true);
  EXPECT_EQ(probes_, 6);
  EXPECT_EQ(monitor_.GetStatus("check")->checkers, 6);
}

TEST_F(MonitorTest, InvertedDisabledAndCalculated) {
  CheckConfig inverted = HttpCheck("inverted");
  inverted.inverted = true;
  CheckConfig disabled = HttpCheck("disabled");
  disabled.disabled = true;
  CheckConfig disabled_inverted = disabled;
  disabled_inverted.id = "disabled_inverted";
  disabled_inverted.inverted = true;
  CheckConfig calculated;
  calculated.type = CheckType::kCalculated;
  calculated.children = {"inverted", "check"};
  std::vector<CheckConfig> checks = {HttpCheck(), inverted, disabled, disabled_inverted};
  for (const int threshold : {0, 1, 2, 3}) {
    calculated.id = "calculated" + std::to_string(threshold);
    calculated.health_threshold = threshold;
    checks.push_back(calculated);
  }
  Set(checks);
  Run(Duration::Seconds(10), false);
  EXPECT_FALSE(monitor_.Healthy("check"));
  EXPECT_TRUE(monitor_.Healthy("inverted"));
  EXPECT_TRUE(monitor_.Healthy("disabled"));
  EXPECT_FALSE(monitor_.Healthy("disabled_inverted"));
  EXPECT_TRUE(monitor_.Healthy("calculated0"));
  EXPECT_TRUE(monitor_.Healthy("calculated1"));
  EXPECT_FALSE(monitor_.Healthy("calculated2"));
  EXPECT_FALSE(monitor_.Healthy("calculated3"));
  EXPECT_EQ(probes_, 32);
}

TEST_F(MonitorTest, CalculatedChecksThatFormALoopEnd) {
  CheckConfig loop;
  loop.type = CheckType::kCalculated;
  loop.id = "loop";
  loop.children = {"loop", "loop"};
  loop.health_threshold = 1;
  Set({loop});
  EXPECT_FALSE(monitor_.Healthy("loop"));
}

TEST_F(MonitorTest, ProbeThatOutlastsItsIntervalIsNotDoubled) {
  Set({HttpCheck()});
  Move(now_.instant + Duration::Seconds(10));
  monitor_.Tick(now_);
  EXPECT_EQ(monitor_.TakeProbes().size(), 16u);
  Move(now_.instant + Duration::Seconds(35));
  monitor_.Tick(now_);
  EXPECT_EQ(monitor_.TakeProbes().size(), 0u);
  EXPECT_GT(*monitor_.NextDeadline(), now_.instant);
}

TEST_F(MonitorTest, ChangedEndpointStartsAnewAndOldVerdictsAreIgnored) {
  Set({HttpCheck()});
  Run(Duration::Seconds(10), false);
  EXPECT_FALSE(monitor_.Healthy("check"));
  Move(now_.instant + Duration::Seconds(10));
  monitor_.Tick(now_);
  const std::vector<ProbeKey> old = monitor_.TakeProbes();
  ASSERT_EQ(old.size(), 16u);
  CheckConfig changed = HttpCheck();
  changed.fqdn = "usw2.api.example.com";
  Set({changed});
  EXPECT_TRUE(monitor_.Healthy("check"));
  for (const ProbeKey& probe : old) monitor_.OnVerdict(probe, {false, "Failure: x"}, now_);
  EXPECT_TRUE(monitor_.Healthy("check"));
  changed.failure_threshold = 2;  // Not the endpoint: opinions stay.
  Run(Duration::Seconds(10), false);
  Set({changed});
  EXPECT_FALSE(monitor_.Healthy("check"));
  Set({});
  EXPECT_TRUE(monitor_.Healthy("check"));
  EXPECT_FALSE(monitor_.NextDeadline());
}

TEST_F(MonitorTest, RestoredOpinionsCountAtOnceAndAreCheckedSoon) {
  Set({HttpCheck()});
  Run(Duration::Seconds(30), false);
  const CheckStatus before = *monitor_.GetStatus("check");
  Monitor restarted(MakeCheckerPlaces(), Prng(8));
  restarted.SetChecks({HttpCheck()}, now_);
  restarted.Restore(monitor_.Remember(), now_);
  EXPECT_FALSE(restarted.Healthy("check"));
  EXPECT_EQ(restarted.GetStatus("check")->transitions, before.transitions);
  Move(now_.instant + kRestartSpread);
  restarted.Tick(now_);
  const std::vector<ProbeKey> probes = restarted.TakeProbes();
  ASSERT_EQ(probes.size(), 16u);
  for (const ProbeKey& probe : probes) restarted.OnVerdict(probe, {true, "Success: x"}, now_);
  EXPECT_TRUE(restarted.Healthy("check"));
  EXPECT_EQ(restarted.GetStatus("check")->transitions.size(), 2u);
}

TEST_F(MonitorTest, HistoryIsBounded) {
  Set({HttpCheck()});
  for (int i = 0; i < 100; ++i) Run(Duration::Seconds(10), i % 2 == 0 ? false : true);
  EXPECT_EQ(monitor_.GetStatus("check")->transitions.size(), kMaxTransitions);
}

RC_GTEST_PROP(MonitorProperty, AnyOutageIsSeenWithinThresholdIntervals, ()) {
  CheckConfig check = HttpCheck();
  check.failure_threshold = *rc::gen::inRange(1, 4);
  Monitor monitor(MakeCheckerPlaces(), Prng(*rc::gen::arbitrary<uint64_t>()));
  Now now{{1}, WallTime::FromSeconds(1)};
  monitor.SetChecks({check}, now);
  const Instant down_at = now.instant + Duration::Millis(*rc::gen::inRange(0, 60'000));
  const Instant seen_by = down_at + check.request_interval * check.failure_threshold;
  while (*monitor.NextDeadline() <= seen_by) {
    now.instant = *monitor.NextDeadline();
    monitor.Tick(now);
    for (const ProbeKey& probe : monitor.TakeProbes())
      monitor.OnVerdict(probe, {now.instant < down_at, ""}, now);
    if (now.instant < down_at) RC_ASSERT(monitor.Healthy("check"));
  }
  RC_ASSERT(!monitor.Healthy("check"));
}

}  // namespace
}  // namespace lifeboat::health
