// The limits of replication, by name.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace lifeboat::replication {

/// How long a pull waits at the sender for something to happen.
inline constexpr Duration kPollWait = Duration::Seconds(5);
/// What a call may take beyond the wait that it asked for.
inline constexpr Duration kCallSlack = Duration::Seconds(3);
/// Waits after a failure: the first, doubled each time, never above the second.
inline constexpr Duration kBackoffFirst = Duration::Millis(50);
inline constexpr Duration kBackoffMax = Duration::Seconds(1);

/// A page is closed when it has this much; one record more than that may be in it.
inline constexpr size_t kPageBytes = 1 << 20;
inline constexpr size_t kPageChanges = 2'000;
/// Larger bodies are refused unread: a page, one item of 400 KB, and room for headers.
inline constexpr size_t kMaxBodyBytes = 4 << 20;
inline constexpr size_t kMaxKeyBytes = 16 << 10;
inline constexpr size_t kMaxImageBytes = 1 << 20;
inline constexpr size_t kMaxMembers = 64;
/// How many of a log's latest generations others are told of and remember.
inline constexpr size_t kMaxGenerations = 64;

/// A look at the log for one poll reads at most this many chunks of this size.
inline constexpr size_t kChunkRecords = 512;
inline constexpr size_t kChunkBytes = 1 << 20;
inline constexpr int kChunksPerLook = 32;
/// Polls that may wait at a sender at once.
inline constexpr size_t kMaxPolls = 8'192;

/// How often polls' deadlines are looked at, and how often logs are trimmed and tombstones dropped.
inline constexpr Duration kStartLook = Duration::Millis(10);
inline constexpr Duration kTick = Duration::Millis(250);
inline constexpr Duration kHousekeeping = Duration::Seconds(1);
/// Records that the tombstone collector passes at one go.
inline constexpr size_t kCollectRecords = 4'096;
/// A log is trimmed in steps of at least this many records.
inline constexpr uint64_t kTrimStep = 1'000;
/// A log longer than this is trimmed even past members that have not read it; they need a snapshot.
inline constexpr uint64_t kMaxLogBytes = uint64_t{4} << 30;
/// No record is longer: two images of 400 KB, encoded, and a key. Short logs need no weighing.
inline constexpr uint64_t kMaxRecordBytes = 2 << 20;

/// Messages in one post, and the size of one message.
inline constexpr size_t kPostMessages = 64;
inline constexpr size_t kMaxMessageBytes = 1 << 20;
/// Latest lags that the meter looks at.
inline constexpr size_t kLagSamples = 4'096;

/// Records that were written after a fork are stored, and applied again, in batches of this size.
inline constexpr size_t kSalvageBytes = 1 << 20;
/// Keys of writes that lost when they were applied again, and are listed.
inline constexpr size_t kMaxLosers = 1'000;

/// Limits that a simulation makes small, so that little data meets them.
struct Tunables {
  uint64_t log_bytes_max = kMaxLogBytes;
  uint64_t trim_step = kTrimStep;
  size_t page_changes = kPageChanges;
};

static_assert(kPageBytes + kMaxKeyBytes + kMaxImageBytes < kMaxBodyBytes);

}  // namespace lifeboat::replication
