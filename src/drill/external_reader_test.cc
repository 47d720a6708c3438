#include <gtest/gtest.h>

#include "drill/testing/drill_run.h"

namespace lifeboat::drill {
namespace {

constexpr char kExternal[] = R"(world:
  primary: us-east-1
  external:
    name: staging
    ca: ca.pem
    name_servers: [192.0.2.53, "127.0.0.1:5353"]
    regions:
      - name: us-east-1
        addresses: [192.0.2.10, 192.0.2.11]
        ports: {80: 8080, 443: 8443}
        dynamodb: https://dynamodb.us-east-1.amazonaws.com
        kill: ./kill.sh
        start: ./start.sh
      - {name: us-west-2, addresses: [192.0.2.20], dynamodb: "http://192.0.2.20:8000"}
)";

std::string ExternalText(std::vector<std::pair<std::string, std::string>> changes = {}) {
  changes.insert(changes.begin(),
                 {"world: {regions: [us-east-1, us-west-2], primary: us-east-1}\n", kExternal});
  return ScenarioText(changes);
}

TEST(ExternalWorld, IsRead) {
  const Result<Scenario> s = ParseScenario(ExternalText(), "drill.yaml");
  ASSERT_TRUE(s.ok()) << s.error().message;
  EXPECT_EQ(s->world.use, WorldSpec::Use::kExternal);
  EXPECT_EQ(s->world.regions, (std::vector<std::string>{"us-east-1", "us-west-2"}));
  const ExternalWorld& world = s->world.external;
  EXPECT_EQ(world.name, "staging");
  EXPECT_EQ(world.name_servers.at(0).ToString(), "192.0.2.53:53");
  EXPECT_EQ(world.name_servers.at(1).port, 5353);
  const ExternalRegion& east = *world.Find("us-east-1");
  EXPECT_EQ(east.addresses.size(), 2u);
  EXPECT_EQ(east.http_port, 8080);
  EXPECT_EQ(east.https_port, 8443);
  EXPECT_EQ(east.commands.at("start"), "./start.sh");
  EXPECT_EQ(world.Find("us-west-2")->https_port, 443);
  EXPECT_EQ(ScenarioEcho(*s).GetString("world"), "external");
}

TEST(ExternalWorld, WhatCannotBeDoneThereIsRefused) {
  struct Case {
    std::string from, to, error;
  };
  for (const Case& c : std::vector<Case>{
           {"    name: staging\n", "", "'name' is missing; write what `drill run --yes-really"},
           {"192.0.2.53, ", "ns1.example.com, ", "'ns1.example.com' is no address of a server"},
           {"[192.0.2.20]", "[api.example.com]", "'api.example.com' is no IPv4 address"},
           {"[192.0.2.20]", "[]", "nothing tells what address us-west-2 has"},
           {", dynamodb: \"http://192.0.2.20:8000\"", "", "'dynamodb' is missing"},
           {"        start: ./start.sh\n", "", "'kill' and 'start' go together"},
           {"443: 8443", "443: 0", "'0' is no value for '443'"},
           {"kind: kill", "kind: freeze", "freeze can't be brought to an external world"},
           {"kind: kill, region: us-east-1", "kind: kill, region: us-west-2",
            "kill can't be brought to an external world; write `kind: run` or `kind: observer`"},
           {"observe_for: 5m", "decision: {by: operator, reaction: 5m, run: x}\nobserve_for: 5m",
            "an external world has no health feed"},
           {"  primary: us-east-1\n", "  primary: us-east-1\n  era: lab\n", "unknown key 'era'"}}) {
    const Result<Scenario> s = ParseScenario(ExternalText({{c.from, c.to}}), "drill.yaml");
    ASSERT_FALSE(s.ok()) << c.to;
    EXPECT_NE(s.error().message.find(c.error), std::string::npos) << s.error().message;
  }
}

TEST(RunningWorld, IsAsked) {
  const Result<Scenario> s =
      ParseScenario(ScenarioText({{"world: {", "world: {use: running, "}}), "drill.yaml");
  ASSERT_TRUE(s.ok()) << s.error().message;
  EXPECT_EQ(s->world.use, WorldSpec::Use::kRunning);
}

TEST(ExternalWorld, ARegionsCommandsBringItsFaults) {
  FakeWorldOptions world;
  const DrillRun run = RunDrill(ExternalText({{"./kill.sh", "kill us-east-1"},
                                              {"./start.sh", "start us-east-1"},
                                              {"attempts: 1}", "attempts: 1, clients: 4}"},
                                              {"attempts: 2}", "attempts: 2, clients: 4}"},
                                              {"attempts: 3,", "attempts: 3, clients: 4,"}}),
                                world);
  ASSERT_TRUE(run.end.has_value());
  EXPECT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  EXPECT_EQ(run.At({"rpo", "missing_count"}).is_int(), true);
}

}  // namespace
}  // namespace lifeboat::drill
