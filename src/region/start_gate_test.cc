#include "region/start_gate.h"

#include <gtest/gtest.h>

#include <string>

namespace lifeboat::region {
namespace {

TEST(StartGateTest, HoldsInOrderAndRefusesACrowd) {
  StartGate gate;
  std::string ran;
  const auto pass = [&](char name) { return gate.Pass([&ran, name] { ran += name; }); };
  EXPECT_TRUE(pass('a'));
  EXPECT_EQ(ran, "a");
  gate.Close();
  EXPECT_TRUE(pass('b'));
  EXPECT_TRUE(pass('c'));
  EXPECT_EQ(ran, "a");
  for (size_t i = 2; i < StartGate::kMostWaiting; ++i) EXPECT_TRUE(gate.Pass([] {}));
  EXPECT_FALSE(pass('d'));
  gate.Open();
  EXPECT_EQ(ran, "abc");
  EXPECT_TRUE(pass('e'));
  EXPECT_EQ(ran, "abce");
}

}  // namespace
}  // namespace lifeboat::region
