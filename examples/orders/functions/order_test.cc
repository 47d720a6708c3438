#include "order.h"

#include <gtest/gtest.h>

namespace orders {
namespace {

using nlohmann::json;

TEST(Order, BodiesAreChecked) {
  const OrderFields good =
      ReadOrder(json::parse(R"({"reference":"r1","quantity":7,"version":3,"color":"red"})"));
  EXPECT_EQ(good.problem, "");
  EXPECT_EQ(good.reference, "r1");
  EXPECT_EQ(good.quantity, 7);
  EXPECT_EQ(good.version, 3);
  for (const char* wrong :
       {R"({})", R"({"reference":"","quantity":1})", R"({"reference":1,"quantity":1})",
        R"({"reference":"r"})", R"({"reference":"r","quantity":-1})",
        R"({"reference":"r","quantity":1.5})", R"({"reference":"r","quantity":"1"})",
        R"({"reference":"r","quantity":1,"version":0})",
        R"({"reference":"r","quantity":1,"version":"2"})"})
    EXPECT_NE(ReadOrder(json::parse(wrong)).problem, "") << wrong;
}

TEST(Order, AnOrderAndItsEventAreOneTransaction) {
  const json create = MakeCreate("shop", "a-b", {"r1", 7, 0, ""}, "now");
  ASSERT_EQ(create["TransactItems"].size(), 2u);
  const json& put = create["TransactItems"][0]["Put"];
  EXPECT_EQ(put["Item"]["pk"]["S"], "ORDER#a-b");
  EXPECT_EQ(put["Item"]["sk"]["S"], "META");
  EXPECT_EQ(put["Item"]["version"]["N"], "1");
  EXPECT_EQ(create["TransactItems"][1]["Put"]["Item"]["sk"]["S"], "EVENT#1");
}

TEST(Order, AChangeIsOfTheVersionThatWasRead) {
  const json change = MakeChange("shop", "a-b", {"r1", 8, 4, ""}, "now");
  const json& update = change["TransactItems"][0]["Update"];
  EXPECT_EQ(update["ConditionExpression"], "version = :read");
  EXPECT_EQ(update["ExpressionAttributeValues"][":read"]["N"], "4");
  EXPECT_EQ(update["ExpressionAttributeValues"][":next"]["N"], "5");
}

TEST(Order, IsShownAsItIsStored) {
  const json create = MakeCreate("shop", "a-b", {"r1", 7, 0, ""}, "now");
  const json shown = ShowItem("a-b", create["TransactItems"][0]["Put"]["Item"]);
  EXPECT_EQ(shown,
            json::parse(R"({"order":{"id":"a-b","reference":"r1","quantity":7,"version":1}})"));
}

TEST(Order, IdsAreUuids) {
  EXPECT_TRUE(IsOrderId("00000000-0000-4000-8000-00000000000a"));
  EXPECT_FALSE(IsOrderId("health"));
  EXPECT_FALSE(IsOrderId("00000000-0000-4000-8000-00000000000G"));
}

}  // namespace
}  // namespace orders
