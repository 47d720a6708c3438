// A region's disk and its seal: what was acknowledged is there after a start, or the start is
// refused. The campaign damages every file of a disk in every way that a disk, a copy or a hand
// may.
#include "net/region_disk.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "net/files.h"
#include "net/seal_file.h"
#include "net/temporary_folder.h"
#include "storage/commit_number.h"

namespace lifeboat::net {
namespace {

namespace fs = std::filesystem;
using storage::Loss;
using storage::Space;

/// Small, so that there are tables as well as log files.
RegionDiskOptions SmallDisk(const std::string& folder) {
  RegionDiskOptions options{.folder = folder, .founded = true};
  options.database.write_buffer_bytes = 1 << 20;
  return options;
}

/// A disk that was written to, one key a commit, and what must be on it.
class Disk {
 public:
  /// The folder is founded when it is not there.
  explicit Disk(std::string folder) : folder_(std::move(folder)) {
    if (!fs::exists(folder_)) EXPECT_TRUE(FoundRegionDisk(folder_).ok());
  }
  const std::string& folder() const { return folder_; }

  bool Open(bool accept_loss = false) {
    RegionDiskOptions options = SmallDisk(folder_);
    options.accept_loss = accept_loss;
    auto opened = OpenRegionDisk(options);
    error = opened ? "" : opened.error().message;
    if (!opened) return false;
    engine = std::move(opened->engine);
    state = opened->state;
    return true;
  }
  void Close() { engine.reset(); }

  void Put(size_t count, size_t bytes = 100) {
    for (size_t i = 0; i < count; ++i) {
      storage::WriteBatch batch;
      storage::PutCommitNumber(batch, ++commits);
      batch.Put(Space::kItems, fmt::format("{:06}", commits), std::string(bytes, 'v'));
      ASSERT_TRUE(engine->Write(batch).ok());
    }
  }
  /// The keys that can be read, and whether all of them could.
  std::pair<size_t, bool> Read() const {
    size_t count = 0;
    const auto it = engine->NewIterator(Space::kItems, "", "");
    for (it->Seek(""); it->Valid(); it->Next()) ++count;
    return {count, it->status().ok()};
  }

  uint64_t commits = 0;
  std::unique_ptr<storage::Engine> engine;
  storage::DiskState state;
  std::string error;

 private:
  const std::string folder_;
};

/// Writes, and leaves the files as they are then: what a process that is killed leaves behind.
void PutAndDie(Disk& disk, size_t count, size_t bytes = 100) {
  ASSERT_TRUE(disk.Open()) << disk.error;
  disk.Put(count, bytes);
  const std::string left = disk.folder() + ".left";
  fs::copy(disk.folder(), left, fs::copy_options::recursive);
  disk.Close();
  fs::remove_all(disk.folder());
  fs::rename(left, disk.folder());
}

TEST(RegionDisk, KeepsEverythingOverOrderlyEndsAndKills) {
  const TemporaryFolder folder;
  Disk disk(folder.path() + "/r");
  std::set<uint64_t> generations;
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(disk.Open()) << disk.error;
    EXPECT_TRUE(generations.insert(disk.state.generation).second);
    EXPECT_EQ(disk.state.loss, Loss::kNone);
    disk.Put(20);
    disk.Close();
    EXPECT_TRUE((*SealFile::Read(disk.folder() + "/seal"))->clean);
    PutAndDie(disk, 20);
    const auto seal = **SealFile::Read(disk.folder() + "/seal");
    EXPECT_FALSE(seal.clean);
    EXPECT_EQ(seal.commit, disk.commits);
    EXPECT_GT(seal.manifest.number, 0u);
  }
  ASSERT_TRUE(disk.Open()) << disk.error;
  EXPECT_EQ(disk.Read(), std::pair(size_t{120}, true));
}

TEST(RegionDisk, OneProcessAtATime) {
  const TemporaryFolder folder;
  Disk disk(folder.path() + "/r");
  ASSERT_TRUE(disk.Open());
  const auto seal = *SealFile::Read(disk.folder() + "/seal");
  const auto second = OpenRegionDisk(SmallDisk(disk.folder()));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(*SealFile::Read(disk.folder() + "/seal"), seal);
}

TEST(RegionDisk, ALostDiskStartsEmptyAndSaysSoUntilSomethingIsCommitted) {
  const TemporaryFolder folder;
  Disk disk(folder.path() + "/r");
  ASSERT_TRUE(disk.Open());
  EXPECT_EQ(disk.state.loss, Loss::kNone);
  disk.Put(5);
  disk.Close();
  fs::remove_all(disk.folder());
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(disk.Open()) << disk.error;
    EXPECT_EQ(disk.state.loss, Loss::kDisk);
    disk.Close();
  }
  ASSERT_TRUE(disk.Open());
  disk.commits = 0;
  disk.Put(1);
  disk.Close();
  ASSERT_TRUE(disk.Open());
  EXPECT_EQ(disk.state.loss, Loss::kNone);
  EXPECT_EQ(disk.Read().first, 1u);
}

