#include "world/region_disk.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace lifeboat::world {
namespace {

namespace fs = std::filesystem;

/// Database, its seal and unpacked functions; not the log, which tells what happened.
constexpr std::string_view kStored[] = {"db", "seal", "functions"};
constexpr std::string_view kKept = "rollback";

fs::path Sub(const std::string& folder, std::string_view name) { return fs::path(folder) / name; }

Error Failed(std::string_view what, const fs::path& path, const std::error_code& why) {
  return {ErrorCode::kIo, fmt::format("{} {}: {}", what, path.string(), why.message())};
}

Status Remove(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return Failed("cannot remove", path, error);
  if (fs::exists(path, error)) return Error{ErrorCode::kIo, path.string() + " is still there"};
  return {};
}

/// Table files never change once they are written, so a link is as good as a copy.
bool NeverChanges(const fs::path& file) { return file.extension() == ".sst"; }

Status Copy(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from, error)) return {};
  if (fs::is_regular_file(from, error)) {
    fs::create_directories(to.parent_path(), error);
    if (!error) fs::copy_file(from, to, error);
    return error ? Status(Failed("cannot copy", from, error)) : Status();
  }
  fs::create_directories(to, error);
  for (auto it = fs::recursive_directory_iterator(from, error);
       !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    const fs::path target = to / fs::relative(it->path(), from, error);
    if (it->is_directory(error)) {
      fs::create_directories(target, error);
    } else if (NeverChanges(it->path())) {
      fs::create_hard_link(it->path(), target, error);
    } else {
      fs::copy(it->path(), target, fs::copy_options::copy_symlinks, error);
    }
    if (error) return Failed("cannot copy", it->path(), error);
  }
  if (error) return Failed("cannot copy", from, error);
  return {};
}

}  // namespace

Status LoseDisk(const std::string& folder) {
  for (const std::string_view name : kStored)
    if (const Status removed = Remove(Sub(folder, name)); !removed) return removed;
  return {};
}

Status KeepDisk(const std::string& folder) {
  const fs::path kept = Sub(folder, kKept);
  if (const Status removed = Remove(kept); !removed) return removed;
  for (const std::string_view name : kStored)
    if (const Status copied = Copy(Sub(folder, name), kept / name); !copied) return copied;
  return {};
}

Status RollBackDisk(const std::string& folder) {
  const fs::path kept = Sub(folder, kKept);
  std::error_code error;
  if (!fs::exists(kept, error))
    return Error{ErrorCode::kNotFound, folder + " has no roll-back point"};
  if (const Status lost = LoseDisk(folder); !lost) return lost;
  for (const std::string_view name : kStored)
    if (const Status copied = Copy(kept / name, Sub(folder, name)); !copied) return copied;
  return {};
}

void DropKeptDisk(const std::string& folder) {
  std::error_code ignored;
  fs::remove_all(Sub(folder, kKept), ignored);
}

}  // namespace lifeboat::world
