#include "drill/testing/fake_world.h"

#include "base/bytes.h"
#include "dns/address.h"
#include "dns/message.h"

namespace lifeboat::drill {
namespace {

constexpr Duration kHop = Duration::Millis(1);

int64_t IntegerOf(const json::Value& body, std::string_view member) {
  const json::Value* value = body.Find(member);
  return value == nullptr ? 0 : value->as_int();
}

json::Value Attribute(const char* type, std::string value) {
  return json::Object{{type, std::move(value)}};
}

}  // namespace

/// A connection to one region; it dies with the region's process.
class FakeConnection final : public client::Connection {
 public:
  FakeConnection(FakeWorld& world, FakeWorld::Region& region)
      : world_(world), region_(region), epoch_(region.epoch) {}

  void Send(http::Request request, Duration timeout,
            std::function<void(Result<http::Response, client::TransportError>)> done) override {
    const Instant deadline = world_.time_.now() + timeout;
    world_.time_.After(kHop, [this, alive = std::weak_ptr<char>(alive_),
                              request = std::move(request), deadline, done = std::move(done)] {
      if (!alive.expired()) OnArrival(request, deadline, done);
    });
  }
  bool open() const override { return open_ && epoch_ == region_.epoch; }

 private:
  void OnArrival(const http::Request& request, Instant deadline,
                 std::function<void(Result<http::Response, client::TransportError>)> done) {
    if (epoch_ != region_.epoch || !region_.up) return Break("connection reset", false, done);
    if (region_.frozen) {
      world_.time_.After(deadline - world_.time_.now(),
                         [this, alive = std::weak_ptr<char>(alive_), done] {
                           if (!alive.expired()) Break("timed out", true, done);
                         });
      return;
    }
    http::Response response = world_.Answer(region_, request);
    world_.time_.After(
        kHop, [this, alive = std::weak_ptr<char>(alive_), response = std::move(response), done] {
          if (alive.expired()) return;
          if (epoch_ != region_.epoch) return Break("connection reset", false, done);
          done(response);
        });
  }
  void Break(const char* why, bool timed_out,
             std::function<void(Result<http::Response, client::TransportError>)> done) {
    open_ = false;
    done(client::TransportError{client::Stage::kReceive, timed_out, why});
  }

