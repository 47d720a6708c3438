#include "dynamodb/test_world.h"

#include <algorithm>

#include "base/bytes.h"

namespace lifeboat::dynamodb::testing {
namespace {

constexpr std::string_view kOutbox = "test/outbox/";

}  // namespace

bool ManualScheduler::RunDue() {
  bool ran = false;
  while (!tasks_.empty() && tasks_.begin()->first <= clock_.Now()) {
    const auto task = std::move(tasks_.begin()->second);
    tasks_.erase(tasks_.begin());
    task();
    ran = true;
  }
  return ran;
}

std::vector<std::string> FakePeers::Regions() const { return world_.names(); }

void FakePeers::Send(storage::WriteBatch& batch, std::string_view region, json::Value message) {
  std::string key(kOutbox);
  AppendU64(key, next_++);
  json::Object envelope{{"to", region}, {"message", std::move(message)}};
  batch.Put(storage::Space::kMeta, key, json::Write(envelope));
}

std::string Answer::Type() const {
  const std::string& type = json.GetString("__type");
  return type.substr(type.find('#') + 1);
}

std::string Answer::Message() const {
  const std::string& message = json.GetString("message");
  return message.empty() ? json.GetString("Message") : message;
}

TestWorld::TestWorld(std::vector<std::string> names) : names_(std::move(names)) {
  uint64_t seed = 1;
  for (const std::string& name : names_) {
    Region& region = regions_[name];
    region.name = name;
    region.prng = Prng(seed++);
    Open(region);
  }
}

Region& TestWorld::operator[](std::string_view name) { return regions_.find(name)->second; }

void TestWorld::Open(Region& region) {
  region.service.reset();
  region.committer = std::make_unique<storage::ManualCommitter>(region.engine);
  region.scheduler = std::make_unique<ManualScheduler>(clock);
  region.peers = std::make_unique<FakePeers>(*this, region.name);
  auto opened = Service::Open(
      {region.name, "000000000000", ++region.generation},
      {region.engine, *region.committer, clock, *region.scheduler, region.prng, *region.peers});
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  region.service = *std::move(opened);
  region.groups.clear();
  region.service->WatchGroups(
      [&region](const ReplicationGroup& group) { region.groups.push_back(group); });
}

void TestWorld::Crash(std::string_view name) {
  Region& region = (*this)[name];
  region.engine.Crash();
  Open(region);
}

void TestWorld::RollBack(std::string_view name, const storage::MemoryEngine::Image& copy) {
  Region& region = (*this)[name];
  region.engine.PutBack(&copy);
  Open(region);
}

void TestWorld::Start(std::string_view region, std::string_view operation, std::string body,
                      std::shared_ptr<Answer> answer) {
  http::Request request;
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                     {"X-Amz-Target", "DynamoDB_20120810." + std::string(operation)}};
  if (operation.starts_with("Streams.")) {
    request.headers.Set("X-Amz-Target",
                        "DynamoDBStreams_20120810." + std::string(operation.substr(8)));
  }
  request.body = std::move(body);
  (*this)[region].service->Handle(request, [answer](http::Response response) {
    ASSERT_EQ(answer->status, 0) << "a request is answered once";
    answer->status = response.status;
    answer->headers = response.headers;
    answer->body = response.body;
    if (auto parsed = json::Parse(response.body)) answer->json = *parsed;
  });
}

Answer TestWorld::Call(std::string_view region, std::string_view operation,
                       const std::string& body) {
  auto answer = std::make_shared<Answer>();
  Start(region, operation, Q(body), answer);
  Settle();
  return *answer;
}

void TestWorld::Settle() {
  bool busy = true;
  while (busy) {
    busy = false;
    for (auto& [name, region] : regions_) {
      if (!region.up) continue;
      busy |= region.committer->waiting() > 0;
      region.committer->Flush();
      busy |= region.scheduler->RunDue();
    }
    for (auto& [name, region] : regions_) busy |= region.up && DeliverOne(region);
  }
}

// A message leaves the outbox when the receiver says that it is done.
bool TestWorld::DeliverOne(Region& from) {
  const std::string prefix(kOutbox);
  const auto it =
      from.engine.NewIterator(storage::Space::kMeta, prefix, storage::PrefixEnd(prefix));
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    const auto envelope = json::Parse(it->value());
    const auto to = regions_.find(envelope->GetString("to"));
    if (to == regions_.end() || !to->second.up) continue;
    bool done = false;
    to->second.service->OnPeerMessage(from.name, *envelope->Find("message"), [&](Status status) {
      EXPECT_TRUE(status.ok());
      done = true;
    });
    to->second.committer->Flush();
    to->second.scheduler->RunDue();
    EXPECT_TRUE(done);
    storage::WriteBatch erase;
    erase.Delete(storage::Space::kMeta, std::string(it->key()));
    EXPECT_TRUE(from.engine.Write(erase).ok());
    return true;
  }
  return false;
}

std::string Q(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '\'', '"');
  return out;
}

}  // namespace lifeboat::dynamodb::testing
