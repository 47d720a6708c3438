#include "replication/wire.h"

#include "replication/limits.h"

namespace lifeboat::replication {
namespace {

/// First byte of every body: kind and format in one. The numbers are on the wire.
enum class Kind : uint8_t {
  kSnapshot = 2,
  kReceipt = 5,
  kPull = 6,
  kPage = 7,
  kPost = 8,
  kHello = 9,
  kWitness = 10
};

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

void AppendGeneration(std::string& out, const storage::GenerationStart& start) {
  AppendU64(out, start.generation);
  AppendVarint(out, start.first);
}

storage::GenerationStart ReadGeneration(ByteReader& reader) {
  const uint64_t generation = reader.U64();
  return {generation, reader.Varint()};
}

void AppendKnown(std::string& out, const Known& known) {
  AppendU64(out, known.log.value);
  AppendVarint(out, known.history.head);
  AppendGenerations(out, known.history.generations);
}

/// False when malformed.
bool ReadKnown(ByteReader& reader, Known& known) {
  known.log.value = reader.U64();
  known.history.head = reader.Varint();
  auto list = ReadGenerations(reader);
  if (list) known.history.generations = *std::move(list);
  return list.has_value();
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
    AppendGeneration(out, each.generation);
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
    each.generation = ReadGeneration(reader);
    each.frontier = storage::ReadVersion(reader);
  }
  if (!reader.ok()) return std::nullopt;
  return out;
}

void AppendGenerations(std::string& out, const storage::Generations& list) {
  AppendVarint(out, list.size());
  for (const storage::GenerationStart& start : list) AppendGeneration(out, start);
}

std::optional<storage::Generations> ReadGenerations(ByteReader& reader) {
  const uint64_t count = reader.Varint();
  if (!reader.ok() || count > kMaxGenerations) return std::nullopt;
  storage::Generations list(count);
  uint64_t last = 0;
  for (storage::GenerationStart& start : list) {
    start = ReadGeneration(reader);
    if (start.first <= last) return std::nullopt;
    last = start.first;
  }
  if (!reader.ok()) return std::nullopt;
  return list;
}

std::string Encode(const PullRequest& request) {
  std::string out = Begin(Kind::kPull);
  AppendBlob(out, request.from);
  AppendU64(out, request.table.value);
  AppendU64(out, request.own.value);
  AppendPosition(out, request.after);
  AppendGenerations(out, request.generations);
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
  request.own.value = reader.U64();
  request.after = ReadPosition(reader);
  auto generations = ReadGenerations(reader);
  if (!generations) return Malformed("pull is malformed");
  request.generations = *std::move(generations);
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
  AppendGenerations(out, page.generations);
  AppendU64(out, static_cast<uint64_t>(page.started.ns));
  AppendKnown(out, page.known);
  AppendVarint(out, page.last_common);
  AppendVersion(out, page.frontier);
  AppendApplied(out, page.applied);
  AppendVarint(out, page.changes.size());
  for (const Change& change : page.changes) AppendChange(out, change);
  out += static_cast<char>(page.done);
  AppendBlob(out, page.cursor);
  return out;
}

namespace {

/// What a page says before its changes; false when malformed.
bool ReadPageHead(ByteReader& reader, Page& page) {
  const uint8_t answer = reader.U8();
  if (answer > static_cast<uint8_t>(Answer::kNotReady)) return false;
  page.answer = static_cast<Answer>(answer);
  page.log.value = reader.U64();
  page.through = reader.Varint();
  page.head = reader.Varint();
  auto generations = ReadGenerations(reader);
  page.started.ns = static_cast<int64_t>(reader.U64());
  if (!generations || !ReadKnown(reader, page.known)) return false;
  page.generations = *std::move(generations);
  page.last_common = reader.Varint();
  page.frontier = storage::ReadVersion(reader);
  auto applied = ReadApplied(reader);
  if (!applied) return false;
  page.applied = *std::move(applied);
  return true;
}

}  // namespace

Result<Page> DecodePage(std::string_view bytes) {
  ByteReader reader(bytes);
  if (!Open(reader, Kind::kPage)) return Malformed("not a page");
  Page page;
  if (!ReadPageHead(reader, page)) return Malformed("page is malformed");
  const uint64_t count = reader.Varint();
  if (!PlausibleCount(reader, count)) return Malformed("page is malformed");
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
  AppendU64(out, post.generation);
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
  post.generation = reader.U64();
  const uint64_t count = reader.Varint();
  if (!PlausibleCount(reader, count)) return Malformed("post is malformed");
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    const uint64_t number = reader.Varint();
    post.messages.push_back({number, std::string(reader.Blob())});
  }
  if (!reader.done()) return Malformed("post is malformed");
  return post;
}

namespace {

void AppendWitness(std::string& out, const Witness& witness) {
  AppendU64(out, witness.folder.value);
  AppendU64(out, witness.generation);
  AppendVarint(out, witness.commit);
}

Witness ReadWitness(ByteReader& reader) {
  const storage::LogId folder{reader.U64()};
  const uint64_t generation = reader.U64();
  return {folder, generation, reader.Varint()};
}

}  // namespace

std::string Encode(const Greeting& greeting) {
  std::string out = Begin(Kind::kHello);
  AppendBlob(out, greeting.from);
  AppendWitness(out, greeting.own);
  out += static_cast<char>(greeting.stage);
  return out;
}

Result<Greeting> DecodeGreeting(std::string_view bytes) {
  ByteReader reader(bytes);
  if (!Open(reader, Kind::kHello)) return Malformed("not a hello");
  Greeting greeting;
  greeting.from = ReadRegion(reader);
  greeting.own = ReadWitness(reader);
  const uint8_t stage = reader.U8();
  if (!reader.done() || stage > static_cast<uint8_t>(GreetingStage::kTellAndAsk) ||
      greeting.from.empty() || greeting.own.folder == storage::LogId()) {
    return Malformed("hello is malformed");
  }
  greeting.stage = static_cast<GreetingStage>(stage);
  return greeting;
}

std::string Encode(const Witness& witness) {
  std::string out = Begin(Kind::kWitness);
  AppendWitness(out, witness);
  return out;
}

Result<Witness> DecodeWitness(std::string_view bytes) {
  ByteReader reader(bytes);
  if (!Open(reader, Kind::kWitness)) return Malformed("not a witness");
  const Witness witness = ReadWitness(reader);
  if (!reader.done()) return Malformed("witness is malformed");
  return witness;
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