  FakeWorld& world_;
  FakeWorld::Region& region_;
  int64_t epoch_;
  bool open_ = true;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

FakeWorld::FakeWorld(VirtualTime& time, FakeWorldOptions options)
    : time_(time), options_(options) {}

void FakeWorld::Open(const WorldSpec& spec, std::function<void(Result<World>)> done) {
  World world;
  int number = 11;
  primary_ = spec.primary;
  for (const std::string& name : spec.regions) {
    auto region = std::make_unique<Region>();
    region->name = name;
    region->address = fmt::format("127.0.{}.1", number++);
    world.regions.push_back({name, region->address, 8080, 8443});
    regions_[name] = std::move(region);
  }
  world.name_servers = {{"127.0.0.1", 10053}};
  world.credentials = {"test", "test", "", ""};
  world.era = spec.era;
  world.version = "0.1.0";
  time_.After(kHop, [done, world] { done(world); });
}

std::unique_ptr<RunningCommand> FakeWorld::Run(const Command& command,
                                               std::function<void(std::string)> on_line,
                                               std::function<void(Result<CommandEnd>)> done) {
  commands.push_back(command.name);
  if (command.name == "setup") {
    setup_environment = command.environment;
    options_.standby_record =
        options_.standby_record && setup_environment["LIFEBOAT_CONTROL"] != "no-recovery";
  }
  const bool fails = command.name == options_.failing_command;
  time_.After(kHop, [this, on_line, done, name = command.name, run = command.run,
                     exit = fails ? 1 : command_exits[command.name]] {
    on_line("done");
    if (run.starts_with("kill ")) Kill(ByName(run.substr(5)));
    if (run.starts_with("start ")) Return(ByName(run.substr(6)));
    done(CommandEnd{exit, false, kHop, "", name + ".log", ""});
  });
  return std::make_unique<RunningCommand>();
}

void FakeWorld::Identify(std::function<void(Deployments)> done) {
  Deployments found{"d1", {}, {"nodejs22.x runs on Node.js 20.11.1"}};
  for (const auto& [name, region] : regions_) {
    const bool first = name == regions_.begin()->first;
    found.regions[name] = {
        {"function api", {{"code", "c1"}, {"memory", first ? "256" : options_.standby_memory}}}};
  }
  time_.After(kHop, [done, found] { done(found); });
}

Status FakeWorld::Supports(const fault::Fault&) const { return {}; }

void FakeWorld::Apply(const fault::Fault& fault, Confirmed done) {
  time_.After(kHop, [this, fault, done] {
    if (options_.refuses_faults) return done(Error{ErrorCode::kIo, "no such process"});
    if (options_.ignores_faults) return done(std::string("said so"));
    if (fault.kind == fault::Kind::kReplicationLag) {
      lags_[std::string(fault.from())] = fault.Time("lag");
    } else if (fault.kind == fault::Kind::kReplicationPause) {
      paused_.insert(fault.from().empty() ? fault.region() : std::string(fault.from()));
    } else if (fault.kind == fault::Kind::kKill) {
      for (const auto& [name, region] : regions_)
        if ((name == fault.region()) != options_.kills_the_standby) Kill(*region);
    } else {
      EXPECT_EQ(fault.kind, fault::Kind::kFreeze);
      ByName(fault.region()).frozen = true;
      time_.After(options_.detection, [this, name = fault.region()] { Probe(name); });
    }
    done(std::string("seen"));
  });
}

void FakeWorld::Kill(Region& region) {
  region.up = false;
  ++region.epoch;
  if (options_.loses_disk)  // What was not sent is gone from the region itself too.
    for (const auto& [key, item] : std::exchange(region.backlog, {})) region.items.erase(key);
  time_.After(options_.detection, [this, name = region.name] { Probe(name); });
}

void FakeWorld::Lift(const fault::Fault& fault, Confirmed done) {
  time_.After(fault.kind == fault::Kind::kKill ? Duration::Millis(100) : kHop, [this, fault, done] {
    if (fault.kind == fault::Kind::kReplicationLag) {
      lags_.erase(std::string(fault.from()));
    } else if (fault.kind == fault::Kind::kReplicationPause) {
      const std::string from = fault.from().empty() ? fault.region() : std::string(fault.from());
      paused_.erase(from);
      if (Serves(ByName(from))) Flush(ByName(from));
    } else {
      for (const auto& [name, region] : regions_)
        if ((name == fault.region()) != options_.kills_the_standby) Return(*region);
    }
    done(std::string("seen"));
  });
}

void FakeWorld::DeleteSome() {
  // Settled keys only: written long ago, and so not written again by the load's rule.
  for (const auto& [key, item] : ByName(primary_).items) {
    if (static_cast<int>(deleted.size()) == options_.deleted_after_heal) break;
    if (!item.deleted && item.seq == 1) deleted.push_back(key);
  }
  for (const auto& [name, region] : regions_)
    for (const std::string& key : deleted) region->items.erase(key);
}

void FakeWorld::Return(Region& region) {
  healed_ = true;
  if (options_.deleted_after_heal > 0) time_.After(Duration::Seconds(1), [this] { DeleteSome(); });
  region.up = true;
  region.frozen = false;
  options_.detection = options_.detection + options_.detection_grows;
  Flush(region);
  time_.After(options_.detection, [this, name = region.name] { Probe(name); });
}

void FakeWorld::Watch(std::function<void(HealthEvent)> on_event) {
  on_health_ = std::move(on_event);
  for (const auto& [name, region] : regions_) {
    region->healthy = Serves(*region) && HasApi(*region);
    Report(*region);
  }
}

void FakeWorld::Report(const Region& region) {
  if (on_health_)
    on_health_({time_.now(), "check-" + region.name, region.name + ".api", region.name,
                region.healthy, region.healthy ? 16 : 2, 16});
}

void FakeWorld::Probe(const std::string& name) {
  Region& region = ByName(name);
  const bool healthy = Serves(region) && HasApi(region);
  if (region.healthy == healthy) return;
  region.healthy = healthy;
  Report(region);
}

FakeWorld::Region* FakeWorld::ByAddress(const std::string& address) {
  for (const auto& [name, region] : regions_)
    if (region->address == address) return region.get();
  return nullptr;
}

void FakeWorld::Connect(
    const client::Endpoint& endpoint, Duration timeout,
    std::function<void(Result<std::unique_ptr<client::Connection>, client::TransportError>)> done) {
  Region* region = ByAddress(endpoint.address);
  EXPECT_NE(region, nullptr);
  EXPECT_EQ(endpoint.port, 8443);
  time_.After(region->frozen ? timeout : kHop, [this, region, done] {
    if (!region->up)
      return done(client::TransportError{client::Stage::kConnect, false, "connection refused"});
    if (region->frozen)
      return done(client::TransportError{client::Stage::kTls, true, "TLS handshake timed out"});
    done(std::unique_ptr<client::Connection>(new FakeConnection(*this, *region)));
  });
}

void FakeWorld::Query(const std::string&, uint16_t, std::string message, Duration,
                      std::function<void(Result<std::string>)> done) {
  const Result<dns::Message> query = dns::ParseMessage(message);
  ASSERT_TRUE(query.ok());
  dns::Message answer = *query;
  answer.is_response = true;
  answer.edns.reset();
  std::string address = ByName(primary_).address;
  if (!ByName(primary_).healthy && options_.standby_record)
    for (const auto& [name, region] : regions_)
      if (name != primary_ && region->healthy) address = region->address;
  answer.answers = {{query->questions[0].name, dns::Type::kA, dns::Class::kIn, options_.ttl,
                     *dns::ParseIpv4(address)}};
  time_.After(kHop, [done, bytes = dns::WriteMessage(answer)] { done(bytes); });
}

http::Response FakeWorld::Answer(Region& region, const http::Request& request) {
  if (request.headers.Find("X-Amz-Target") != nullptr) return DynamoDb(region, request);
  const bool sick = options_.sick_after_heal && healed_ && region.name == primary_;
  if (sick && ++answers_ % 2 == 0) return JsonAnswer(500, json::Object{{"message", "sick"}});
  if (!HasApi(region)) return JsonAnswer(403, json::Object{{"message", "Forbidden"}});
  return options_.has_orders ? Orders(region, request) : Products(region, request);
}

json::Value FakeWorld::Stored(const std::string& id, const Item& item) const {
  const std::string number = std::to_string(item.seq);
  if (!options_.has_orders)
    return json::Object{{"id", Attribute("S", id)},
                        {"name", Attribute("S", id)},
                        {"drillWriter", Attribute("S", item.writer)},
                        {"stock", Attribute("N", std::to_string(item.stock))},
                        {"drillSeq", Attribute("N", number)}};
  return json::Object{{"pk", Attribute("S", "ORDER#" + id)},
                      {"sk", Attribute("S", "META")},
                      {"reference", Attribute("S", item.reference)},
                      {"quantity", Attribute("N", number)},
                      {"version", Attribute("N", std::to_string(item.version))}};
}

http::Response FakeWorld::Products(Region& region, const http::Request& request) {
  const json::Value body = request.body.empty() ? json::Value() : *json::Parse(request.body);
  std::string key = request.target.substr(std::string("/products").size());
  if (!key.empty()) key.erase(0, 1);
  if (request.method == "POST") key = body.GetString("id");
  const auto it = region.items.find(key);
  const bool exists = it != region.items.end() && !it->second.deleted;
  if (request.method == "POST") {
    if (exists) return JsonAnswer(409, json::Object{{"message", "Product exists"}});
    Item item{body.Find("drillSeq")->as_int(), false, time_.now(), region.name};
    item.writer = body.GetString("drillWriter");
    item.stock = IntegerOf(body, "stock");
    Write(region, key, item);
    return JsonAnswer(201, body);
  }
  if (!exists) return JsonAnswer(404, json::Object{{"message", "Product not found"}});
  if (request.method == "GET")
    return JsonAnswer(200, json::Object{{"id", key},
                                        {"name", key},
                                        {"price", it->second.seq},
                                        {"stock", it->second.stock},
                                        {"updatedAt", std::to_string(it->second.written.ns)},
                                        {"drillSeq", it->second.seq}});
  if (request.method != "DELETE") return ChangeProduct(region, key, body);
  Write(region, key, {it->second.seq, true, time_.now(), region.name});
  return JsonAnswer(200, json::Object{});
}

http::Response FakeWorld::ChangeProduct(Region& region, const std::string& key,
                                        const json::Value& body) {
  Item item = region.items.at(key);
  const json::Value* expected = body.Find("ifUpdatedAt");
  if (expected != nullptr && expected->as_string() != std::to_string(item.written.ns))
    return JsonAnswer(409, json::Object{{"message", "changed meanwhile"}});
  item.stock += IntegerOf(body, "stockChange");
  if (body.Find("stock") != nullptr) item.stock = IntegerOf(body, "stock");
  if (body.Find("drillSeq") != nullptr) {
    item.seq = IntegerOf(body, "drillSeq");
    item.writer = body.GetString("drillWriter");
  }
  item.written = time_.now();
  item.region = region.name;
  Write(region, key, item);
  return JsonAnswer(200, json::Object{{"updatedAt", std::to_string(item.written.ns)}});
}

http::Response FakeWorld::DynamoDb(Region& region, const http::Request& request) {
  EXPECT_TRUE(request.headers.Get("Authorization").starts_with("AWS4-HMAC-SHA256"));
  const json::Value body = *json::Parse(request.body);
  if (request.headers.Get("X-Amz-Target").ends_with("DescribeTable")) {
    if (options_.standby_lacks_its_table && region.name != primary_)
      return JsonAnswer(400, json::Object{{"__type", "x#ResourceNotFoundException"},
                                          {"message", "Requested resource not found"}});
    return JsonAnswer(200, json::Object{{"Table", json::Object{{"TableStatus", "ACTIVE"}}}});
  }
  EXPECT_TRUE(request.headers.Get("X-Amz-Target").ends_with("Scan"));
  // Pages of 500, so that paging is used.
  constexpr size_t kPage = 500;
  const json::Value* start = body.FindPath({"ExclusiveStartKey", "id", "S"});
  auto it = start == nullptr ? region.items.begin() : region.items.upper_bound(start->as_string());
  json::Array items;
  std::string last;
  for (; it != region.items.end() && items.size() < kPage; ++it) {
    last = it->first;
    if (!it->second.deleted) items.push_back(Stored(it->first, it->second));
  }
  json::Object out{{"Items", std::move(items)}};
  if (it != region.items.end())
    out.Append("LastEvaluatedKey", json::Object{{"id", json::Object{{"S", last}}}});
  return JsonAnswer(200, std::move(out));
}

Duration FakeWorld::LagFrom(const std::string& from) const {
  const auto it = lags_.find(from);
  return it == lags_.end() ? options_.lag : it->second;
}

void FakeWorld::Write(Region& region, const std::string& key, Item item) {
  region.items[key] = item;
  region.backlog.emplace_back(key, item);
  time_.After(LagFrom(region.name), [this, &region, key, item] {
    if (!Serves(region) || paused_.contains(region.name)) return;
    const auto it =
        std::find_if(region.backlog.begin(), region.backlog.end(), [&](const auto& waiting) {
          return waiting.first == key && waiting.second.written == item.written;
        });
    if (it == region.backlog.end()) return;
    region.backlog.erase(it);
    Deliver(region, key, item);
  });
}

void FakeWorld::Deliver(Region& from, const std::string& key, const Item& item) {
  for (auto& [name, region] : regions_) {
    if (region.get() == &from || (options_.standby_is_empty && name != primary_)) continue;
    Item& mine = region->items[key];
    if (std::tie(mine.written, mine.region) < std::tie(item.written, item.region)) mine = item;
  }
}

/// After a return: what was not sent goes out, and what the others have written meanwhile comes in.
void FakeWorld::Flush(Region& region) {
  for (const auto& [key, item] : std::exchange(region.backlog, {})) Deliver(region, key, item);
  for (auto& [name, other] : regions_)
    if (other.get() != &region)
      for (const auto& [key, item] : other->items) Deliver(*other, key, item);
}

}  // namespace lifeboat::drill
