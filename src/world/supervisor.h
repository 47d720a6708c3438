// Supervisor: starts, kills, stops, freezes and thaws the processes of a world, and keeps its table
// of faults. It never restarts anything by itself and holds no socket of a region. Used by
// `lifeboat up` and by the drill, on their event loop.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "auth/peer_signature.h"
#include "base/result.h"
#include "http/message.h"
#include "json/value.h"
#include "net/event_loop.h"
#include "world/config.h"
#include "world/fault_desk.h"

namespace lifeboat::world {

class Supervisor final : public FaultHands {
 public:
  struct Options {
    std::string data_dir;    ///< Holds world.json; each process gets a folder below it.
    std::string binary;      ///< The lifeboat program itself.
    auth::PeerKey peer_key;  ///< The world's (world/peer_key.h).
  };
  using Done = std::function<void(Status)>;

  Supervisor(net::EventLoop& loop, Config config, Options options);
  /// Kills what still runs. Processes of ours also die with us, however we end.
  ~Supervisor() override;

  /// Starts name server and regions; done when all of them answer, or the first has failed.
  void StartAll(Done done);
  /// SIGTERM to all, SIGKILL after kStopGrace.
  void StopAll(std::function<void()> done);

  /// Done when the region answers; at once when it runs already.
  void StartRegion(const std::string& region, Done done) override;
  /// The same, and it goes on with what is left of a damaged disk.
  void StartRegionAcceptingLoss(const std::string& region, Done done);
  /// SIGKILL; done when the process is gone. Its functions die with it.
  void KillRegion(const std::string& region, Done done) override;
  void StopRegion(const std::string& region, Done done);
  /// SIGSTOP and SIGCONT to the region and its functions; done when the kernel says so.
  void FreezeRegion(const std::string& region, Done done) override;
  void ThawRegion(const std::string& region, Done done) override;
  /// The same for the name server. It starts from its own copy of zones and health.
  void StartNameServer(Done done) override;
  void KillNameServer(Done done) override;
  void StopNameServer(Done done);
  void FreezeNameServer(Done done) override;
  void ThawNameServer(Done done) override;

  /// What runs. A process that starts later obeys the faults from its start.
  std::vector<std::string> Running() const override;
  void Ask(const std::string& process, http::Request request, Duration timeout,
           std::function<void(Result<http::Response>)> done) override;
  std::string FolderOf(const std::string& region) const override;
  FaultDesk& faults();

  json::Value DescribeStatus() const;
  /// The control API: what the edge gets below /_lifeboat/, from those whom RefuseControl() lets
  /// in. `on_down` is called for POST /_lifeboat/down, which is refused when it is empty.
  void Handle(http::Request request, http::Reply reply, const std::function<void()>& on_down);

  const Config& config() const;

 private:
  struct Impl;
  void HandleRegion(const std::string& region, const std::string& action, http::Reply reply);
  void HandleNameServer(const std::string& action, http::Reply reply);
  void HandleInject(const http::Request& request, http::Reply reply);

  std::unique_ptr<Impl> impl_;
};

inline constexpr Duration kReadyTimeout = Duration::Seconds(30);
inline constexpr Duration kStopGrace = Duration::Seconds(5);

}  // namespace lifeboat::world
