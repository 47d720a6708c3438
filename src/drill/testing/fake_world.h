// FakeWorld: two or more regions, a name server and their links in virtual time, simple enough to
// be checked by eye, as Target and Dialer of a drill. Replication is last writer wins, each change
// arriving a set lag after its commit if its region is up then, and else after the region's return.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/dialer.h"
#include "drill/target.h"
#include "drill/testing/virtual_time.h"
#include "json/value.h"

namespace lifeboat::drill {

struct FakeWorldOptions {
  Duration lag = Duration::Millis(5);
  Duration detection = Duration::Seconds(12);  ///< From being down to red, and from up to green.
  uint32_t ttl = 60;
  bool standby_record = true;
  bool ignores_faults = false;  ///< Says "done" to a kill and goes on.
  bool refuses_faults = false;  ///< Says that a kill has failed.
  /// Acknowledged writes that the lost region's disk forgets when it is killed.
  bool loses_disk = false;
};

class FakeWorld final : public Target, public client::Dialer {
 public:
  FakeWorld(VirtualTime& time, FakeWorldOptions options);

  // Target
  void Open(const WorldSpec& spec, std::function<void(Result<World>)> done) override;
  void RunSetup(const SetupSpec& setup, std::function<void(std::string)> on_line,
                Done done) override;
  std::string DeploymentDigest() const override { return "d1"; }
  void KillRegion(const std::string& region, Done done) override;
  void StartRegion(const std::string& region, Done done) override;
  void FreezeRegion(const std::string& region, Done done) override;
  void ThawRegion(const std::string& region, Done done) override;
  void InjectFault(const fault::Fault& fault, Done done) override;
  void ClearFault(const std::string& id, Done done) override;
  void WatchHealth(std::function<void(HealthEvent)> on_event) override;

  // Dialer
  void Connect(
      const client::Endpoint& endpoint, Duration timeout,
      std::function<void(Result<std::unique_ptr<client::Connection>, client::TransportError>)> done)
      override;
  void Query(const std::string& address, uint16_t port, std::string message, Duration timeout,
             std::function<void(Result<std::string>)> done) override;

  std::map<std::string, std::string> setup_environment;
  Status setup_result;

 private:
  friend class FakeConnection;
  struct Item {
    int64_t seq = 0;
    bool deleted = false;
    Instant written;
    std::string region;
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
  struct Link {
    std::optional<Duration> lag;
  };
  Region* ByAddress(const std::string& address);
  Region& ByName(const std::string& name) { return *regions_.at(name); }
  bool Serves(const Region& region) const { return region.up && !region.frozen; }
  http::Response Answer(Region& region, const http::Request& request);
  http::Response Products(Region& region, const http::Request& request);
  http::Response DynamoDb(Region& region, const http::Request& request);
  void Write(Region& region, const std::string& key, Item item);
  void Deliver(Region& from, const std::string& key, const Item& item);
  void Flush(Region& region);
  void Probe(const std::string& name);
  Duration LagFrom(const std::string& from) const;

  VirtualTime& time_;
  FakeWorldOptions options_;
  std::map<std::string, std::unique_ptr<Region>> regions_;
  std::string primary_;
  std::map<std::string, Duration> lags_;  ///< By region that changes come from.
  std::function<void(HealthEvent)> on_health_;
};

}  // namespace lifeboat::drill
