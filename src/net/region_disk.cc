#include "net/region_disk.h"

#include <filesystem>

#include "base/log.h"
#include "net/disk_reserve.h"
#include "net/files.h"
#include "net/seal_file.h"
#include "net/system.h"
#include "storage/commit_number.h"
#include "storage/rocks/inspection.h"

namespace lifeboat::net {
namespace {

using storage::Loss;
using storage::Seal;

std::string SealPath(const std::string& folder) { return folder + "/seal"; }
std::string DatabasePath(const std::string& folder) { return folder + "/db"; }

/// Any file of a database, whole or not.
bool HasDatabase(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(DatabasePath(folder), ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".sst") || name.ends_with(".log") || name.starts_with("MANIFEST-") ||
        name == "CURRENT") {
      return true;
    }
  }
  return false;
}

/// One opening of a disk: the seal it starts from, and what was found.
class Opening {
 public:
  explicit Opening(const RegionDiskOptions& options)
      : options_(options), has_database_(HasDatabase(options.folder)) {}

  Result<RegionDisk> Run() {
    if (Status made = MakeFolders(options_.folder); !made) return made.error();
    // Before anything is read: what another process writes meanwhile would look like damage.
    auto lock = FileLock::TryFolder(options_.folder);
    if (!lock) return lock.error();
    if (Status read = ReadSeal(); !read) return read.error();
    if (Status inspected = Inspect(); !inspected) return inspected.error();
    const uint64_t sealed_commit = seal_.commit;
    seal_.generation = NewSystemPrng().Next() | 1;  // Never 0, which means none.
    seal_.clean = false;
    auto file = SealFile::Open(SealPath(options_.folder), *std::move(lock), seal_);
    if (!file) return file.error();
    auto engine = OpenDatabase(*file);
    if (!engine) return engine.error();
    return Finish(**file, *std::move(engine), sealed_commit);
  }

 private:
  Status ReadSeal();
  Status Inspect();
  /// Goes on after `found` when that was asked for.
  Status Refuse(const Error& found);
  Result<std::unique_ptr<storage::Engine>> OpenDatabase(const std::shared_ptr<SealFile>& file);
  Result<RegionDisk> Finish(SealFile& file, std::unique_ptr<storage::Engine> engine,
                            uint64_t sealed_commit);

  const RegionDiskOptions& options_;
  const bool has_database_;
  Seal seal_;
  bool damaged_ = false;
  bool repair_ = false;
};

Status Opening::Refuse(const Error& found) {
  if (!options_.accept_loss) return found;
  log::Warn("going on in spite of this: {}", found.message);
  damaged_ = true;
  return {};
}

Status Opening::ReadSeal() {
  const std::string path = SealPath(options_.folder);
  const auto stored = SealFile::Read(path);
  if (stored && *stored) {
    seal_ = **stored;
    return {};
  }
  if (!stored) {
    if (stored.error().code != ErrorCode::kCorrupt) return stored.error();
    if (Status refused = Refuse(stored.error()); !refused) return refused;
  } else if (options_.founded && has_database_) {
    const Error missing{ErrorCode::kCorrupt,
                        path + ": is missing, so that nobody knows whether the database is whole"};
    if (Status refused = Refuse(missing); !refused) return refused;
  } else if (options_.founded) {
    seal_.loss = Loss::kDisk;
  }
  seal_.founded = damaged_ && has_database_;
  return SealFile::Create(path, seal_);
}

Status Opening::Inspect() {
  if (!seal_.founded || damaged_) return {};
  const std::string path = DatabasePath(options_.folder);
  if (!has_database_) {
    const Error gone{ErrorCode::kCorrupt, path + ": the database is gone, and its seal is here"};
    if (Status refused = Refuse(gone); !refused) return refused;
    seal_.founded = false;
    seal_.loss = Loss::kDisk;
    return {};
  }
  if (Status whole = storage::CheckManifest(path, seal_.manifest, options_.database); !whole) {
    repair_ = true;
    return Refuse(whole.error());
  }
  if (seal_.clean) return {};
  const Status whole = storage::CheckCommits(path, seal_.commit, options_.database);
  return whole ? whole : Refuse(whole.error());
}

Result<std::unique_ptr<storage::Engine>> Opening::OpenDatabase(
    const std::shared_ptr<SealFile>& file) {
  const std::string path = DatabasePath(options_.folder);
  storage::RocksOptions database = options_.database;
  database.create_if_missing = !seal_.founded;
  database.seal = file;
  // Who goes on with a loss wants to be rid of it, and not to find a damaged block later.
  database.verify = options_.accept_loss;
  if (!damaged_) {
    auto engine = storage::OpenRocksEngine(path, database);
    if (!engine && engine.error().code == ErrorCode::kLimit) {
      // Opening writes out what was only in log files.
      DiskReserve(options_.folder).Release();
      engine = storage::OpenRocksEngine(path, database);
    }
    if (engine || !seal_.founded) return engine;
    if (Status refused = Refuse(engine.error()); !refused) return refused.error();
  }
  database.accept_loss = seal_.founded;
  database.repair = repair_;
  return storage::OpenRocksEngine(path, database);
}

Result<RegionDisk> Opening::Finish(SealFile& file, std::unique_ptr<storage::Engine> engine,
                                   uint64_t sealed_commit) {
  const Result<uint64_t> commit = storage::ReadCommitNumber(*engine);
  if (!commit) return commit.error();
  RegionDisk disk{std::move(engine), {.generation = seal_.generation}};
  if (*commit < sealed_commit) disk.state.lost_commits = sealed_commit - *commit;
  if (disk.state.lost_commits > 0 && seal_.founded) {
    const Error lost{ErrorCode::kCorrupt,
                     fmt::format("{}: ends with commit {}, and {} was acknowledged: {} commits are "
                                 "lost",
                                 DatabasePath(options_.folder), *commit, sealed_commit,
                                 disk.state.lost_commits)};
    if (Status refused = Refuse(lost); !refused) return refused.error();
  }
  if (damaged_ && seal_.loss == Loss::kNone) seal_.loss = Loss::kAccepted;
  disk.state.loss = seal_.loss;
  seal_.founded = true;
  seal_.commit = *commit;
  if (Status set = file.Set(seal_); !set) return set.error();
  return disk;
}

}  // namespace

Result<RegionDisk> OpenRegionDisk(const RegionDiskOptions& options) {
  return Opening(options).Run();
}

Status FoundRegionDisk(const std::string& folder) {
  if (Status made = MakeFolders(folder); !made) return made;
  const auto stored = SealFile::Read(SealPath(folder));
  if (!stored) return stored.error();
  return *stored ? Status() : SealFile::Create(SealPath(folder), {});
}

}  // namespace lifeboat::net
