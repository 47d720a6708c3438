// Random writes, kills, cuts, pauses, lost messages and skewed clocks, many seeds; then peace. All
// replicas must be equal, and every acknowledged write there or superseded by a greater Version.
#include "replication/cluster_test.h"

namespace lifeboat::replication::testing {
namespace {

struct Acknowledged {
  std::map<std::string, storage::Version> greatest;  ///< By key.
};

void OneWrite(Cluster& cluster, Prng& prng, Acknowledged& acknowledged) {
  Region& region = cluster.at(prng.Below(cluster.names().size()));
  if (!region.up()) return;
  const std::string key = Region::Key(std::to_string(prng.Below(12)));
  std::optional<std::string> image;
  if (prng.Chance(2, 3)) image = std::to_string(prng.Next());
  auto version = std::make_shared<storage::Version>();
  *version = region.tables->Write(key, image, [&acknowledged, key, version](const Status&) {
    auto& greatest = acknowledged.greatest[key];
    greatest = std::max(greatest, *version);
  });
}

void OneFault(Cluster& cluster, Prng& prng) {
  const auto& names = cluster.names();
  const std::string& from = names[prng.Below(names.size())];
  const std::string& to = names[prng.Below(names.size())];
  switch (prng.Below(6)) {
    case 0:
      if (cluster[from].up()) {
        cluster[from].Kill();
      } else {
        cluster[from].Start();
      }
      break;
    case 1:
      cluster.Inject(fault::Kind::kCut, from, to);
      break;
    case 2:
      cluster.Inject(fault::Kind::kReplicationPause, from, to);
      break;
    case 3:
      cluster.Inject(fault::Kind::kReplicationLag, from, to, Duration::Millis(1500));
      break;
    case 4:
      cluster.loss_percent = prng.Below(30);
      break;
    default:
      cluster.ClearFaults();
  }
}

/// The stored Version of every key, tombstones too.
std::map<std::string, storage::Version> Versions(const Region& region) {
  std::map<std::string, storage::Version> out;
  const auto it = region.engine->NewIterator(storage::Space::kItems, "", "");
  for (it->Seek(""); it->Valid(); it->Next()) {
    out[std::string(it->key())] = storage::DecodeStoredItem(it->value())->version;
  }
  return out;
}

void Heal(Cluster& cluster) {
  cluster.ClearFaults();
  cluster.loss_percent = 0;
  for (const std::string& name : cluster.names()) {
    if (!cluster[name].up()) cluster[name].Start();
  }
}

class Convergence : public ::testing::TestWithParam<uint64_t> {};

TEST_P(Convergence, AfterPeaceAllReplicasAreEqual) {
  Prng prng(GetParam());
  Cluster cluster(static_cast<int>(2 + prng.Below(3)), prng.Next());
  for (const std::string& name : cluster.names()) {
    cluster[name].Kill();
    cluster[name].skew = Duration::Millis(prng.Between(-3000, 3000));
    if (prng.Chance(1, 4)) cluster[name].options.tunables.log_bytes_max = 500;
    cluster[name].Start();
  }
  cluster.FormGroup();
  Acknowledged acknowledged;
  const uint64_t fault_weight = 1 + prng.Below(30);
  for (int step = 0; step < 400; ++step) {
    OneWrite(cluster, prng, acknowledged);
    if (prng.Chance(fault_weight, 200)) OneFault(cluster, prng);
    cluster.RunFor(Duration::Micros(prng.Between(0, 40'000)));
  }
  Heal(cluster);
  cluster.RunFor(Duration::Seconds(12));
  EXPECT_TRUE(cluster.Equal());
  for (const auto& [key, version] : acknowledged.greatest) {
    for (const std::string& name : cluster.names()) {
      const auto versions = Versions(cluster[name]);
      const auto it = versions.find(key);
      // A dropped tombstone leaves nothing; Equal and the live items settle that case.
      if (it != versions.end()) {
        EXPECT_GE(it->second, version) << name;
      }
    }
  }
  cluster.RunFor(Duration::Seconds(30));
  EXPECT_TRUE(cluster.Equal());
}

INSTANTIATE_TEST_SUITE_P(Seeds, Convergence, ::testing::Range<uint64_t>(1, 41));

}  // namespace
}  // namespace lifeboat::replication::testing
