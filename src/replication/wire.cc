#include "replication/wire.h"

#include "replication/limits.h"

namespace lifeboat::replication {
namespace {

/// First byte of every body: kind and format in one. The numbers are on the wire.
enum class Kind : uint8_t { kPull = 1, kSnapshot = 2, kPage = 3, kPost = 4, kReceipt = 5 };

std::string Begin(Kind kind) { return std::string(1, static_cast<char>(kind)); }

Error Malformed(const char* what) { return {ErrorCode::kCorrupt, what}; }

/// False when it is not a body of this kind or too large.
bool Open(ByteReader& reader, Kind kind) {
  return reader.rest().size() <= kMaxBodyBytes && reader.U8() == static_cast<uint8_t>(kind);
}

std::string ReadRegion(ByteReader& reader) {
  const std::string_view region = reader.Blob();
  if (region.size() > storage::kMaxRegionNameBytes) reader.Take(SIZE_MAX);  // Fails the reader.
  return reader.ok() ? std::string(region) : std::string();
}

void AppendPosition(std::string& out, const storage::LogPosition& position) {
  AppendU64(out, position.log.value);
  AppendVarint(out, position.sequence);
}

storage::LogPosition ReadPosition(ByteReader& reader) {
  const uint64_t log = reader.U64();
  return {{log}, reader.Varint()};
}

void AppendChange(std::string& out, const Change& change) {
  out += static_cast<char>(change.tombstone);
  AppendVersion(out, change.version);
  AppendU64(out, static_cast<uint64_t>(change.committed_at.ns));
  AppendBlob(out, change.key);
  AppendBlob(out, change.image);
}

/// False when malformed.
bool ReadChange(ByteReader& reader, Change& change) {
  const uint8_t tombstone = reader.U8();
  change.tombstone = tombstone != 0;
  change.version = storage::ReadVersion(reader);
  change.committed_at.ns = static_cast<int64_t>(reader.U64());
  change.key = reader.Blob();
  change.image = reader.Blob();
  return reader.ok() && tombstone <= 1 && change.key.size() <= kMaxKeyBytes &&
         change.image.size() <= kMaxImageBytes && !(change.tombstone && !change.image.empty());
}

/// The first bytes of a list cannot promise more entries than there are bytes left.
bool PlausibleCount(const ByteReader& reader, uint64_t count) {
  return reader.ok() && count <= reader.rest().size();
}

}  // namespace

void AppendApplied(std::string& out, const std::vector<Applied>& applied) {
  AppendVarint(out, applied.size());
  for (const Applied& each : applied) {
    AppendBlob(out, each.member);
    AppendPosition(out, each.position);
    AppendVersion(out, each.frontier);
  }
}

std::optional<std::vector<Applied>> ReadApplied(ByteReader& reader) {
  const uint64_t count = reader.Varint();
  if (!reader.ok() || count > kMaxMembers) return std::nullopt;
  std::vector<Applied> out(count);
  for (Applied& each : out) {
    each.member = ReadRegion(reader);
    each.position = ReadPosition(reader);
    each.frontier = storage::ReadVersion(reader);
  }
  if (!reader.ok()) return std::nullopt;
  return out;
}

std::string Encode(const PullRequest& request) {
  std::string out = Begin(Kind::kPull);
  AppendBlob(out, request.from);
  AppendU64(out, request.table.value);
  AppendPosition(out, request.after);
  AppendVarint(out, request.acknowledged);
  AppendVarint(out, static_cast<uint64_t>(request.wait.millis()));
  return out;
}

Result<PullRequest> DecodePullRequest(std::string_view bytes) {
  ByteReader reader(bytes);
  if (!Open(reader, Kind::kPull)) return Malformed("not a pull");
  PullRequest request;
  request.from = ReadRegion(reader);
  request.table.value = reader.U64();
  request.after = ReadPosition(reader);
  request.acknowledged = reader.Varint();
  const uint64_t wait_ms = reader.Varint();
  if (!reader.done()) return Malformed("pull is malformed");
  // A longer wait than ours is cut, not refused: it is the asker's time-out that counts.
  const auto longest_ms = static_cast<uint64_t>(kPollWait.millis());
  request.wait = Duration::Millis(static_cast<int64_t>(std::min(wait_ms, longest_ms)));
  return request;
}

std::string Encode(const SnapshotRequest& request) {
  std::string out = Begin(Kind::kSnapshot);
  AppendBlob(out, request.from);
  AppendU64(out, request.table.value);
  AppendU64(out, request.log.value);
  AppendBlob(out, request.cursor);
  return out;
}

Result<SnapshotRequest> DecodeSnapshotRequest(std::string_view bytes) {
  ByteReader reader(bytes);
  if (!Open(reader, Kind::kSnapshot)) return Malformed("not a snapshot request");
  SnapshotRequest request;
  request.from = ReadRegion(reader);
  request.table.value = reader.U64();
  request.log.value = reader.U64();
  request.cursor = reader.Blob();
  if (!reader.done()) return Malformed("snapshot request is malformed");
  return request;
}

std::string Encode(const Page& page) {
  std::string out = Begin(Kind::kPage);
  out += static_cast<char>(page.answer);
  AppendU64(out, page.log.value);
  AppendVarint(out, page.through);
  AppendVarint(out, page.head);
  AppendVersion(out, page.frontier);
  AppendApplied(out, page.applied);
  AppendVarint(out, page.changes.size());
  for (const Change& change : page.changes) AppendChange(out, change);
  out += static_cast<char>(page.done);
  AppendBlob(out, page.cursor);
  return out;
}

Result<Page> DecodePage(std::string_view bytes) {
  ByteReader reader(bytes);
  if (!Open(reader, Kind::kPage)) return Malformed("not a page");
  Page page;
  const uint8_t answer = reader.U8();
  page.log.value = reader.U64();
  page.through = reader.Varint();
  page.head = reader.Varint();
  page.frontier = storage::ReadVersion(reader);
  auto applied = ReadApplied(reader);
  const uint64_t count = reader.Varint();
  if (!applied || !PlausibleCount(reader, count) ||
      answer > static_cast<uint8_t>(Answer::kHeldBack)) {
    return Malformed("page is malformed");
  }
  page.answer = static_cast<Answer>(answer);
  page.applied = *std::move(applied);
  for (uint64_t i = 0; i < count; ++i) {
    if (!ReadChange(reader, page.changes.emplace_back())) return Malformed("change is malformed");
  }
  const uint8_t done = reader.U8();
  page.done = done != 0;
  page.cursor = reader.Blob();
  if (!reader.done() || done > 1) return Malformed("page is malformed");
  return page;
}

std::string Encode(const MessagePost& post) {
  std::string out = Begin(Kind::kPost);
  AppendBlob(out, post.from);
  AppendU64(out, post.log.value);
  AppendVarint(out, post.messages.size());
  for (const Message& message : post.messages) {
    AppendVarint(out, message.number);
    AppendBlob(out, message.text);
  }
  return out;
}

Result<MessagePost> DecodeMessagePost(std::string_view bytes) {
  ByteReader reader(bytes);
  if (!Open(reader, Kind::kPost)) return Malformed("not a post");
  MessagePost post;
  post.from = ReadRegion(reader);
  post.log.value = reader.U64();
  const uint64_t count = reader.Varint();
  if (!PlausibleCount(reader, count)) return Malformed("post is malformed");
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    const uint64_t number = reader.Varint();
    post.messages.push_back({number, std::string(reader.Blob())});
  }
  if (!reader.done()) return Malformed("post is malformed");
  return post;
}

std::string Encode(const MessageReceipt& receipt) {
  std::string out = Begin(Kind::kReceipt);
  AppendVarint(out, receipt.handled);
  return out;
}

Result<MessageReceipt> DecodeMessageReceipt(std::string_view bytes) {
  ByteReader reader(bytes);
  if (!Open(reader, Kind::kReceipt)) return Malformed("not a receipt");
  const uint64_t handled = reader.Varint();
  if (!reader.done()) return Malformed("receipt is malformed");
  return MessageReceipt{handled};
}

}  // namespace lifeboat::replication
