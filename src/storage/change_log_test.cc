#include "storage/change_log.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "storage/memory_engine.h"

namespace lifeboat::storage {
namespace {

constexpr TableId kTable{42};

ChangeRecord Record(uint64_t sequence, TableId table = kTable) {
  ChangeRecord record;
  record.table = table;
  record.sequence = sequence;
  record.version = {1000, static_cast<uint32_t>(sequence), "us-east-1"};
  record.committed_at = WallTime::FromMillis(1000);
  record.key = EncodeItemKey(table, "p", "");
  record.new_image = std::string(100, 'x');
  return record;
}

void Store(MemoryEngine& engine, const ChangeRecord& record) {
  WriteBatch batch;
  batch.Put(Space::kLog, LogKey(record.table, record.sequence), EncodeChangeRecord(record));
  ASSERT_TRUE(engine.Write(batch).ok());
}

std::optional<std::string> ArbitraryImage() {
  if (*rc::gen::arbitrary<bool>()) return std::nullopt;
  return *rc::gen::arbitrary<std::string>();
}

RC_GTEST_PROP(ChangeRecord, SurvivesTheRoundTrip, (bool silent, uint64_t sequence)) {
  const auto old_image = ArbitraryImage(), new_image = ArbitraryImage();
  ChangeRecord record = Record(sequence);
  record.committed_at.ns = *rc::gen::arbitrary<int64_t>();
  record.cause = *rc::gen::element(Cause::kClient, Cause::kTimeToLive, Cause::kReplicated);
  record.silent = silent;
  record.old_image = old_image;
  record.new_image = new_image;
  const std::string bytes = EncodeChangeRecord(record);
  const auto again = DecodeChangeRecord(bytes);
  RC_ASSERT(again.ok());
  RC_ASSERT(EncodeChangeRecord(*again) == bytes);
  RC_ASSERT(again->old_image == old_image);
  RC_ASSERT(again->new_image == new_image);
  RC_ASSERT(again->silent == silent);
  RC_ASSERT(again->cause == record.cause);
  RC_ASSERT(again->committed_at == record.committed_at);
  RC_ASSERT(again->version == record.version);
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    RC_ASSERT(!DecodeChangeRecord(std::string_view(bytes).substr(0, cut)).ok());
  }
  RC_ASSERT(!DecodeChangeRecord(bytes + "x").ok());
}

RC_GTEST_PROP(ChangeRecord, AnyBytesAreReadOrRefused, (std::string bytes)) {
  bytes.insert(0, 1, '\x01');
  const auto record = DecodeChangeRecord(bytes);
  if (!record.ok()) RC_ASSERT(record.error().code == ErrorCode::kCorrupt);
}

TEST(ChangeRecord, RefusesUnknownFormatCauseAndFlags) {
  const std::string good = EncodeChangeRecord(Record(1));
  const size_t cause = 1 + 8 + 8 + (8 + 1 + 10) + 8;
  for (const auto& [at, value] : {std::pair<size_t, char>{0, 2}, {cause, 3}, {cause + 1, 0x44}}) {
    std::string bad = good;
    bad[at] = value;
    EXPECT_EQ(DecodeChangeRecord(bad).error().code, ErrorCode::kCorrupt) << at;
  }
}

TEST(ChangeLogReader, ReadsItsTableOnlyInOrderAndWithinLimits) {
  MemoryEngine engine;
  for (const uint64_t sequence : {3, 1, 2, 256}) Store(engine, Record(sequence));
  Store(engine, Record(9, TableId{41}));
  Store(engine, Record(9, TableId{43}));
  const ChangeLogReader reader(engine, kTable);
  const auto sequences = [&](uint64_t after, size_t records, size_t bytes) {
    std::vector<uint64_t> out;
    const auto read = reader.Read(after, records, bytes);
    EXPECT_TRUE(read.ok());
    for (const auto& record : *read) out.push_back(record.sequence);
    return out;
  };
  using Sequences = std::vector<uint64_t>;
  EXPECT_EQ(sequences(0, 100, 1 << 20), (Sequences{1, 2, 3, 256}));
  EXPECT_EQ(sequences(2, 100, 1 << 20), (Sequences{3, 256}));
  EXPECT_EQ(sequences(0, 2, 1 << 20), (Sequences{1, 2}));
  EXPECT_EQ(sequences(0, 100, 1), (Sequences{1}));
  EXPECT_EQ(sequences(256, 100, 1 << 20), (Sequences{}));
  EXPECT_EQ(sequences(UINT64_MAX, 100, 1 << 20), (Sequences{}));
  const auto bounds = reader.GetBounds();
  ASSERT_TRUE(bounds.ok());
  EXPECT_EQ(bounds->first, 1u);
  EXPECT_EQ(bounds->last, 256u);
}

TEST(ChangeLogReader, EmptyLogHasNoBounds) {
  MemoryEngine engine;
  Store(engine, Record(1, TableId{43}));
  const auto bounds = ChangeLogReader(engine, kTable).GetBounds();
  ASSERT_TRUE(bounds.ok());
  EXPECT_EQ(bounds->last, 0u);
}

TEST(ChangeLogReader, TellsOfCorruptRecords) {
  MemoryEngine engine;
  WriteBatch batch;
  batch.Put(Space::kLog, LogKey(kTable, 1), EncodeChangeRecord(Record(2)));
  ASSERT_TRUE(engine.Write(batch).ok());
  EXPECT_EQ(ChangeLogReader(engine, kTable).Read(0, 10, 1000).error().code, ErrorCode::kCorrupt);
  batch.Put(Space::kLog, LogKey(kTable, 1), "junk");
  ASSERT_TRUE(engine.Write(batch).ok());
  EXPECT_EQ(ChangeLogReader(engine, kTable).Read(0, 10, 1000).error().code, ErrorCode::kCorrupt);
  batch.Put(Space::kLog, LogKey(kTable, 1) + "x", "");
  batch.Delete(Space::kLog, LogKey(kTable, 1));
  ASSERT_TRUE(engine.Write(batch).ok());
  EXPECT_EQ(ChangeLogReader(engine, kTable).GetBounds().error().code, ErrorCode::kCorrupt);
}

TEST(TrimLog, KeepsFromTheGivenSequenceOn) {
  MemoryEngine engine;
  for (const uint64_t sequence : {1, 2, 3}) Store(engine, Record(sequence));
  Store(engine, Record(1, TableId{41}));
  WriteBatch batch;
  TrimLog(batch, kTable, 3);
  ASSERT_TRUE(engine.Write(batch).ok());
  EXPECT_EQ(ChangeLogReader(engine, kTable).GetBounds()->first, 3u);
  EXPECT_EQ(ChangeLogReader(engine, TableId{41}).GetBounds()->last, 1u);
}

}  // namespace
}  // namespace lifeboat::storage
