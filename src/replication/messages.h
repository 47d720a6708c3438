// Peer messages (docs/replication.md, section 8). Outbox keeps what waits for each region and posts
// it in order until it has taken effect there; Inbox lets each message through once, in order.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/scheduler.h"
#include "json/value.h"
#include "replication/interfaces.h"
#include "replication/life.h"
#include "replication/sender.h"
#include "storage/change_log.h"
#include "storage/committer.h"

namespace lifeboat::replication {

class Outbox {
 public:
  struct Dependencies {
    const storage::Engine& engine;
    storage::Committer& committer;
    PeerCaller& caller;
    Scheduler& scheduler;
    LinkFaults links;
  };
  /// `generation`: of this opening; `log`: what version 0.1 named where a generation stands now.
  Outbox(std::string self, uint64_t generation, storage::LogId log, Dependencies dependencies)
      : self_(std::move(self)), generation_(generation), log_(log), d_(std::move(dependencies)) {}

  /// Reads what waits. Call once, before all else.
  Status Open();
  /// Adds a message to `batch`. Batches must be committed in the order of these calls.
  void Add(storage::WriteBatch& batch, std::string_view region, const json::Value& message);
  /// Posts what is committed and not yet on its way.
  void Flush();
  /// Messages that wait for `region`, as far as they are committed.
  Result<size_t> CountWaiting(std::string_view region) const;

 private:
  struct Lane {
    uint64_t last_number = 0;
    bool posting = false;  ///< Or backing off.
    Duration backoff;
  };
  void Post(const std::string& region);
  struct Batch {
    uint64_t generation = 0;
    std::vector<Message> messages;
  };
  /// The oldest messages that wait, all of one generation.
  Result<Batch> ReadWaiting(std::string_view region) const;
  void OnReceipt(const std::string& region, uint64_t last_sent, Result<http::Response> response);
  void Retry(const std::string& region);

  const std::string self_;
  const uint64_t generation_;
  const storage::LogId log_;
  Dependencies d_;
  std::map<std::string, Lane, std::less<>> lanes_;
  Life life_;
};

class Inbox {
 public:
  /// Gives a message its effect; `done` once that is durable. Must be idempotent.
  using Handler = std::function<void(std::string_view from, const json::Value& message,
                                     std::function<void(Status)> done)>;
  Inbox(const storage::Engine& engine, storage::Committer& committer, Handler handler)
      : engine_(engine), committer_(committer), handler_(std::move(handler)) {}

  /// Handles the messages of a post one after the other, passing over what was handled before.
  /// kUnavailable: the last post of that region is still being handled.
  void Receive(MessagePost post, std::function<void(Result<MessageReceipt>)> done);

 private:
  struct Delivery {
    MessagePost post;
    size_t next = 0;
    uint64_t handled = 0;
    std::function<void(Result<MessageReceipt>)> done;
  };
  Result<uint64_t> LoadHandled(std::string_view from, uint64_t generation) const;
  void HandleNext(const std::shared_ptr<Delivery>& delivery);
  void Finish(const std::shared_ptr<Delivery>& delivery, Result<MessageReceipt> result);
  void StoreHandled(const std::shared_ptr<Delivery>& delivery, Status outcome);

  const storage::Engine& engine_;
  storage::Committer& committer_;
  Handler handler_;
  std::set<std::string, std::less<>> busy_;
  Life life_;
};

}  // namespace lifeboat::replication
