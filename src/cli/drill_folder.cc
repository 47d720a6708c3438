#include "cli/drill_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "net/event_loop.h"
#include "net/files.h"

namespace lifeboat::cli {
namespace {

namespace fs = std::filesystem;

/// Reports are made to be shown; the world of a drill is not.
constexpr mode_t kReportFolder = 0755;

std::vector<drill::Command> CommandsOf(const drill::Scenario& scenario) {
  std::vector<drill::Command> commands;
  if (scenario.setup) commands.push_back(*scenario.setup);
  if (!scenario.decision.run.run.empty()) commands.push_back(scenario.decision.run);
  if (scenario.decision.ready) commands.push_back(*scenario.decision.ready);
  if (!scenario.failback.run.run.empty()) commands.push_back(scenario.failback.run);
  for (const drill::BackgroundSpec& job : scenario.background) commands.push_back(job.command);
  return commands;
}

/// The file that a command begins with; empty when it begins with a word that the shell looks up.
std::string FileOf(const drill::Command& command) {
  const std::string word = command.run.substr(0, command.run.find_first_of(" \t\n;|&<>"));
  const bool plain = word.find_first_of("$`*?'\"()") == std::string::npos;
  return plain && word.find('/') != std::string::npos ? word : "";
}

fs::path FolderOf(const std::string& scenario_file) {
  return fs::absolute(scenario_file).parent_path();
}

}  // namespace

Result<std::string> MakeDrillFolder(const DrillRunOptions& options, const std::string& name) {
  std::string out = options.out;
  if (out.empty()) {
    const std::string base =
        fmt::format("drills/{}-{}", FormatIso8601Basic(net::SystemClock().WallNow()), name);
    out = base;
    // Drills that start in the same second each get a folder of their own.
    std::error_code ignored;
    fs::create_directories("drills", ignored);
    for (int n = 2; !fs::create_directory(out, ignored) && fs::exists(out, ignored); ++n)
      out = fmt::format("{}-{}", base, n);
  } else if (fs::exists(out + "/journal.jsonl") || fs::exists(out + "/journal.jsonl.gz")) {
    return InvalidError(fmt::format("{} holds a drill already; give another --out", out));
  }
  out = fs::absolute(out).lexically_normal().string();
  if (const Status made = net::MakeFolders(out, kReportFolder); !made) return made.error();
  return out;
}

Status KeepScenario(const std::string& folder, const std::string& scenario_file,
                    const drill::Scenario& scenario) {
  constexpr auto kReplace = fs::copy_options::overwrite_existing;
  std::error_code error;
  fs::copy_file(scenario_file, folder + "/scenario.yaml", kReplace, error);
  if (error) return Error{ErrorCode::kIo, fmt::format("cannot write {}/scenario.yaml", folder)};
  for (const drill::Command& command : CommandsOf(scenario)) {
    const std::string file = FileOf(command);
    if (file.empty()) continue;
    const fs::path source = FolderOf(scenario_file) / file;
    fs::create_directories(folder + "/scripts", error);
    fs::copy_file(source, folder + "/scripts/" + source.filename().string(), kReplace, error);
    if (error) return Error{ErrorCode::kIo, fmt::format("cannot keep {}", source.string())};
  }
  return {};
}

void PointLatest(const DrillRunOptions& options, const std::string& folder) {
  if (!options.out.empty()) return;
  const fs::path link = fs::path(folder).parent_path() / "latest";
  std::error_code ignored;
  if (!fs::is_symlink(link, ignored) && fs::exists(link, ignored)) return;
  // Put in place whole, for drills that run side by side.
  const fs::path fresh = fmt::format("{}.{}", link.string(), getpid());
  fs::create_directory_symlink(fs::path(folder).filename(), fresh, ignored);
  fs::rename(fresh, link, ignored);
}

void RemoveWorld(const std::string& folder) {
  std::error_code ignored;
  fs::remove_all(folder + "/world", ignored);
}

Status CheckCommandFiles(const drill::Scenario& scenario, const std::string& scenario_file) {
  std::string complaints;
  for (const drill::Command& command : CommandsOf(scenario)) {
    const std::string file = FileOf(command);
    if (file.empty()) continue;
    const std::string path = (FolderOf(scenario_file) / file).string();
    const bool there = fs::exists(path);
    if (there && access(path.c_str(), X_OK) == 0) continue;
    complaints += fmt::format("{}{}: the {} command '{}' {}", complaints.empty() ? "" : "\n",
                              scenario_file, command.name, file,
                              there ? "can't be executed; write `chmod +x` for it"
                                    : "is not there; write the name of a file beside the scenario");
  }
  return complaints.empty() ? Status{} : InvalidError(complaints);
}

}  // namespace lifeboat::cli
