#include "drill/scenario.h"

#include <gtest/gtest.h>

#include "drill/testing/drill_run.h"

namespace lifeboat::drill {
namespace {

Scenario MustParse(const std::string& text) {
  Result<Scenario> scenario = ParseScenario(text, "drill.yaml");
  EXPECT_TRUE(scenario.ok()) << scenario.error().message;
  return scenario.ok() ? std::move(scenario).value() : Scenario{};
}

std::string ErrorOf(const std::string& text) {
  const Result<Scenario> scenario = ParseScenario(text, "drill.yaml");
  EXPECT_FALSE(scenario.ok());
  return scenario.ok() ? "" : scenario.error().message;
}

TEST(Scenario, ReadsEveryKey) {
  const Scenario s = MustParse(R"(lifeboat: 1
name: techmoda-warm-standby
strategy: warm-standby
world: {regions: [us-east-1, us-west-2], primary: us-east-1, era: lab}
objectives: {rpo: 15m, rto: 30m}
assume: {replication_lag: {p50: 0.8s, max: 5s}}
setup: {run: ./deploy.sh, timeout: 10m, env: {HEALTH_INTERVAL: 30, NAME: x}}
target:
  url: https://api.techmoda-example.com/v1/
  requests:
    create: {method: POST, path: /products, body: {name: "{{key}}", price: "{{seq:number}}"}}
    update: {method: PUT, path: "/products/{{id}}", body: {price: "{{seq:number}}"}}
    get: {method: GET, path: "/products/{{id}}", seq: $.price}
    delete: {method: DELETE, path: "/products/{{id}}"}
  item: {table: products, key: {id: "{{id}}"}, name: name, seq: price}
workload:
  seed: 42
  timeout: 4s
  reads: {rate: 40/s}
  writes: {rate: 20/s, create: 50%, update: 40%, delete: 10%}
clients:
  - {name: fresh, dns: none, connections: per-request, attempts: 1}
  - {name: jvm, dns: ttl+30s, connections: keep-alive, attempts: 3, backoff: 200ms-3s}
  - {name: jvm-forever, dns: forever, connections: keep-alive, counted: false}
baseline: {for: 30s, success: 99.5%}
faults:
  - {kind: freeze, region: us-east-1, at: {after: baseline, jitter: 10s, delay: 2s}, for: 5m}
  - {kind: replication-lag, link: "us-west-2:us-east-1", lag: 3s}
decision: {by: health-check}
recovered_when: {window: 40s, success: 98%, bucket: {size: 4s, success: 90%}, p99: 1s}
observe_for: 12m
failback: {by: health-check, watch: 45s}
expect: {resurrected: 0, duplicates: 1}
repeat: {runs: 3, verdict: worst}
)");
  EXPECT_EQ(s.world.era, "lab");
  EXPECT_EQ(s.rpo, Duration::Minutes(15));
  EXPECT_EQ(s.assumed_lag->p50, Duration::Millis(800));
  EXPECT_EQ(s.assumed_lag->max, Duration::Seconds(5));
  EXPECT_EQ(s.setup->run, "./deploy.sh");
  EXPECT_EQ(s.setup->environment.at("HEALTH_INTERVAL"), "30");
  EXPECT_EQ(s.target.host, "api.techmoda-example.com");
  EXPECT_EQ(s.target.target, "/v1");
  EXPECT_EQ(s.workload.timeout, Duration::Seconds(4));
  EXPECT_EQ(s.workload.update_percent, 40);
  ASSERT_EQ(s.cohorts.size(), 3u);
  EXPECT_EQ(s.cohorts[0].policy.dns, client::DnsPolicy::kNone);
  EXPECT_EQ(s.cohorts[0].policy.connections, client::ConnectionPolicy::kPerRequest);
  EXPECT_EQ(s.cohorts[1].policy.dns_extra, Duration::Seconds(30));
  EXPECT_EQ(s.cohorts[1].policy.backoff_max, Duration::Seconds(3));
  EXPECT_FALSE(s.cohorts[2].counted);
  EXPECT_EQ(s.cohorts[2].clients, 40);
  EXPECT_EQ(s.cohorts[2].policy.lifetime, Duration::Minutes(10));
  EXPECT_DOUBLE_EQ(s.cohorts[0].share, 0.475);
  EXPECT_DOUBLE_EQ(s.cohorts[2].share, 0.05);
  ASSERT_EQ(s.faults.size(), 2u);
  EXPECT_EQ(s.faults[0].what.kind, fault::Kind::kFreeze);
  EXPECT_EQ(s.faults[0].lasts, Duration::Minutes(5));
  EXPECT_EQ(s.faults[0].delay, Duration::Seconds(2));
  EXPECT_EQ(s.faults[1].what.from(), "us-west-2");
  EXPECT_EQ(s.faults[1].what.Time("lag"), Duration::Seconds(3));
  EXPECT_DOUBLE_EQ(s.recovered.bucket_success, 0.9);
  EXPECT_EQ(s.failback_watch, Duration::Seconds(45));
  EXPECT_EQ(s.expect.at("duplicates"), 1);
  EXPECT_EQ(s.runs, 3);
  EXPECT_EQ(s.lost_region(), "us-east-1");
  EXPECT_EQ(s.survivors(), std::vector<std::string>{"us-west-2"});
  EXPECT_EQ(s.digest.size(), 64u);
}

TEST(Scenario, FixedLag) {
  const Scenario s = MustParse(ScenarioText({{"setup:", "assume: {replication_lag: 3s}\nsetup:"}}));
  EXPECT_TRUE(s.assumed_lag->fixed());
  EXPECT_EQ(s.assumed_lag->max, Duration::Seconds(3));
}

TEST(Scenario, SaysHowLateItsGeneratorMayBe) {
  EXPECT_EQ(MustParse(ScenarioText()).workload.max_late, Duration::Millis(100));
  const Scenario s = MustParse(ScenarioText({{"seed: 42", "seed: 42\n  max_late: 250ms"}}));
  EXPECT_EQ(s.workload.max_late, Duration::Millis(250));
}

/// The usual scenario with `from` replaced by `to` is refused, and the error says `error`.
struct Case {
  std::string from, to, error;
};

void ExpectRefused(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const std::string error = ErrorOf(ScenarioText({{c.from, c.to}}));
    EXPECT_NE(error.find(c.error), std::string::npos) << c.to << "\n" << error;
  }
}

TEST(Scenario, RefusesWithPlaceAndRemedy) {
  ExpectRefused({
      {"name: test", "nme: test", "drill.yaml:2:1: unknown key 'nme'; write one of:"},
      {"name: test", "nme: test", "'name' is missing; write"},
      {"lifeboat: 1", "lifeboat: 2", "drill.yaml:1:1: '2' is no value for 'lifeboat'"},
      {"rpo: 15m", "rpo: 15",
       "drill.yaml:4:14: '15' is no length of time for 'rpo'; write a number "
       "with a unit"},
      {"rpo: 15m", "rpo: 15min", "'15min' is no length of time"},
      {"rate: 30/s", "rate: 30", "drill.yaml:22:11: '30' is no rate for 'rate'; write"},
      {"success: 99.9%", "success: 0.999", "'0.999' is no share for 'success'; write a percentage"},
      {"success: 99.9%", "success: 101%", "'101%' is no share"},
      {"create: 60%", "create: 50%", "create, update and delete make 90%"},
      {"[us-east-1, us-west-2]", "[us-east-1]", "a drill needs 2 to 8 regions"},
      {"[us-east-1, us-west-2]", "[us-east-1, mars-1]", "'mars-1' is no AWS region"},
      {"primary: us-east-1", "primary: eu-west-1", "'eu-west-1' is none of the regions"},
      {"dns: ttl,", "dns: sometimes,", "drill.yaml:26:21: 'sometimes' is no value for 'dns'"},
      {"ttl+30s", "ttl+soon", "'ttl+soon' is no value for 'dns'"},
      {"backoff: 100ms-2s", "backoff: 2s-100ms", "'2s-100ms' is no value for 'backoff'"},
      {"attempts: 3", "attempts: 11", "'11' is no value for 'attempts'; write a whole number"},
      {"connections: per-request", "connections: none", "write one of: per-request, keep-alive"},
      {"name: jvm", "name: fresh", "two cohorts are named 'fresh'"},
      {"kind: kill", "kind: corrupt",
       "drill.yaml:30:6: the fault 'corrupt' is not supported "
       "yet; write one of: kill, freeze"},
      {"kind: kill, region: us-east-1", "kind: kill, region: eu-west-1",
       "'eu-west-1' is no region of this world"},
      {"kind: kill, region: us-east-1", "kind: kill, link: 'us-east-1:us-west-2'",
       "kill has no 'link'; write one of: region"},
      {"kind: kill, region: us-east-1", "kind: cut, link: us-east-1", "is no link of this world"},
      {"kind: kill, region: us-east-1", "kind: cut", "write either 'region' or 'link'"},
      {"kind: kill, region: us-east-1",
       "fis: {actions: {a: {actionId: 'aws:ec2:stop', parameters: {duration: PT1M}}}}",
       "action 'a': aws:ec2:stop cannot be done here"},
      {"kind: kill", "kind: replication-lag", "replication-lag needs 'lag'; write 5s"},
      {"kind: kill", "kind: kill, lag: 3s", "kill has no 'lag'; write one of: region"},
  });
}

TEST(Scenario, RefusesWhatARunCouldNotCarryOut) {
  ExpectRefused({
      {"window: 20s", "window: 21s", "a window of 21s is no multiple of its bucket of 5s"},
      {"window: 20s", "window: 5s",
       "give the cohort fresh 50 requests in a window of 5s, and 150 are needed; write at least "
       "90/s"},
      {"attempts: 2}", "attempts: 2, share: 150%}", "'150%' is no share"},
      {"attempts: 2}", "attempts: 2, share: 100%}",
       "the shares of the cohorts make 100%, and nothing is left for the others"},
      {"attempts: 2}", "attempts: 2, clients: 0}", "'0' is no value for 'clients'"},
      {"attempts: 2}", "attempts: 2, via: eu-west-1}", "'eu-west-1' is no region of this world"},
      {"attempts: 1}", "attempts: 1, lifetime: 5m}", "'lifetime' is how long a connection is kept"},
      {"observe_for: 5m", "observe_for: 10s", "10s is shorter than the good window"},
      {"by: health-check", "by: operator",
       "'run' is missing; write for instance `run: ./failback.sh`"},
      {"by: health-check", "by: operator, run: ./f.sh, when: [tide]",
       "'when' is a list; write lag-zero"},
      {"observe_for: 5m", "decision: {by: operator, reaction: 5m}\nobserve_for: 5m",
       "'run' is missing; write for instance `run: ./failover.sh`"},
      {"observe_for: 5m", "decision: {by: prompt}\nobserve_for: 5m",
       "a blind decision needs a moment that nobody can guess, but 'kill' comes within 2s"},
      {"for: 3m}\n", "for: 3m}\n  - {kind: kill, region: us-west-2, at: {after: failback}}\n",
       "the second outage takes us-west-2, which is not supported yet"},
      {"for: 3m}\nrecovered_when: {window: 20s}\nobserve_for: 5m\nfailback: {by: health-check",
       "for: 3m}\n  - {kind: kill, region: us-east-1, at: {after: failback}}\n"
       "observe_for: 5m\nfailback: {by: none",
       "a fault after the failback never comes, since no failback is planned"},
      {"attempts: 2}", "attempts: 2, keys: {shared: pool, count: 3}}",
       "the cohort browser needs 'put' in 'requests'"},
      {"attempts: 2}", "attempts: 2, keys: {shared: pool, count: 3}}",
       "the winner of a shared key can't be told; write `writer` in 'item'"},
      {"attempts: 2}", "attempts: 2, keys: {shared: pool, count: 3, ops: [put_if]}}",
       "put_if alone has nothing to send"},
      {"attempts: 2}", "attempts: 2, keys: {shared: pool, count: 3, ops: [get]}}",
       "'ops' is a list; write put, put_if, increment"},
      {"attempts: 2}", "attempts: 2, keys: {shared: pool}}", "'count' is missing"},
      {"observe_for: 5m", "background: [{run: ./b.sh, every: 0s}]\nobserve_for: 5m",
       "write one second at least"},
      {"for: 20s", "for: 9s", "a baseline of 9s can't show an RPO beyond it; write at least 10s"},
      {"observe_for: 5m", "assume: {replication_lag: 20s}\nobserve_for: 5m",
       "write at least 30s: the greatest assumed lag and 10s"},
      {"seed: 42", "timeout: 0s", "'timeout' is no time at all"},
      {"for: 3m", "for: 0s", "a fault that lasts no time can't be seen"},
      {"observe_for: 5m", "assume: {replication_lag: {csv: lag.csv}}\nobserve_for: 5m",
       "a CSV of measured lags is not supported yet"},
      {"observe_for: 5m", "assume: {replication_lag: {p50: 5s, max: 1s}}\nobserve_for: 5m",
       "'max' is below 'p50'"},
      {"resurrected: 0", "resurected: 0", "unknown key 'resurected'"},
      {"url: https://api.techmoda-example.com", "url: api", "'api' is no URL"},
      {"  requests:", "  request:",
       "'requests' is missing; write what `create`, `update`, `get` and `delete` send, for "
       "instance `create: {method: POST,"},
      {"  item: {", "  items: {", "'item' is missing; write for instance `item: {table: products,"},
      {"https://api.techmoda-example.com", "https://api..example.com", "is no URL; write https://"},
      {"observe_for: 5m", "repeat: {runs: 0}\nobserve_for: 5m", "'0' is no value for 'runs'"},
      {"observe_for: 5m", "strategy: hope\nobserve_for: 5m", "'hope' is no value for 'strategy'"},
      {"observe_for: 5m", "strategy: backup-restore\nobserve_for: 5m",
       "'backup-restore' is not supported by Lifeboat yet"},
      {"world: {", "world: [", "drill.yaml:3:"},
  });
}

TEST(Scenario, RefusesWhatIsNoMapping) {
  EXPECT_NE(ErrorOf("[]").find("drill.yaml:1:1: '[]' stands where a mapping must be"),
            std::string::npos);
  EXPECT_NE(ErrorOf("").find("drill.yaml"), std::string::npos);
}

TEST(Scenario, AnExperimentTemplateStandsForItsFaults) {
  const Scenario s = MustParse(ScenarioText({{"faults:\n", R"(faults:
  - at: {after: baseline, delay: 10s}
    fis:
      description: a pause before the end
      stopConditions: [{source: none}]
      targets:
        tables:
          resourceType: aws:dynamodb:global-table
          selectionMode: ALL
          resourceArns: ["arn:aws:dynamodb:us-east-1:000000000000:table/products"]
      actions:
        wait: {actionId: "aws:fis:wait", parameters: {duration: PT5S}}
        pause:
          actionId: "aws:dynamodb:global-table-pause-replication"
          parameters: {duration: PT2M}
          targets: {Tables: tables}
          startAfter: [wait]
)"}}));
  ASSERT_EQ(s.faults.size(), 2u);
  EXPECT_EQ(fault::Begun(s.faults[0].what), "us-east-1 replication paused");
  EXPECT_EQ(s.faults[0].delay, Duration::Seconds(15));
  EXPECT_EQ(s.faults[0].lasts, Duration::Minutes(2));
  EXPECT_EQ(s.faults[1].what.kind, fault::Kind::kKill);
}

TEST(Scenario, EmptyListsAreRefusedAndNotRun) {
  const std::string text = ScenarioText();
  const size_t clients = text.find("clients:"), baseline = text.find("baseline:"),
               faults = text.find("faults:"), recovered = text.find("recovered_when:");
  const std::string no_clients = text.substr(0, clients) + "clients: []\n" + text.substr(baseline);
  const std::string no_faults = text.substr(0, faults) + "faults: []\n" + text.substr(recovered);
  EXPECT_NE(ErrorOf(no_clients).find("there is no client"), std::string::npos);
  EXPECT_NE(ErrorOf(no_faults).find("there is no fault after the baseline"), std::string::npos);
}

TEST(Scenario, SaysEverythingThatIsWrongAtOnce) {
  const std::string error =
      ErrorOf(ScenarioText({{"rpo: 15m", "rpo: 15"}, {"for: 20s", "for: x"}}));
  EXPECT_NE(error.find("'rpo'"), std::string::npos);
  EXPECT_NE(error.find("'x' is no length of time"), std::string::npos);
}

TEST(Scenario, TheReportHasKeysOfItsOwn) {
  const Scenario s =
      MustParse(ScenarioText({{"recovered_when:",
                               "report: {function: catalogue, criticality: high, people: p.yaml}\n"
                               "recovered_when:"}}));
  EXPECT_EQ(s.report.function, "catalogue");
  EXPECT_EQ(s.report.criticality, "high");
  EXPECT_EQ(s.report.people_file, "p.yaml");
}

TEST(Scenario, PeopleAreNamesByRole) {
  EXPECT_EQ(
      ParsePeople("lead: Ada\nobserver: Grace Hopper\n", "people.yaml")->GetString("observer"),
      "Grace Hopper");
  const auto list = ParsePeople("- Ada\n", "people.yaml");
  ASSERT_FALSE(list.ok());
  EXPECT_EQ(list.error().message.rfind("people.yaml:1:", 0), 0u) << list.error().message;
  EXPECT_FALSE(ParsePeople("lead: [Ada]\n", "people.yaml").ok());
}

}  // namespace
}  // namespace lifeboat::drill
