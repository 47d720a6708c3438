// Faults as values: what holds on a link, what runs out, and the JSON form.
#include "fault/fault.h"

#include <gtest/gtest.h>

namespace lifeboat::fault {
namespace {

TEST(FaultTest, LinkStateIsTheSumOfItsFaults) {
  Table table;
  table.Inject({"1", Kind::kReplicationLag, "a", "b", Duration::Seconds(3), std::nullopt});
  table.Inject({"2", Kind::kReplicationLag, "a", "b", Duration::Seconds(1),
                Instant{} + Duration::Seconds(5)});
  table.Inject({"3", Kind::kCut, "b", "a", {}, std::nullopt});
  EXPECT_EQ(table.Get("a", "b").lag, Duration::Seconds(3));
  EXPECT_FALSE(table.Get("a", "b").paused);
  EXPECT_TRUE(table.Get("b", "a").cut);
  EXPECT_TRUE(table.Get("b", "a").paused);
  table.Expire(Instant{} + Duration::Seconds(5));
  EXPECT_EQ(table.List().size(), 2u);
  EXPECT_TRUE(table.Clear("1"));
  EXPECT_FALSE(table.Clear("1"));
  EXPECT_EQ(table.Get("a", "b").lag, Duration());
}

TEST(FaultTest, JsonRoundTripsAndRefuses) {
  const Fault fault{"x", Kind::kReplicationLag,  "a",
                    "b", Duration::Millis(1500), Instant{} + Duration::Seconds(9)};
  const auto back = FromJson(ToJson(fault, Instant{}), Instant{});
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->lag, fault.lag);
  EXPECT_EQ(*back->until, *fault.until);
  for (const char* text :
       {R"({"id":"x","kind":"rain","from":"a","to":"b"})", R"({"kind":"cut","from":"a","to":"b"})",
        R"({"id":"x","kind":"replication-lag","from":"a","to":"b"})"}) {
    EXPECT_FALSE(FromJson(*json::Parse(text), Instant{}).ok()) << text;
  }
}

}  // namespace
}  // namespace lifeboat::fault