TEST(RegionDisk, ADatabaseWithoutASealIsAdoptedOnceAndNeverAgain) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/r";
  ASSERT_TRUE(MakeFolders(path).ok());
  {
    auto engine = storage::OpenRocksEngine(path + "/db");
    storage::WriteBatch batch;
    batch.Put(Space::kItems, "k", "v");
    ASSERT_TRUE((*engine)->Write(batch).ok());
  }
  ASSERT_TRUE(FoundRegionDisk(path).ok());
  Disk disk(path);
  ASSERT_TRUE(disk.Open()) << disk.error;
  EXPECT_EQ(disk.Read().first, 1u);
  disk.Close();
  fs::remove(path + "/seal");
  EXPECT_FALSE(disk.Open());
  EXPECT_NE(disk.error.find(path + "/seal: is missing"), std::string::npos) << disk.error;
  ASSERT_TRUE(disk.Open(true)) << disk.error;
  EXPECT_EQ(disk.state.loss, Loss::kAccepted);
  EXPECT_EQ(disk.Read().first, 1u);
}

TEST(RegionDisk, SaysHowMuchIsLostAndGoesOnWhenToldTo) {
  const TemporaryFolder folder;
  Disk disk(folder.path() + "/r");
  ASSERT_TRUE(disk.Open());
  disk.Put(10);
  disk.Close();
  PutAndDie(disk, 10);
  std::string log;
  for (const auto& entry : fs::directory_iterator(disk.folder() + "/db")) {
    if (entry.path().extension() == ".log" && fs::file_size(entry.path()) > 0) log = entry.path();
  }
  ASSERT_FALSE(log.empty());
  fs::resize_file(log, 0);
  for (int round = 0; round < 2; ++round) {  // A refusal changes nothing.
    EXPECT_FALSE(disk.Open());
    EXPECT_NE(disk.error.find(disk.folder() + "/db/"), std::string::npos) << disk.error;
    EXPECT_NE(disk.error.find("10 commits are lost"), std::string::npos) << disk.error;
  }
  ASSERT_TRUE(disk.Open(true)) << disk.error;
  EXPECT_EQ(disk.state.lost_commits, 10u);
  EXPECT_EQ(disk.state.loss, Loss::kAccepted);
  EXPECT_EQ(disk.Read(), std::pair(size_t{10}, true));
  disk.commits = 10;
  disk.Put(1);
  disk.Close();
  ASSERT_TRUE(disk.Open()) << disk.error;
  EXPECT_EQ(disk.Read().first, 11u);
}

TEST(RegionDisk, ADiskWhoseDatabaseIsGoneIsRefusedUntilToldOtherwise) {
  const TemporaryFolder folder;
  Disk disk(folder.path() + "/r");
  ASSERT_TRUE(disk.Open());
  disk.Put(3);
  disk.Close();
  fs::remove_all(disk.folder() + "/db");
  EXPECT_FALSE(disk.Open());
  ASSERT_TRUE(disk.Open(true)) << disk.error;
  EXPECT_EQ(disk.state.loss, Loss::kDisk);
  EXPECT_EQ(disk.Read().first, 0u);
}

TEST(RegionDisk, ATableWithADamagedBlockIsPutAsideWhenALossIsAccepted) {
  const TemporaryFolder folder;
  Disk disk(folder.path() + "/r");
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(disk.Open()) << disk.error;
    disk.Put(10, 5000);
    disk.Close();
  }
  fs::path largest;
  for (const auto& entry : fs::directory_iterator(disk.folder() + "/db")) {
    if (entry.path().extension() != ".sst") continue;
    if (largest.empty() || fs::file_size(entry) > fs::file_size(largest)) largest = entry.path();
  }
  std::string bytes = *ReadFile(largest, 1 << 20);
  bytes[10] ^= 1;
  ASSERT_TRUE(WriteFileAtomically(largest, bytes).ok());
  ASSERT_TRUE(disk.Open(true)) << disk.error;
  EXPECT_EQ(disk.state.loss, Loss::kAccepted);
  const auto [count, read_all] = disk.Read();
  EXPECT_TRUE(read_all);
  EXPECT_LT(count, 20u);
  disk.Close();
  ASSERT_TRUE(disk.Open()) << disk.error;
  EXPECT_EQ(disk.Read(), std::pair(count, true));
}

