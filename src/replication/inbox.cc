#include "base/log.h"
#include "replication/limits.h"
#include "replication/messages.h"

namespace lifeboat::replication {

using storage::Space;

namespace {

std::string HandledKey(std::string_view from, uint64_t generation) {
  std::string key("replication/handled/");
  key.append(from).append("/");
  AppendU64(key, generation);
  return key;
}

/// Version 0.1 kept one number for each region, with the log id that it had then.
std::string OldHandledKey(std::string_view from) {
  return std::string("replication/in/").append(from);
}

}  // namespace

// Each generation of a region numbers on its own, so that numbers which a rolled back region gives
// again are not taken for those that were here before. Numbers of all generations are kept: an old
// disk may bring back what an old generation has sent.
Result<uint64_t> Inbox::LoadHandled(std::string_view from, uint64_t generation) const {
  const auto bytes = engine_.Get(Space::kMeta, HandledKey(from, generation));
  if (!bytes.ok()) return bytes.error();
  if (*bytes) {
    ByteReader reader(**bytes);
    const uint64_t handled = reader.U64();
    if (reader.done()) return handled;
    return Error{ErrorCode::kCorrupt, "inbox: a number is malformed"};
  }
  const auto old = engine_.Get(Space::kMeta, OldHandledKey(from));
  if (!old.ok()) return old.error();
  if (!*old) return uint64_t{0};
  ByteReader reader(**old);
  const uint64_t stored_log = reader.U64();
  const uint64_t handled = reader.U64();
  if (!reader.done()) return Error{ErrorCode::kCorrupt, "inbox: a number is malformed"};
  return stored_log == generation ? handled : 0;
}

void Inbox::Receive(MessagePost post, std::function<void(Result<MessageReceipt>)> done) {
  const auto handled = LoadHandled(post.from, post.generation);
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
  AppendU64(value, delivery->handled);
  storage::WriteBatch batch;
  batch.Put(Space::kMeta, HandledKey(delivery->post.from, delivery->post.generation),
            std::move(value));
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
