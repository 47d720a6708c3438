// What regions say to each other about a table, as bytes (docs/formats/replication.md). Decoding
// takes any bytes and gives an error for all but what encoding makes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "storage/change_log.h"
#include "storage/item.h"

namespace lifeboat::replication {

/// One write on its way to another replica.
struct Change {
  std::string key;  ///< Item key in Space::kItems.
  storage::Version version;
  bool tombstone = false;
  std::string image;
  WallTime committed_at;  ///< On the sender's clock; zero in snapshots.
};

/// How far a region has applied a member's writes: the position in its log, and the Version below
/// which it has all of them (zero: not known).
struct Applied {
  std::string member;
  storage::LogPosition position;
  storage::Version frontier;
};

/// POST /_lifeboat/replication/pull
struct PullRequest {
  std::string from;
  storage::TableId table;
  storage::LogPosition after;  ///< Log id 0: from the first record.
  /// Durably applied; behind `after.sequence` while a page is being applied.
  uint64_t acknowledged = 0;
  Duration wait;  ///< How long to wait for something new.
};

/// POST /_lifeboat/replication/snapshot
struct SnapshotRequest {
  std::string from;
  storage::TableId table;
  storage::LogId log;  ///< Whose snapshot is continued; 0: a new one.
  std::string cursor;  ///< Last key received.
};

/// What a page is. The numbers are on the wire.
enum class Answer : uint8_t {
  kChanges = 0,
  kSnapshotNeeded = 1,  ///< The log does not continue where the puller is.
  kNotAMember = 2,      ///< No such table, or the puller has no replica of it, as far as we know.
  kHeldBack = 3,        ///< A fault on the link holds it back.
};

/// The answer to a pull and to a request for a snapshot.
struct Page {
  Answer answer = Answer::kChanges;
  storage::LogId log;
  uint64_t through = 0;  ///< Pull: the log was looked at up to here. Snapshot: the head.
  uint64_t head = 0;
  storage::Version frontier;     ///< The sender's, when `through` is the head; else zero.
  std::vector<Applied> applied;  ///< The sender's, for the other members.
  std::vector<Change> changes;
  bool done = false;   ///< Snapshot: this was the last page.
  std::string cursor;  ///< Snapshot: where to go on.
};

/// POST /_lifeboat/replication/messages
struct Message {
  uint64_t number = 0;
  std::string text;  ///< JSON.
};
struct MessagePost {
  std::string from;
  storage::LogId log;  ///< The sender's: numbers belong to it.
  std::vector<Message> messages;
};
/// The answer: everything up to and including this number has taken effect.
struct MessageReceipt {
  uint64_t handled = 0;
};

std::string Encode(const PullRequest& request);
std::string Encode(const SnapshotRequest& request);
std::string Encode(const Page& page);
std::string Encode(const MessagePost& post);
std::string Encode(const MessageReceipt& receipt);
Result<PullRequest> DecodePullRequest(std::string_view bytes);
Result<SnapshotRequest> DecodeSnapshotRequest(std::string_view bytes);
Result<Page> DecodePage(std::string_view bytes);
Result<MessagePost> DecodeMessagePost(std::string_view bytes);
Result<MessageReceipt> DecodeMessageReceipt(std::string_view bytes);

/// A list of Applied, as it stands in pages and in stored progress.
void AppendApplied(std::string& out, const std::vector<Applied>& applied);
/// nullopt when malformed or longer than kMaxMembers.
std::optional<std::vector<Applied>> ReadApplied(ByteReader& reader);

}  // namespace lifeboat::replication
