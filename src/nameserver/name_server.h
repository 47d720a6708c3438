// NameServer: the other process as one object. It pulls snapshots of zones and checks from Route
// 53's control plane, keeps them on its disk, probes the endpoints, and holds the answers of DNS
// ready as an immutable View. It needs no control plane to go on, nor to start again: that is how
// AWS is built (data plane and control plane apart), and it is why a failover works while us-east-1
// is dead.
//
// A state machine: the host calls an On... function or Tick, then carries out what TakeActions
// gives, then calls Tick at NextDeadline. All calls but View() come from one thread. The restart:
// the host reads the documents that it has persisted and hands them to Start; opinions of the
// checkers are among them, and every checker probes again at once, so that a dead region is not
// answered for longer than without the restart.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/prng.h"
#include "base/result.h"
#include "base/time.h"
#include "fault/fault.h"
#include "health/monitor.h"
#include "http/message.h"
#include "json/value.h"
#include "nameserver/config.h"
#include "nameserver/view.h"

namespace lifeboat::nameserver {

using health::Now;

/// Probe `target`: connect to target.address at target.port (the host maps 443 and 80 of a region's
/// address to the world's ports), within the limits of health/probe.h, and report with
/// OnProbeDone.
struct StartProbe {
  health::ProbeKey key;
  health::ProbeTarget target;
};

/// What is kept on the disk, each as one file that is replaced as a whole.
enum class Document { kZones, kHealth };
constexpr std::string_view DocumentName(Document document) {
  return document == Document::kZones ? "zones" : "health";
}

/// Write `bytes` as `document`, fsync, and then call OnPersisted.
struct Persist {
  Document document = Document::kZones;
  std::string bytes;
};

/// Send `request` to the HTTP port of `region` and report with OnSnapshotAnswer. It asks for the
/// next snapshot, or gives back the one that we hold.
struct PollSnapshot {
  std::string region;
  http::Request request;
  Duration timeout;
};
/// The same, to be reported with OnObservationsAnswer.
struct SendObservations {
  std::string region;
  http::Request request;
  Duration timeout;
};

using Action = std::variant<StartProbe, Persist, PollSnapshot, SendObservations>;

class NameServer {
 public:
  NameServer(Config config, Prng prng);
  ~NameServer();

  /// Must be called once, first. `zones` and `health` are the documents as they were persisted;
  /// nullopt when there is none. A document that is damaged is reported and left aside.
  void Start(std::optional<std::string> zones, std::optional<std::string> health, Now now);

  /// The faults that hold from now on, in place of those before. They don't end by themselves.
  void SetFaults(fault::Table faults, Now now);
  const fault::Table& faults() const;

  void Tick(Now now);
  void OnProbeDone(const health::ProbeKey& key, const health::ProbeOutcome& outcome, Now now);
  /// Each Persist gets one; an error is tried again after a pause.
  void OnPersisted(Document document, const Status& status, Now now);
  void OnSnapshotAnswer(const Result<http::Response>& answer, Now now);
  void OnObservationsAnswer(const Result<http::Response>& answer, Now now);

  std::vector<Action> TakeActions();
  std::optional<Instant> NextDeadline() const;

  /// The answers of this moment; any thread may call it. A reader keeps what it got and asks again
  /// when view_number() has moved, so that it never waits.
  std::shared_ptr<const View> CurrentView() const;
  uint64_t view_number() const;

  /// What the quorum says of a check. One that does not exist counts as healthy.
  bool CheckIsHealthy(std::string_view check_id) const;

  /// /_lifeboat/status: zones, snapshot number, and each check with its checkers and history, times
  /// in wall time. docs/formats/zones.md lists the members.
  json::Value DescribeStatus(Now now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::nameserver
