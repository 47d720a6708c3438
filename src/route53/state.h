// State: everything that Route 53 knows, in memory, and how it stands in the engine. An operation
// changes the State and, through a StateWriter, adds the same change to one batch.
//
// Keys in Space::kMeta (docs/formats/zones.md):
//   route53/epoch, route53/number, route53/digest, route53/lineage, route53/findings   see State
//   route53/zone/<id>, route53/check/<id>, route53/change/<number, 16 hex digits>
//   route53/record/<zone id>/<reversed name>/<type>/<set identifier>
//   route53/applied/<name server>                    the snapshot that it has on its disk
//   route53/batch/<number, 16 hex digits>            see KeptRequest
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/prng.h"
#include "base/result.h"
#include "route53/lineage.h"
#include "route53/model.h"
#include "storage/engine.h"

namespace lifeboat::route53 {

/// A request that was acknowledged, as it was, so that it can be made again on another copy of the
/// zones with the same outcome; and the digest of the snapshot that it led to. Without a method:
/// only the digest is known.
struct KeptRequest {
  uint64_t number = 0;
  std::string generation;
  std::string digest;
  uint64_t seed = 0;  ///< Of what the request drew: ids, name servers.
  WallTime at;
  std::string method, target, body;
};
/// The newest are kept, up to so many and so many bytes of requests.
inline constexpr size_t kMaxBatches = 1'000;
inline constexpr size_t kMaxBatchBytes = 16 << 20;

/// What an operator should know about lost or forked zones.
struct Finding {
  WallTime at;
  std::string text;
};
inline constexpr size_t kMaxFindings = 20;

struct State {
  /// Drawn when the data folder is founded, and by each recovery from a name server's copy.
  std::string epoch;
  /// Counts changes of what name servers must know.
  uint64_t number = 0;
  std::map<std::string, HostedZone, std::less<>> zones;
  std::map<std::string, HealthCheck, std::less<>> checks;
  std::map<uint64_t, Change> changes;  ///< By number.
  std::map<std::string, uint64_t, std::less<>> applied;
  Lineage lineage;
  std::string digest, previous;             ///< Of snapshot `number`, and of the one before.
  std::string content;                      ///< Of snapshot `number` (snapshot.h); not stored.
  std::map<uint64_t, KeptRequest> batches;  ///< By number.
  std::vector<Finding> findings;            ///< The oldest first.

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
  void PutDigests(const State& state);
  void PutLineage(const Lineage& lineage);
  void PutBatch(const KeptRequest& batch);
  void DeleteBatch(uint64_t number);
  void PutFindings(const std::vector<Finding>& findings);
  /// All of `state`, in place of whatever is stored.
  void ReplaceAll(const State& state);

  bool empty() const { return batch_.empty(); }
  storage::WriteBatch Take() { return std::move(batch_); }

 private:
  storage::WriteBatch batch_;
};

}  // namespace lifeboat::route53
