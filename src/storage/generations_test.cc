#include "storage/generations.h"

#include <gtest/gtest.h>

#include "storage/memory_engine.h"

namespace lifeboat::storage {
namespace {

const LogHistory kOurs{{{7, 1}, {8, 11}, {9, 21}}, 25};

struct Case {
  const char* name;
  LogHistory theirs;
  std::optional<uint64_t> common;
  bool contained;
};

TEST(Generations, HistoriesAreComparedByTheirGenerations) {
  const Case cases[] = {
      {"nothing", {{}, 0}, 0, true},
      {"a prefix", {{{7, 1}, {8, 11}}, 15}, 15, true},
      {"the end of a generation", {{{7, 1}}, 10}, 10, true},
      {"all", kOurs, 25, true},
      {"the latest entries only", {{{9, 21}}, 23}, 23, true},
      {"more of the last generation", {{{9, 21}}, 26}, 25, false},
      {"more of an earlier generation", {{{7, 1}, {8, 11}}, 30}, 20, false},
      {"a generation that is lost here", {{{7, 1}, {8, 11}, {5, 16}}, 18}, 15, false},
      {"as long, of another generation", {{{7, 1}, {8, 11}, {5, 21}}, 25}, 20, false},
      {"another log from its first record", {{{4, 1}}, 3}, 0, false},
      {"too short a list", {{{5, 16}}, 18}, std::nullopt, false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(LastCommon(kOurs, c.theirs), c.common) << c.name;
    EXPECT_EQ(Contains(kOurs, c.theirs), c.contained) << c.name;
  }
}

TEST(Generations, AreCutAtASequence) {
  EXPECT_EQ(UpTo(kOurs.generations, 20, 9), (Generations{{7, 1}, {8, 11}}));
  EXPECT_EQ(UpTo(kOurs.generations, 25, 2), (Generations{{8, 11}, {9, 21}}));
  EXPECT_EQ(UpTo(kOurs.generations, 0, 2), Generations());
  EXPECT_EQ(GenerationAt(kOurs.generations, 10), 7u);
  EXPECT_EQ(GenerationAt(kOurs.generations, 11), 8u);
  EXPECT_EQ(GenerationAt(kOurs.generations, 0), 0u);
}

TEST(Generations, BeginWithARecord) {
  Generations list = {{0, 1}};
  Begin(list, {7, 1});
  EXPECT_EQ(list, (Generations{{7, 1}}));
  Begin(list, {8, 4});
  EXPECT_EQ(list, (Generations{{7, 1}, {8, 4}}));
}

TEST(Generations, AreStoredByTable) {
  MemoryEngine engine;
  WriteBatch batch;
  PutGeneration(batch, {1}, {9, 5});
  PutGeneration(batch, {2}, {8, 1});
  ASSERT_TRUE(engine.Write(batch).ok());
  EXPECT_EQ(*LoadGenerations(engine, {1}), (Generations{{0, 1}, {9, 5}})) << "0.1 wrote the rest";
  EXPECT_EQ(*LoadGenerations(engine, {2}), (Generations{{8, 1}}));
  WriteBatch drop;
  DropGenerations(drop, {1});
  ASSERT_TRUE(engine.Write(drop).ok());
  EXPECT_EQ(*LoadGenerations(engine, {1}), (Generations{{0, 1}}));
  EXPECT_EQ(*LoadGenerations(engine, {2}), (Generations{{8, 1}}));
}

}  // namespace
}  // namespace lifeboat::storage
