// FakeWorld: two or more regions, a name server and their links in virtual time, simple enough to
// be checked by eye, as Stage, FaultInjector, HealthFeed and Dialer of
// a drill. Replication is last writer wins, each change
// arriving a set lag after its commit if its region is up then, and else after the region's return.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/dialer.h"
#include "drill/fault_injector.h"
#include "drill/health_feed.h"
#include "drill/stage.h"
#include "drill/testing/virtual_time.h"
#include "json/value.h"

namespace lifeboat::drill {

struct FakeWorldOptions {
  Duration lag = Duration::Millis(5);
  Duration detection = Duration::Seconds(12);  ///< From being down to red, and from up to green.
  Duration detection_grows;                    ///< By so much with each return of a region.
  uint32_t ttl = 60;
  bool standby_record = true;
  bool ignores_faults = false;  ///< Says "done" to a kill and goes on.
  bool refuses_faults = false;  ///< Says that a kill has failed.
  /// Acknowledged writes that the lost region's disk forgets when it is killed.
  bool loses_disk = false;
  bool kills_the_standby = false;   ///< By mistake, whatever region was named.
  bool standby_has_no_api = false;  ///< It answers 403 to everybody, and its check is red.
  bool standby_lacks_its_table = false;
  std::string standby_memory = "256";  ///< Of its function; the primary's has 256.
  bool standby_is_empty = false;       ///< Nothing is ever copied to it: 404 for everything.
  bool sick_after_heal = false;      ///< The returned region answers every other request with 500.
  std::string failing_command = "";  ///< The one of this name ends with status 1.
  int deleted_after_heal = 0;        ///< So many items vanish from all regions after the heal.
  bool has_orders = false;           ///< Its API is the order example's (fake_orders.cc).
  bool forgets_versions = false;     ///< Its orders' answers to changes don't tell the version.
  /// What a person types, at these times from the start.
  std::vector<std::pair<Duration, std::string>> typed;
};

inline http::Response JsonAnswer(int status, json::Value body) {
  return {status, {{"Content-Type", "application/json"}}, json::Write(body)};
}

class FakeWorld final : public Stage,
                        public FaultInjector,
                        public HealthFeed,
                        public client::Dialer {
 public:
  FakeWorld(VirtualTime& time, FakeWorldOptions options);

  // Stage
  void Open(const WorldSpec& spec, std::function<void(Result<World>)> done) override;
  std::unique_ptr<RunningCommand> Run(const Command& command,
                                      std::function<void(std::string)> on_line,
                                      std::function<void(Result<CommandEnd>)> done) override;
  void Identify(std::function<void(Deployments)> done) override;

  // FaultInjector
  Status Supports(const fault::Fault& fault) const override;
  void Apply(const fault::Fault& fault, Confirmed done) override;
  void Lift(const fault::Fault& fault, Confirmed done) override;

  // HealthFeed
  void Watch(std::function<void(HealthEvent)> on_event) override;

  // Dialer
  void Connect(
      const client::Endpoint& endpoint, Duration timeout,
      std::function<void(Result<std::unique_ptr<client::Connection>, client::TransportError>)> done)
      override;
  void Query(const std::string& address, uint16_t port, std::string message, Duration timeout,
             std::function<void(Result<std::string>)> done) override;

  std::map<std::string, std::string> setup_environment;
  std::vector<std::string> deleted;   ///< By deleted_after_heal.
  std::vector<std::string> commands;  ///< The names of those that were run, in order.
  /// Commands do nothing but `kill REGION` and `start REGION`. Exit statuses by their names; else
  /// 0.
  std::map<std::string, int> command_exits;

 private:
  friend class FakeConnection;
  struct Item {
    int64_t seq = 0;
    bool deleted = false;
    Instant written;
    std::string region;
    std::string reference;  ///< Orders only.
    int64_t version = 0;    ///< Orders only.
    std::string writer;     ///< Products only.
    int64_t stock = 0;      ///< Products only.
  };
  struct Region {
    std::string name;
    std::string address;
    bool up = true;
    bool frozen = false;
    int64_t epoch = 0;  ///< Raised when it is killed: its connections are gone.
    bool healthy = true;
    std::map<std::string, Item> items;
    std::vector<std::pair<std::string, Item>> backlog;  ///< Committed here, not sent yet.
  };
  Region* ByAddress(const std::string& address);
  Region& ByName(const std::string& name) { return *regions_.at(name); }
  bool Serves(const Region& region) const { return region.up && !region.frozen; }
  bool HasApi(const Region& region) const {
    return !options_.standby_has_no_api || region.name == primary_;
  }
  http::Response Answer(Region& region, const http::Request& request);
  http::Response Products(Region& region, const http::Request& request);
  http::Response ChangeProduct(Region& region, const std::string& key, const json::Value& body);
  http::Response Orders(Region& region, const http::Request& request);
  json::Value Stored(const std::string& id, const Item& item) const;
  http::Response DynamoDb(Region& region, const http::Request& request);
  void Write(Region& region, const std::string& key, Item item);
  void Deliver(Region& from, const std::string& key, const Item& item);
  void Flush(Region& region);
  void Kill(Region& region);
  void Return(Region& region);
  /// The keys that vanish, the first in order of those that nobody writes any more.
  void DeleteSome();
  void Report(const Region& region);
  void Probe(const std::string& name);
  Duration LagFrom(const std::string& from) const;

  VirtualTime& time_;
  FakeWorldOptions options_;
  std::map<std::string, std::unique_ptr<Region>> regions_;
  std::string primary_;
  std::map<std::string, Duration> lags_;  ///< By region that changes come from.
  std::set<std::string> paused_;          ///< Regions whose changes are not sent.
  bool healed_ = false;
  int64_t answers_ = 0;
  int64_t orders_ = 0;
  std::function<void(HealthEvent)> on_health_;
};

}  // namespace lifeboat::drill
