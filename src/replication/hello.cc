#include "replication/hello.h"

#include "base/log.h"
#include "replication/limits.h"

namespace lifeboat::replication {

using storage::Space;

namespace {

std::string WitnessKey(std::string_view region) {
  return std::string("replication/witness/").append(region);
}

std::string OpenedKey(uint64_t generation) {
  std::string key = "replication/opened/";
  AppendU64(key, generation);
  return key;
}

}  // namespace

bool IsNews(const Greeting& greeting, const Witness& before) {
  if (greeting.stage == GreetingStage::kTellAndAsk) return true;
  return greeting.stage == GreetingStage::kTell &&
         (before.folder != greeting.own.folder || before.generation != greeting.own.generation);
}

void Hello::Start() {
  started_ = true;
  unheard_ = {o_.regions.begin(), o_.regions.end()};
  unheard_.erase(o_.self);
  std::string commit;
  AppendVarint(commit, o_.commit);
  storage::WriteBatch batch;
  batch.Put(Space::kMeta, OpenedKey(o_.generation), std::move(commit));
  // Nobody hears of a generation that is not durable: he would miss it after a crash.
  d_.committer.Commit(std::move(batch), life_.Guard([this](const Status& status) {
    if (!status.ok()) return log::Error("no hello is said: {}", status.error().message);
    for (const std::string& region : o_.regions) {
      if (region != o_.self) Greet(region, GreetingStage::kAsk);
    }
  }));
}

void Hello::Greet(const std::string& region, GreetingStage stage) {
  if (d_.links(o_.self, region).cut) return Retry(region, stage);
  http::Request request;
  request.method = "POST";
  request.target = "/_lifeboat/replication/hello";
  request.headers.Add("Content-Type", "application/octet-stream");
  request.body = Encode(Greeting{o_.self, {o_.folder, o_.generation, o_.commit}, stage});
  d_.caller.CallPeer(region, std::move(request), kCallSlack,
                     life_.Guard([this, region, stage](Result<http::Response> response) {
                       OnAnswer(region, stage, std::move(response));
                     }));
}

void Hello::OnAnswer(const std::string& region, GreetingStage stage,
                     Result<http::Response> response) {
  if (!response.ok() || response->status != 200 || d_.links(region, o_.self).cut) {
    return Retry(region, stage);
  }
  const auto witness = DecodeWitness(response->body);
  if (!witness.ok()) return Retry(region, stage);
  if (stage != GreetingStage::kAsk) return;
  const auto next = Judge(region, *witness);
  if (!next.ok()) return Retry(region, stage);
  unheard_.erase(region);
  Greet(region, *next);
}

Result<GreetingStage> Hello::Judge(const std::string& region, const Witness& witness) {
  if (witness.folder == storage::LogId()) return GreetingStage::kTell;
  if (witness.folder != o_.folder) {
    contradictions_[region] = witness;
    log::Warn("the data folder is another one than {} knows of: the disk was lost", region);
    return GreetingStage::kTellAndAsk;
  }
  const auto opened = d_.engine.Get(Space::kMeta, OpenedKey(witness.generation));
  if (!opened.ok()) return opened.error();
  if (*opened) return GreetingStage::kTell;
  contradictions_[region] = witness;
  log::Warn(
      "the data folder is older than {} knows of, whose commit {} isn't here: the disk was "
      "rolled back",
      region, witness.commit);
  return GreetingStage::kTellAndAsk;
}

void Hello::Retry(const std::string& region, GreetingStage stage) {
  Duration& backoff = backoffs_[region];
  backoff = std::clamp(backoff * 2, kBackoffFirst, kBackoffMax);
  d_.scheduler.After(backoff, life_.Guard([this, region, stage] { Greet(region, stage); }));
}

Result<Witness> Hello::LoadWitness(std::string_view region) const {
  const auto bytes = d_.engine.Get(Space::kMeta, WitnessKey(region));
  if (!bytes.ok()) return bytes.error();
  if (!*bytes) return Witness{};
  return DecodeWitness(**bytes);
}

void Hello::Receive(const Greeting& greeting, std::function<void(Result<Witness>)> done) {
  auto before = LoadWitness(greeting.from);
  if (!before.ok()) return done(before.error());
  if (!IsNews(greeting, *before)) return done(std::move(before));
  storage::WriteBatch batch;
  batch.Put(Space::kMeta, WitnessKey(greeting.from), Encode(greeting.own));
  if (greeting.stage == GreetingStage::kTellAndAsk) d_.reintroduce(greeting.from, batch);
  d_.committer.Commit(std::move(batch),
                      life_.Guard([this, done = std::move(done),
                                   before = *std::move(before)](const Status& status) {
                        if (!status.ok()) return done(status.error());
                        d_.flush();
                        done(before);
                      }));
}

}  // namespace lifeboat::replication
