#include "drill/drift.h"

#include <gtest/gtest.h>

namespace lifeboat::drill {
namespace {

const std::map<std::string, std::string> kGet = {
    {"code", "aa"}, {"memory", "256"}, {"variable TABLE", "products"}};

std::vector<std::string> Drift(Deployed primary, Deployed standby) {
  return FindDrift({"", {{"us-east-1", std::move(primary)}, {"us-west-2", std::move(standby)}}},
                   "us-east-1", "us-west-2");
}

TEST(Drift, TellsWhatTheStandbyHasOtherwise) {
  EXPECT_TRUE(Drift({{"function get", kGet}}, {{"function get", kGet}}).empty());
  EXPECT_EQ(Drift({{"function get", kGet}}, {}),
            std::vector<std::string>{"function get is missing"});
  EXPECT_EQ(Drift({{"function get", kGet}},
                  {{"function get", {{"code", "bb"}, {"memory", "128"}, {"variable X", "1"}}}}),
            (std::vector<std::string>{
                "function get: code differs", "function get: memory is 128 instead of 256",
                "function get: variable TABLE is missing", "function get: variable X is added"}));
  // No value of a variable is told.
  EXPECT_EQ(
      Drift({{"function get", kGet}},
            {{"function get", {{"code", "aa"}, {"memory", "256"}, {"variable TABLE", "secret"}}}}),
      std::vector<std::string>{"function get: variable TABLE differs"});
}

TEST(Drift, AStackMayStandInOneRegion) {
  EXPECT_TRUE(Drift({{"stack dns", {{"template", "a"}}}}, {}).empty());
  EXPECT_TRUE(Drift({}, {{"stack dns", {{"template", "a"}}}}).empty());
  EXPECT_EQ(Drift({{"stack api", {{"template", "a"}}}}, {{"stack api", {{"template", "b"}}}}),
            std::vector<std::string>{"stack api: template differs"});
}

TEST(Drift, WhatCannotBeReadIsNotCompared) {
  EXPECT_TRUE(FindDrift({}, "us-east-1", "us-west-2").empty());
}

}  // namespace
}  // namespace lifeboat::drill
