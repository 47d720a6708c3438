#include "base/log.h"
#include "replication/limits.h"
#include "replication/messages.h"

namespace lifeboat::replication {

using storage::Space;

namespace {

constexpr std::string_view kWaiting = "replication/out/";
constexpr std::string_view kLast = "replication/out-last/";
/// Begins a stored message that names its generation; JSON never begins so.
constexpr char kStamped = 1;

std::string WaitingPrefix(std::string_view region) {
  return std::string(kWaiting).append(region).append("/");
}

std::string WaitingKey(std::string_view region, uint64_t number) {
  std::string key = WaitingPrefix(region);
  AppendU64(key, number);
  return key;
}

}  // namespace

Status Outbox::Open() {
  const auto it = d_.engine.NewIterator(Space::kMeta, kLast, storage::PrefixEnd(kLast));
  for (it->Seek(kLast); it->Valid(); it->Next()) {
    ByteReader reader(it->value());
    lanes_[std::string(it->key().substr(kLast.size()))].last_number = reader.U64();
    if (!reader.done()) return Error{ErrorCode::kCorrupt, "outbox: a number is malformed"};
  }
  return it->status();
}

void Outbox::Add(storage::WriteBatch& batch, std::string_view region, const json::Value& message) {
  Lane& lane = lanes_[std::string(region)];
  std::string last, value(1, kStamped);
  AppendU64(last, ++lane.last_number);
  AppendU64(value, generation_);
  value += json::Write(message);
  batch.Put(Space::kMeta, WaitingKey(region, lane.last_number), std::move(value));
  batch.Put(Space::kMeta, std::string(kLast).append(region), std::move(last));
}

void Outbox::Flush() {
  for (auto& [region, lane] : lanes_) {
    if (!lane.posting) Post(region);
  }
}

Result<Outbox::Batch> Outbox::ReadWaiting(std::string_view region) const {
  const std::string prefix = WaitingPrefix(region);
  const auto it = d_.engine.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  Batch batch;
  size_t bytes = 0;
  for (it->Seek(prefix); it->Valid() && batch.messages.size() < kPostMessages; it->Next()) {
    bytes += it->value().size();
    if (bytes > kMaxMessageBytes && !batch.messages.empty()) break;
    ByteReader key(it->key().substr(prefix.size())), value(it->value());
    // What version 0.1 has left begins with the message itself.
    const bool stamped = !it->value().empty() && it->value()[0] == kStamped;
    if (stamped) value.U8();
    const uint64_t generation = stamped ? value.U64() : log_.value;
    if (!batch.messages.empty() && generation != batch.generation) break;
    batch.generation = generation;
    batch.messages.push_back({key.U64(), std::string(value.rest())});
  }
  if (!it->status().ok()) return it->status().error();
  return batch;
}

Result<size_t> Outbox::CountWaiting(std::string_view region) const {
  const std::string prefix = WaitingPrefix(region);
  const auto it = d_.engine.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  size_t count = 0;
  for (it->Seek(prefix); it->Valid(); it->Next()) ++count;
  if (!it->status().ok()) return it->status().error();
  return count;
}

void Outbox::Post(const std::string& region) {
  auto waiting = ReadWaiting(region);
  Lane& lane = lanes_[region];
  lane.posting = true;
  if (!waiting.ok() || d_.links(self_, region).cut) return Retry(region);
  if (waiting->messages.empty()) {
    lane.posting = false;
    return;
  }
  const uint64_t last_sent = waiting->messages.back().number;
  http::Request request;
  request.method = "POST";
  request.target = "/_lifeboat/replication/messages";
  request.headers.Add("Content-Type", "application/octet-stream");
  request.body = Encode(MessagePost{self_, waiting->generation, std::move(waiting->messages)});
  d_.caller.CallPeer(region, std::move(request), kPollWait + kCallSlack,
                     life_.Guard([this, region, last_sent](Result<http::Response> response) {
                       OnReceipt(region, last_sent, std::move(response));
                     }));
}

void Outbox::OnReceipt(const std::string& region, uint64_t last_sent,
                       Result<http::Response> response) {
  if (!response.ok() || response->status != 200 || d_.links(region, self_).cut) {
    return Retry(region);
  }
  const auto receipt = DecodeMessageReceipt(response->body);
  if (!receipt.ok()) return Retry(region);
  storage::WriteBatch batch;
  const uint64_t handled = std::min(receipt->handled, last_sent);
  batch.DeleteRange(Space::kMeta, WaitingPrefix(region), WaitingKey(region, handled + 1));
  d_.committer.Commit(std::move(batch),
                      life_.Guard([this, region, all = handled == last_sent](const Status& status) {
                        if (!status.ok() || !all) return Retry(region);
                        lanes_[region].backoff = {};
                        Post(region);
                      }));
}

void Outbox::Retry(const std::string& region) {
  Lane& lane = lanes_[region];
  lane.backoff = std::clamp(lane.backoff * 2, kBackoffFirst, kBackoffMax);
  d_.scheduler.After(lane.backoff, life_.Guard([this, region] { Post(region); }));
}

}  // namespace lifeboat::replication