TEST(RegionDisk, AcceptingALossThatIsNoneChangesNothing) {
  const TemporaryFolder folder;
  Disk disk(folder.path() + "/r");
  ASSERT_TRUE(disk.Open());
  disk.Put(10);
  disk.Close();
  ASSERT_TRUE(disk.Open(true)) << disk.error;
  EXPECT_EQ(disk.state.loss, Loss::kNone);
  EXPECT_EQ(disk.Read(), std::pair(size_t{10}, true));
}

enum class Damage { kFlip0, kFlip1, kFlip2, kFlip3, kCut, kEmpty, kDelete, kOlder };
constexpr int kDamageCount = 8;

/// False when the file is not changed by it.
bool DamageFile(Damage damage, const fs::path& file, const fs::path& older) {
  const auto size = fs::file_size(file);
  switch (damage) {
    case Damage::kFlip0:
    case Damage::kFlip1:
    case Damage::kFlip2:
    case Damage::kFlip3: {
      if (size == 0) return false;
      std::string bytes = *ReadFile(file, size);
      bytes[(size - 1) * static_cast<size_t>(damage) / 3] ^= 0x40;
      return WriteFileAtomically(file, bytes).ok();
    }
    case Damage::kCut:
      if (size < 2) return false;
      fs::resize_file(file, size / 2);
      return true;
    case Damage::kEmpty:
      if (size == 0) return false;
      fs::resize_file(file, 0);
      return true;
    case Damage::kDelete:
      return fs::remove(file);
    case Damage::kOlder:
      if (!fs::exists(older)) return false;
      return fs::copy_file(older, file, fs::copy_options::overwrite_existing);
  }
  return false;
}

struct Tally {
  int damages = 0, refused = 0, whole = 0, unreadable = 0;
};

/// Damages one file after the other, each on a copy of `disk` of its own.
void Campaign(const Disk& disk, const fs::path& older, const std::string& work, Tally& tally) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(disk.folder())) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), disk.folder()));
  }
  std::sort(files.begin(), files.end());
  for (size_t at = 0; at < files.size(); ++at) {
    const fs::path& file = files[at];
    const std::string name = file.filename();
    // What decides is damaged in every way, of the others each in a few.
    const bool in_full = name.ends_with(".log") || name.starts_with("MANIFEST");
    for (int i = 0; i < kDamageCount; ++i) {
      if (!in_full && (at + static_cast<size_t>(i)) % 4 != 0) continue;
      fs::remove_all(work);
      fs::copy(disk.folder(), work, fs::copy_options::recursive);
      if (!DamageFile(static_cast<Damage>(i), fs::path(work) / file, older / file)) continue;
      ++tally.damages;
      Disk copy(work);
      SCOPED_TRACE(fmt::format("{} damage {}", file.string(), i));
      if (!copy.Open()) {
        ++tally.refused;
        EXPECT_NE(copy.error.find(work), std::string::npos) << copy.error;
        continue;
      }
      const auto [count, read_all] = copy.Read();
      // A damaged block of a table is found by whoever reads it, who gets an error and not less.
      ++(read_all ? tally.whole : tally.unreadable);
      if (read_all) EXPECT_EQ(count, disk.commits);
      if (!read_all) EXPECT_EQ(file.extension(), ".sst");
    }
  }
}

TEST(RegionDiskCampaign, AnySingleDamageIsRefusedOrEverythingIsThere) {
  const TemporaryFolder folder;
  Disk disk(folder.path() + "/r");
  ASSERT_TRUE(disk.Open());
  disk.Put(40, 5000);
  disk.Close();
  const fs::path older = folder.path() + "/older";
  fs::copy(disk.folder(), older, fs::copy_options::recursive);
  Tally tally;
  for (const bool killed : {true, false}) {
    if (killed) {
      PutAndDie(disk, 60, 5000);
    } else {
      ASSERT_TRUE(disk.Open()) << disk.error;
      disk.Put(10, 5000);
      disk.Close();
    }
    Campaign(disk, older, folder.path() + "/work", tally);
  }
  EXPECT_GE(tally.damages, 40);
  EXPECT_GE(tally.refused, 10) << "whole " << tally.whole;
  EXPECT_GE(tally.whole, 10);
  RecordProperty("damages", tally.damages);
  RecordProperty("whole", tally.whole);
  RecordProperty("refused", tally.refused);
  RecordProperty("unreadable", tally.unreadable);
}

}  // namespace
}  // namespace lifeboat::net
