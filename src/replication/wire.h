// What regions say to each other about a table, as bytes (docs/formats/replication.md). Decoding
// takes any bytes and gives an error for all but what encoding makes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "storage/change_log.h"
#include "storage/generations.h"
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
  storage::GenerationStart generation;  ///< The one that `position` is in.
  storage::Version frontier;
};

/// What a region has been told of another one's log, durably. Whoever finds that its own log isn't
/// a continuation of this was rolled back.
struct Known {
  storage::LogId log;  ///< 0: nothing.
  storage::LogHistory history;
};

/// POST /_lifeboat/replication/pull
struct PullRequest {
  std::string from;
  storage::TableId table;
  storage::LogId own;                ///< Names the asker's log of the table.
  storage::LogPosition after;        ///< Log id 0: from the first record.
  storage::Generations generations;  ///< Of the log that is asked for, up to `after`.
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
  kHeldBack = 3,        ///< A fault on the link holds it back, or it has not heard all members yet.
  kDiverged = 4,        ///< The position is of a history that this log doesn't continue.
  kNotReady = 5,        ///< This replica is joining, or being refilled: it has nothing to give.
};

/// The answer to a pull and to a request for a snapshot.
struct Page {
  Answer answer = Answer::kChanges;
  storage::LogId log;
  uint64_t through = 0;  ///< Pull: the log was looked at up to here. Snapshot: the head.
  uint64_t head = 0;
  storage::Generations generations;  ///< The latest of this log, up to the head.
  WallTime started;                  ///< When the sender's process began.
  Known known;                       ///< What the sender knows of the asker's log.
  uint64_t last_common = 0;          ///< kDiverged: up to here both histories are the same.
  storage::Version frontier;         ///< The sender's, when `through` is the head; else zero.
  std::vector<Applied> applied;      ///< The sender's, for the other members.
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
  uint64_t generation = 0;  ///< In which the sender has numbered these messages.
  std::vector<Message> messages;
};
/// The answer: everything up to and including this number has taken effect.
struct MessageReceipt {
  uint64_t handled = 0;
};

/// What a region remembers of another one's data folder; in a greeting, what holds now.
struct Witness {
  storage::LogId folder;  ///< 0: it has never heard of it.
  uint64_t generation = 0;
  uint64_t commit = 0;  ///< The last durable commit at that opening.
};
/// The numbers are on the wire.
enum class GreetingStage : uint8_t {
  kAsk = 0,         ///< What was known before?
  kTell = 1,        ///< This is to be remembered.
  kTellAndAsk = 2,  ///< The same, and our tables are to be told to us again.
};
/// POST /_lifeboat/replication/hello; the answer is the witness that was kept before.
struct Greeting {
  std::string from;
  Witness own;
  GreetingStage stage = GreetingStage::kAsk;
};

std::string Encode(const Greeting& greeting);
std::string Encode(const Witness& witness);
Result<Greeting> DecodeGreeting(std::string_view bytes);
Result<Witness> DecodeWitness(std::string_view bytes);
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
void AppendGenerations(std::string& out, const storage::Generations& list);
/// nullopt when malformed, not ascending or longer than kMaxGenerations.
std::optional<storage::Generations> ReadGenerations(ByteReader& reader);
/// nullopt when malformed or longer than kMaxMembers.
std::optional<std::vector<Applied>> ReadApplied(ByteReader& reader);

}  // namespace lifeboat::replication
