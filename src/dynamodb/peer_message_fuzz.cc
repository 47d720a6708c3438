// What a peer sends: a message of the group (JSON, up to the first NUL byte) and an item's image
// (the rest), any bytes both. What is taken in can be read, and read back from the disk.
#include <cstddef>
#include <cstdint>
#include <map>

#include "base/bytes.h"
#include "base/check.h"
#include "dynamodb/service.h"
#include "storage/item.h"
#include "storage/memory_engine.h"

namespace {

using namespace lifeboat;

class Later final : public Scheduler {
 public:
  void After(Duration delay, std::function<void()> task) override {
    if (delay <= Duration()) due.push_back(std::move(task));
  }
  std::vector<std::function<void()>> due;
};

class SilentPeers final : public dynamodb::Peers {
 public:
  std::vector<std::string> Regions() const override { return {"us-east-1", "us-west-2"}; }
  void Send(storage::WriteBatch&, std::string_view, json::Value) override {}
  void Flush() override {}
};

/// One region's DynamoDB over a memory engine.
struct Region {
  storage::MemoryEngine engine;
  storage::ManualCommitter committer{engine};
  ManualClock clock;
  Later scheduler;
  Prng prng{1};
  SilentPeers peers;
  std::unique_ptr<dynamodb::Service> service;

  void Open() {
    service = nullptr;
    auto opened = dynamodb::Service::Open({"us-east-1", "000000000000"},
                                          {engine, committer, clock, scheduler, prng, peers});
    Check(opened.ok(), "what was stored is read back");
    service = *std::move(opened);
  }
  void Settle() {
    while (committer.waiting() > 0 || !scheduler.due.empty()) {
      committer.Flush();
      for (const auto& task : std::exchange(scheduler.due, {})) task();
    }
  }
  void Call(const char* operation, std::string body) {
    http::Request request;
    request.method = "POST";
    request.headers.Set("X-Amz-Target", std::string("DynamoDB_20120810.") + operation);
    request.headers.Set("Content-Type", "application/x-amz-json-1.0");
    request.body = std::move(body);
    service->Handle(request, [](const http::Response&) {});
    Settle();
  }
};

/// Every reading that goes over all items and all indexes.
void ReadAll(Region& region, const json::Value& message) {
  const json::Value* table = message.Find("table");
  const std::string name = json::Quote(table ? table->GetString("name") : "");
  region.Call("DescribeTable", "{\"TableName\":" + name + "}");
  region.Call("Scan", "{\"TableName\":" + name + ",\"Limit\":1}");
  const json::Value* indexes = message.FindPath({"settings", "indexes"});
  if (!indexes) return;
  for (const json::Value& index : indexes->as_array()) {
    region.Call("Scan", "{\"TableName\":" + name + ",\"Limit\":1,\"IndexName\":" +
                            json::Quote(index.GetString("name")) + "}");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(bytes.find('\0'), bytes.size());
  const auto message = json::Parse(bytes.substr(0, end));
  if (!message) return 0;
  Region region;
  region.Open();
  region.service->OnPeerMessage("us-west-2", *message, [](const Status&) {});
  region.Settle();
  const json::Value* id_text = message->FindPath({"table", "id"});
  const auto id = HexDecode(id_text ? id_text->as_string() : "");
  if (id && id->size() == 8) {
    ByteReader reader(*id);
    const storage::TableId table{reader.U64()};
    for (const char* hash : {"a", "b"}) {
      dynamodb::RemoteChange change;
      change.key = storage::EncodeItemKey(table, hash, "");
      change.version = {region.clock.WallNow().millis(), 0, "us-west-2"};
      change.image = bytes.substr(std::min(end + 1, bytes.size()));
      region.service->ApplyRemote(table, {std::move(change)}, {}, [](const Status&) {});
      region.Settle();
    }
  }
  ReadAll(region, *message);
  region.Open();
  ReadAll(region, *message);
  return 0;
}
