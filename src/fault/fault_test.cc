// Faults as values: what is built from what was written, what holds on a link, what runs out, and
// the JSON form.
#include "fault/fault.h"

#include <gtest/gtest.h>

#include <set>

namespace lifeboat::fault {
namespace {

const std::vector<std::string> kRegions = {"us-east-1", "us-west-2"};

/// A value that each parameter accepts.
std::string Sample(const Parameter& parameter) {
  switch (parameter.form) {
    case Form::kRegion:
      return "us-east-1";
    case Form::kLink:
      return "us-east-1:us-west-2";
    case Form::kDuration:
      return "1.5s";
    case Form::kSignedDuration:
      return "-90s";
    case Form::kShare:
      return "12.5%";
    case Form::kInteger:
      return std::to_string(parameter.least);
    case Form::kWord:
      return std::string(parameter.words.substr(0, parameter.words.find('|')));
    case Form::kYesNo:
      return "yes";
    case Form::kText:
      return "x";
  }
  return "";
}

/// The parameters that must be there, with those of a choice taken from `choice`.
std::vector<Written> Least(const KindInfo& info, std::string_view choice) {
  std::vector<Written> written;
  for (const Parameter& parameter : info.parameters)
    if (parameter.required || (!info.one_of.empty() && parameter.name == choice))
      written.push_back({std::string(parameter.name), Sample(parameter)});
  return written;
}

TEST(FaultKindsTest, RowsAreWhole) {
  std::set<std::string_view> names;
  for (const KindInfo& info : Kinds()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_EQ(&InfoOf(info.kind), &info);
    EXPECT_EQ(FindKind(info.name), &info);
    EXPECT_TRUE(info.what.ends_with('.')) << info.name;
    if (info.doer == Doer::kNobody) continue;
    EXPECT_FALSE(info.begun.empty() || info.ended.empty()) << info.name;
    for (const std::string_view choice : {"region", "link"}) {
      const auto fault = Make(info.name, Least(info, choice), kRegions);
      ASSERT_TRUE(fault.ok()) << info.name << ": " << fault.error().message;
      for (const std::string& words : {Begun(*fault), Ended(*fault)})
        EXPECT_FALSE(words.empty() || words.find_first_of("{}") != std::string::npos) << words;
      Fault named = *fault;
      named.id = "1";
      const auto back = FromJson(ToJson(named, Instant{}), Instant{}, kRegions);
      ASSERT_TRUE(back.ok()) << info.name << ": " << back.error().message;
      EXPECT_EQ(back->values, fault->values) << info.name;
    }
  }
}

TEST(FaultKindsTest, AliasesBuildTheirKinds) {
  for (const Alias& alias : Aliases()) {
    const auto fault = Make(alias.action, Least(InfoOf(alias.kind), "region"), kRegions);
    ASSERT_TRUE(fault.ok()) << alias.action << ": " << fault.error().message;
    EXPECT_EQ(fault->kind, alias.kind);
    if (alias.sets.empty()) continue;
    const Parameter* set = FindParameter(InfoOf(alias.kind), alias.sets);
    ASSERT_NE(set, nullptr) << alias.action;
    EXPECT_EQ(ToText(*set, fault->values.at(std::string(alias.sets))), alias.value);
  }
}

TEST(FaultTest, RefusalsSayWhatToWrite) {
  const struct {
    const char* kind;
    std::vector<Written> written;
    const char* says;
  } kCases[] = {
      {"rain", {}, "the fault 'rain' is not supported; write one of: kill, freeze"},
      {"corrupt", {}, "the fault 'corrupt' is not supported yet; write one of: kill"},
      {"aws:ec2:stop-instances", {}, "the FIS action 'aws:ec2:stop-instances' has no equal here"},
      {"kill", {}, "kill needs 'region'; write us-east-1"},
      {"kill", {{"region", "mars"}}, "'mars' is no region of this world; write one of: us-east-1"},
      {"kill", {{"region", "us-east-1"}, {"lag", "3s"}}, "kill has no 'lag'; write one of: region"},
      {"nameserver-kill", {{"lag", "3s"}}, "nameserver-kill has no 'lag'; leave it out"},
      {"cut", {}, "write either 'region' or 'link'"},
      {"cut", {{"link", "us-east-1"}}, "'us-east-1' is no link of this world"},
      {"cut", {{"region", "us-east-1"}, {"both_ways", "yes"}}, "'both_ways' goes with 'link'"},
      {"replication-lag", {{"region", "us-east-1"}, {"lag", "0s"}}, "'0s' is no value for 'lag'"},
      {"api-error", {{"region", "us-east-1"}, {"share", "101%"}}, "write 50%"},
      {"api-error", {{"region", "us-east-1"}, {"share", "half"}}, "write 50%"},
      {"api-error", {{"region", "us-east-1"}, {"status", "200"}}, "a number from 400 to 599"},
      {"api-error", {{"region", "us-east-1"}, {"when", "later"}}, "write one of: before, after"},
      {"clock-skew", {{"region", "us-east-1"}, {"by", "9e9h"}}, "'9e9h' is no value for 'by'"},
      {"slow", {{"region", "us-east-1"}, {"p50", "2s"}, {"max", "1s"}}, "'max' is below 'p50'"},
      {"slow",
       {{"link", "us-east-1:us-west-2"}, {"p50", "2s"}, {"service", "lambda"}},
       "'service' goes with 'region'"},
  };
  for (const auto& each : kCases) {
    const auto fault = Make(each.kind, each.written, kRegions);
    ASSERT_FALSE(fault.ok()) << each.says;
    EXPECT_NE(fault.error().message.find(each.says), std::string::npos) << fault.error().message;
  }
}

TEST(FaultTest, TakesARegionByItsRow) {
  const struct {
    const char* kind;
    std::vector<Written> written;
    bool takes;
  } kCases[] = {
      {"kill", {{"region", "us-east-1"}}, true},
      {"cut", {{"region", "us-east-1"}}, true},
      {"cut", {{"link", "us-east-1:us-west-2"}}, false},
      {"api-error", {{"region", "us-east-1"}, {"share", "49%"}}, false},
      {"api-error", {{"region", "us-east-1"}, {"share", "50%"}}, true},
      {"name-empty", {{"region", "us-east-1"}, {"service", "dynamodb"}}, true},
      {"name-empty", {{"region", "us-east-1"}, {"service", "s3"}}, false},
      {"run", {{"region", "us-east-1"}, {"start", "a"}, {"stop", "b"}}, true},
      {"run",
       {{"region", "us-east-1"}, {"start", "a"}, {"stop", "b"}, {"takes_region", "no"}},
       false},
      {"observer", {}, false},
  };
  for (const auto& each : kCases) {
    const auto fault = Make(each.kind, each.written, kRegions);
    ASSERT_TRUE(fault.ok()) << fault.error().message;
    EXPECT_EQ(TakesRegion(*fault), each.takes) << each.kind;
  }
}

TEST(FaultTest, WordsOfTheTimeline) {
  const auto words = [](const char* kind, std::vector<Written> written) {
    const auto fault = Make(kind, written, kRegions);
    return fault.ok() ? Begun(*fault) + " | " + Ended(*fault) : fault.error().message;
  };
  EXPECT_EQ(words("kill", {{"region", "us-east-1"}}), "us-east-1 killed | us-east-1 started");
  EXPECT_EQ(words("cut", {{"link", "us-east-1:us-west-2"}, {"both_ways", "yes"}}),
            "us-east-1 and us-west-2 cut | us-east-1 and us-west-2 connected");
  EXPECT_EQ(words("cut", {{"region", "us-east-1"}, {"service", "dynamodb"}}),
            "us-east-1 functions from dynamodb cut | us-east-1 functions from dynamodb connected");
  EXPECT_EQ(words("replication-lag", {{"region", "us-east-1"}, {"lag", "3s"}}),
            "us-east-1 replication lag 3s | us-east-1 replication lag ended");
  EXPECT_EQ(words("observer", {}), "fault by others | fault by others over");
}

TEST(FaultTest, LinkStateIsTheSumOfItsFaults) {
  Table table;
  table.Inject(OnOneLink("1", Kind::kReplicationLag, "a", "b", Duration::Seconds(3)));
  table.Inject(OnOneLink("2", Kind::kReplicationLag, "a", "b", Duration::Seconds(1)));
  Fault cut = OnOneLink("3", Kind::kCut, "b", "a");
  cut.until = Instant{} + Duration::Seconds(5);
  table.Inject(cut);
  EXPECT_EQ(table.Get("a", "b").lag, Duration::Seconds(3));
  EXPECT_FALSE(table.Get("a", "b").paused);
  EXPECT_TRUE(table.Get("b", "a").cut);
  EXPECT_TRUE(table.Get("b", "a").paused);
  table.Expire(Instant{} + Duration::Seconds(5));
  EXPECT_EQ(table.List().size(), 2u);
  EXPECT_TRUE(table.Clear("1"));
  EXPECT_FALSE(table.Clear("1"));
  EXPECT_EQ(table.Get("a", "b").lag, Duration::Seconds(1));
}

TEST(FaultTest, ARegionsFaultIsOnAllOfItsLinks) {
  Table table;
  auto cut = *Make("cut", std::vector<Written>{{"region", "a"}});
  cut.id = "1";
  table.Inject(cut);
  EXPECT_TRUE(table.Get("a", "b").cut && table.Get("c", "a").cut);
  EXPECT_FALSE(table.Get("b", "c").cut);
  auto both =
      *Make("replication-pause", std::vector<Written>{{"link", "b:c"}, {"both_ways", "yes"}});
  both.id = "2";
  table.Inject(both);
  EXPECT_TRUE(table.Get("b", "c").paused && table.Get("c", "b").paused);
  EXPECT_FALSE(table.Get("b", "c").cut);
  auto within = *Make("cut", std::vector<Written>{{"region", "b"}, {"service", "dynamodb"}});
  within.id = "3";
  table.Inject(within);
  EXPECT_FALSE(table.Get("b", "c").cut);
}

TEST(FaultTest, JsonRefuses) {
  for (const char* text :
       {R"([])", R"({"kind":"kill","region":"a"})", R"({"id":"x","kind":"rain"})",
        R"({"id":"x","kind":"cut"})", R"({"id":"x","kind":"kill","region":["a"],"b":null})",
        R"({"id":"x","kind":"kill","region":"a","remaining_ms":-1})",
        R"({"id":"x","kind":"kill","region":"a","remaining_ms":9223372036854775807})",
        R"({"id":"x","kind":"kill","region":"a","remaining_ms":1e300})",
        R"({"id":"x","kind":"replication-lag","region":"a","lag":"9223372036854775807ms"})",
        R"({"id":"x","kind":"replication-lag","region":"a","lag":"8761h"})",
        R"({"id":"x","kind":"clock-step","region":"a","by":"-9223372036854775807ms"})"}) {
    EXPECT_FALSE(FromJson(*json::Parse(text), Instant{}).ok()) << text;
  }
  const auto left = FromJson(
      *json::Parse(R"({"id":"x","kind":"kill","region":"a","remaining_ms":9000})"), Instant{});
  ASSERT_TRUE(left.ok());
  EXPECT_EQ(*left->until, Instant{} + Duration::Seconds(9));
  EXPECT_TRUE(FromJson(*json::Parse(R"({"id":"x","kind":"replication-lag","region":"a",
                                        "lag":"8760h"})"),
                       Instant{})
                  .ok());
}

}  // namespace
}  // namespace lifeboat::fault
