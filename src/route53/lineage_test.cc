// Histories that are compared by their lineage.
#include "route53/lineage.h"

#include <gtest/gtest.h>

namespace lifeboat::route53 {
namespace {

const Lineage kPast{{{"a", 0}, {"b", 4}, {"c", 9}}, {{"x", 7}}};

TEST(LineageTest, WhatAHistoryHolds) {
  const History history{kPast, 12};
  struct Case {
    const char* generation;
    uint64_t number;
    bool held;
  };
  for (const Case& each : std::initializer_list<Case>{{"a", 0, true},
                                                      {"a", 3, true},
                                                      {"a", 4, false},
                                                      {"b", 3, false},
                                                      {"b", 4, true},
                                                      {"b", 8, true},
                                                      {"b", 9, false},
                                                      {"c", 9, true},
                                                      {"c", 12, true},
                                                      {"c", 13, false},
                                                      {"x", 5, false},
                                                      {"", 0, false}}) {
    EXPECT_EQ(Holds(history, each.generation, each.number), each.held)
        << each.generation << each.number;
  }
  EXPECT_EQ(EndOf(history, "a"), 3u);
  EXPECT_EQ(EndOf(history, "c"), 12u);
  EXPECT_EQ(EndOf(history, "x"), std::nullopt);
}

TEST(LineageTest, WhereTwoHistoriesPart) {
  struct Case {
    Lineage other;
    uint64_t number;
    std::optional<uint64_t> common;
  };
  for (const Case& each : std::initializer_list<Case>{
           {kPast, 12, 12},
           {kPast, 10, 10},                                // Behind.
           {kPast, 14, 12},                                // Ahead.
           {{{{"a", 0}, {"b", 4}}, {}}, 6, 6},             // Rolled back.
           {{{{"a", 0}, {"b", 4}, {"d", 7}}, {}}, 20, 6},  // Rolled back, and gone on.
           {{{{"a", 0}, {"b", 4}, {"d", 9}}, {}}, 9, 8},
           {{{{"a", 0}, {"d", 2}}, {}}, 3, 1},
           {{{{"d", 0}}, {}}, 0, std::nullopt},  // Another world.
       }) {
    EXPECT_EQ(CommonNumber({kPast, 12}, {each.other, each.number}), each.common);
    EXPECT_EQ(CommonNumber({each.other, each.number}, {kPast, 12}), each.common);
  }
}

TEST(LineageTest, GrowsByStretchesAndForgetsTheOldest) {
  Lineage lineage;
  Continue(lineage, "a", 0);
  Continue(lineage, "a", 1);
  EXPECT_EQ(lineage.stretches.size(), 1u);
  for (size_t i = 1; i <= kMaxStretches; ++i) Continue(lineage, "g" + std::to_string(i), i);
  EXPECT_EQ(lineage.stretches.size(), kMaxStretches);
  EXPECT_EQ(GenerationOf(lineage, 0), "");
  EXPECT_EQ(GenerationOf(lineage, 5), "g5");
  EXPECT_FALSE(Holds({lineage, 300}, "a", 0));
}

TEST(LineageTest, IsReadBackAndNothingElseIs) {
  EXPECT_EQ(DecodeLineage(EncodeLineage(kPast)).value(), kPast);
  for (
      const char* text :
      {"null", "[]", "{}", R"({"stretches":[],"absorbed":{}})",
       R"({"stretches":[{"generation":"a"}],"absorbed":{}})",
       R"({"stretches":[{"generation":"","first":0}],"absorbed":{}})",
       R"({"stretches":[{"generation":"a","first":-1}],"absorbed":{}})",
       R"({"stretches":[{"generation":"a","first":2},{"generation":"b","first":2}],"absorbed":{}})",
       R"({"stretches":[{"generation":"a","first":0}],"absorbed":{"b":"x"}})",
       R"({"stretches":[{"generation":"a","first":0}]})"}) {
    EXPECT_FALSE(DecodeLineage(json::Parse(text).value()).ok()) << text;
  }
}

}  // namespace
}  // namespace lifeboat::route53
