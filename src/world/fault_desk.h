// FaultDesk: the world's faults. It keeps the table of those in force, has each carried out by
// whoever does it (fault/kinds.h), and calls one in force or ended only when it has observed that.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "fault/fault.h"
#include "http/message.h"
#include "json/value.h"
#include "net/event_loop.h"

namespace lifeboat::world {

/// What the desk needs of the world's processes. `done` runs when what was asked for was observed.
class FaultHands {
 public:
  using Done = std::function<void(Status)>;
  virtual ~FaultHands() = default;
  virtual void KillRegion(const std::string& region, Done done) = 0;
  virtual void StartRegion(const std::string& region, Done done) = 0;
  virtual void FreezeRegion(const std::string& region, Done done) = 0;
  virtual void ThawRegion(const std::string& region, Done done) = 0;
  virtual void KillNameServer(Done done) = 0;
  virtual void StartNameServer(Done done) = 0;
  virtual void FreezeNameServer(Done done) = 0;
  virtual void ThawNameServer(Done done) = 0;
  /// Where the region keeps what it stores.
  virtual std::string FolderOf(const std::string& region) const = 0;
  /// The processes that run; all of them obey the table of faults.
  virtual std::vector<std::string> Running() const = 0;
  /// Sends a request to one of them, as the supervisor.
  virtual void Ask(const std::string& process, http::Request request, Duration timeout,
                   std::function<void(Result<http::Response>)> done) = 0;
};

/// What the name server's process is called.
inline constexpr std::string_view kNameServerName = "nameserver";

class FaultDesk {
 public:
  using Done = std::function<void(Status)>;
  /// With the text of the observation.
  using Confirmed = std::function<void(Result<std::string>)>;

  /// All must outlive the desk.
  FaultDesk(net::EventLoop& loop, FaultHands& hands, std::vector<std::string> regions);

  /// kInvalid when a world on this machine can't have it.
  static Status Supports(const fault::Fault& fault);
  /// Brings it into force, in place of one with the same id. A fault that fails is not in the
  /// table.
  void Inject(fault::Fault fault, Confirmed done);
  /// kNotFound when there is none with that id.
  void Clear(const std::string& id, Confirmed done);
  void ClearAll(Done done);

  /// Gives the table to all who obey it.
  void Push(Done done);
  /// A region or the name server runs again, by whatever hand: what ended it is over.
  void OnRunning(const std::string& process);
  /// A region was killed, by whatever hand: done what faults do to the disk of a killed region. Its
  /// next start must wait for that.
  Status OnKilled(const std::string& region);

  /// A fault of the control API: Inject's with an id of its own.
  Result<fault::Fault> Read(const json::Value& body);
  const fault::Table& table() const { return table_; }
  /// For people and scripts: faults with their words as `what`.
  json::Array ToJson() const;
  json::Value ToJson(const fault::Fault& fault) const;

 private:
  void Begin(const fault::Fault& fault, Confirmed done);
  void End(const fault::Fault& fault, Confirmed done);
  void LoseDiskOf(const std::string& region, Confirmed done);
  void KeepDiskOf(const std::string& region, Confirmed done);
  void EndLater(const fault::Fault& fault);
  void ClearNext(Status outcome, Done done);

  net::EventLoop& loop_;
  FaultHands& hands_;
  const std::vector<std::string> regions_;
  fault::Table table_;
  uint64_t next_id_ = 1;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lifeboat::world
