// State: everything that Route 53 knows, in memory, and how it stands in the engine. An operation
// changes the State and, through a StateWriter, adds the same change to one batch.
//
// Keys in Space::kMeta (docs/formats/zones.md):
//   route53/epoch, route53/number                    see State
//   route53/zone/<id>, route53/check/<id>, route53/change/<number, 16 hex digits>
//   route53/record/<zone id>/<reversed name>/<type>/<set identifier>
//   route53/applied/<name server>                    the snapshot that it has on its disk
#pragma once

#include <map>
#include <string>

#include "base/prng.h"
#include "base/result.h"
#include "route53/model.h"
#include "storage/engine.h"

namespace lifeboat::route53 {

struct State {
  /// Tells a snapshot number of this data folder from one of a folder that was lost.
  std::string epoch;
  /// Counts changes of what name servers must know.
  uint64_t number = 0;
  std::map<std::string, HostedZone, std::less<>> zones;
  std::map<std::string, HealthCheck, std::less<>> checks;
  std::map<uint64_t, Change> changes;  ///< By number.
  std::map<std::string, uint64_t, std::less<>> applied;

  HostedZone* FindZone(std::string_view id);
  HealthCheck* FindCheck(std::string_view id);
};

/// kCorrupt or kIo when the engine's content can't be read. The epoch is empty in a new data
/// folder: the caller draws one and stores it.
Result<State> LoadState(const storage::Engine& engine);

/// Adds changes to a batch.
class StateWriter {
 public:
  void PutEpoch(const std::string& epoch);
  void PutNumber(uint64_t number);
  void PutZone(const HostedZone& zone);
  void DeleteZone(const std::string& id);  ///< With all its records.
  void PutRecord(const std::string& zone_id, const ResourceRecordSet& set);
  void DeleteRecord(const std::string& zone_id, const RecordKey& key);
  void PutCheck(const HealthCheck& check);
  void DeleteCheck(const std::string& id);
  void PutChange(const Change& change);
  void DeleteChange(uint64_t number);
  void PutApplied(const std::string& server, uint64_t number);

  bool empty() const { return batch_.empty(); }
  storage::WriteBatch Take() { return std::move(batch_); }

 private:
  storage::WriteBatch batch_;
};

}  // namespace lifeboat::route53
