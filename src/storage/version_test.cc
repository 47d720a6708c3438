#include "storage/version.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace lifeboat::storage {
namespace {

Version Arbitrary() {
  return {*rc::gen::nonNegative<int64_t>(), *rc::gen::arbitrary<uint32_t>(),
          *rc::gen::container<std::string>(*rc::gen::inRange<size_t>(0, kMaxRegionNameBytes),
                                           rc::gen::arbitrary<char>())};
}

RC_GTEST_PROP(Version, SurvivesTheRoundTrip, ()) {
  const Version version = Arbitrary();
  std::string bytes;
  AppendVersion(bytes, version);
  ByteReader reader(bytes);
  RC_ASSERT(ReadVersion(reader) == version);
  RC_ASSERT(reader.done());
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    ByteReader shortened(std::string_view(bytes).substr(0, cut));
    ReadVersion(shortened);
    RC_ASSERT(!shortened.ok());
  }
}

TEST(Version, RefusesWhatCannotBe) {
  const auto fails = [](uint64_t wall_ms, uint64_t counter, const std::string& region) {
    std::string bytes;
    AppendU64(bytes, wall_ms);
    AppendVarint(bytes, counter);
    AppendBlob(bytes, region);
    ByteReader reader(bytes);
    ReadVersion(reader);
    return !reader.ok();
  };
  EXPECT_FALSE(fails(1, 1, "us-east-1"));
  EXPECT_TRUE(fails(uint64_t{1} << 63, 1, "us-east-1"));
  EXPECT_TRUE(fails(1, uint64_t{1} << 32, "us-east-1"));
  EXPECT_TRUE(fails(1, 1, std::string(kMaxRegionNameBytes + 1, 'x')));
}

TEST(Version, OrdersByTimeThenCounterThenRegion) {
  const std::vector<Version> ascending = {{},          {1, 0, "b"}, {1, 1, "a"},
                                          {1, 1, "b"}, {2, 0, ""},  {2, 0, "a"}};
  EXPECT_TRUE(std::is_sorted(ascending.begin(), ascending.end()));
  EXPECT_EQ(ToString(ascending[3]), "1.1@b");
}

TEST(VersionClock, GoesOnWhenTheWallClockStandsOrStepsBack) {
  VersionClock clock("r");
  EXPECT_EQ(clock.Next(WallTime::FromMillis(10)), (Version{10, 0, "r"}));
  EXPECT_EQ(clock.Next(WallTime::FromMillis(10)), (Version{10, 1, "r"}));
  EXPECT_EQ(clock.Next(WallTime::FromMillis(3)), (Version{10, 2, "r"}));
  EXPECT_EQ(clock.Next(WallTime::FromMillis(11)), (Version{11, 0, "r"}));
}

TEST(VersionClock, IsAboveAllThatItObserved) {
  VersionClock clock("a");
  clock.Observe({20, 7, "z"});
  clock.Observe({20, 3, "z"});
  EXPECT_EQ(clock.Current(), (Version{20, 8, "a"}));
  EXPECT_EQ(clock.Skew(WallTime::FromMillis(15)), Duration::Millis(5));
  EXPECT_EQ(clock.Skew(WallTime::FromMillis(25)), Duration());
  EXPECT_EQ(clock.Next(WallTime::FromMillis(15)), (Version{20, 8, "a"}));
}

TEST(VersionClock, CounterCarriesIntoTheTime) {
  VersionClock clock("a");
  clock.Observe({20, std::numeric_limits<uint32_t>::max(), "z"});
  EXPECT_EQ(clock.Next(WallTime::FromMillis(1)), (Version{21, 0, "a"}));
}

RC_GTEST_PROP(VersionClock, NeverGoesBack, (const std::vector<std::pair<bool, uint16_t>>& steps)) {
  VersionClock clock("m");
  Version greatest;
  for (const auto& [observe, ms] : steps) {
    const Version current = clock.Current();
    if (observe) {
      const Version seen{ms, ms, "z"};
      clock.Observe(seen);
      greatest = std::max(greatest, seen);
    } else {
      const Version next = clock.Next(WallTime::FromMillis(ms));
      RC_ASSERT(next > greatest);
      RC_ASSERT(next >= current);
      greatest = next;
    }
  }
}

}  // namespace
}  // namespace lifeboat::storage
