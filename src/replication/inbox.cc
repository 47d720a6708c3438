#include "base/log.h"
#include "replication/limits.h"
#include "replication/messages.h"

namespace lifeboat::replication {

using storage::Space;

namespace {

std::string HandledKey(std::string_view from) {
  return std::string("replication/in/").append(from);
}

}  // namespace

Result<uint64_t> Inbox::LoadHandled(std::string_view from, storage::LogId log) const {
  const auto bytes = engine_.Get(Space::kMeta, HandledKey(from));
  if (!bytes.ok()) return bytes.error();
  if (!*bytes) return uint64_t{0};
  ByteReader reader(**bytes);
  const uint64_t stored_log = reader.U64();
  const uint64_t handled = reader.U64();
  if (!reader.done()) return Error{ErrorCode::kCorrupt, "inbox: a number is malformed"};
  return stored_log == log.value ? handled : 0;  // A region with a new disk counts anew.
}

void Inbox::Receive(MessagePost post, std::function<void(Result<MessageReceipt>)> done) {
  const auto handled = LoadHandled(post.from, post.log);
  if (!handled.ok()) return done(handled.error());
  if (!busy_.insert(post.from).second) {
    return done(Error{ErrorCode::kUnavailable, "the last post is still being handled"});
  }
  HandleNext(std::make_shared<Delivery>(Delivery{std::move(post), 0, *handled, std::move(done)}));
}

void Inbox::HandleNext(const std::shared_ptr<Delivery>& delivery) {
  const auto& messages = delivery->post.messages;
  while (delivery->next < messages.size() && messages[delivery->next].number <= delivery->handled) {
    ++delivery->next;
  }
  if (delivery->next == messages.size()) {
    return Finish(delivery, MessageReceipt{delivery->handled});
  }
  const auto value = json::Parse(messages[delivery->next].text);
  if (!value.ok()) return Finish(delivery, value.error());
  handler_(delivery->post.from, *value, life_.Guard([this, delivery](Status outcome) {
    StoreHandled(delivery, std::move(outcome));
  }));
}

void Inbox::StoreHandled(const std::shared_ptr<Delivery>& delivery, Status outcome) {
  if (!outcome.ok()) {
    log::Warn("a message of {} has to be repeated: {}", delivery->post.from,
              outcome.error().message);
    return Finish(delivery, MessageReceipt{delivery->handled});
  }
  delivery->handled = delivery->post.messages[delivery->next].number;
  std::string value;
  AppendU64(value, delivery->post.log.value);
  AppendU64(value, delivery->handled);
  storage::WriteBatch batch;
  batch.Put(Space::kMeta, HandledKey(delivery->post.from), std::move(value));
  committer_.Commit(std::move(batch), life_.Guard([this, delivery](const Status& status) {
    if (!status.ok()) return Finish(delivery, status.error());
    HandleNext(delivery);
  }));
}

void Inbox::Finish(const std::shared_ptr<Delivery>& delivery, Result<MessageReceipt> result) {
  busy_.erase(delivery->post.from);
  delivery->done(std::move(result));
}

}  // namespace lifeboat::replication
