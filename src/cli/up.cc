// `lifeboat up`: decides on the world (a new one, or the one that world.json keeps), then runs
// supervisor and edge until it is told to stop.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/bytes.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/control.h"
#include "net/certificate_authority.h"
#include "net/event_loop.h"
#include "net/files.h"
#include "world/control_guard.h"
#include "world/data_folder.h"
#include "world/edge.h"
#include "world/founding.h"
#include "world/log_tail.h"
#include "world/peer_key.h"
#include "world/ports.h"
#include "world/supervisor.h"

namespace lifeboat::cli {
namespace {

constexpr size_t kMaxFileBytes = 1 << 20;

Result<world::Config> NewConfig(const UpOptions& options) {
  std::vector<std::string> names;
  for (const std::string_view name : Split(options.regions, ',')) names.emplace_back(Trim(name));
  auto config = world::MakeConfig(names);
  if (!config) return config;
  config->era = options.era.value_or(config->era);
  if (!options.credentials_file.empty()) {
    const auto text = net::ReadFile(options.credentials_file, kMaxFileBytes);
    if (!text) return text.error();
    auto keys = world::ParseCredentialsFile(*text, options.credentials_file);
    if (!keys) return keys.error();
    config->keys.insert(config->keys.end(), keys->begin(), keys->end());
  }
  return config;
}

Status CheckRegions(const CommonOptions& common, const world::Config& kept,
                    const world::Config& asked) {
  bool same = kept.regions.size() == asked.regions.size();
  for (size_t i = 0; same && i < kept.regions.size(); ++i) {
    same = kept.regions[i].name == asked.regions[i].name;
  }
  if (same) return {};
  return InvalidError(
      fmt::format("{} holds a world with other regions; give another --data-dir or remove it",
                  common.data_dir));
}

/// The world of the data folder if there is one (it keeps its regions, addresses and keys), else
/// `fresh`; with the ports that are asked for.
Result<world::Config> DecideConfig(const CommonOptions& common, const UpOptions& options,
                                   world::Config fresh) {
  const std::string path = common.data_dir + "/world.json";
  world::Config config = fresh;
  if (const auto text = net::ReadFile(path, kMaxFileBytes)) {
    auto kept = world::ParseConfig(*text, path);
    if (!kept) return kept;
    config = *std::move(kept);
    if (options.regions != UpOptions().regions) {
      if (const auto same = CheckRegions(common, config, fresh); !same) return same.error();
    }
    if (options.era && *options.era != config.era) {
      return InvalidError(
          fmt::format("{} holds a world of the era {}; give another --data-dir or "
                      "remove it",
                      common.data_dir, config.era));
    }
    if (!options.credentials_file.empty()) config.keys = std::move(fresh.keys);
  } else if (text.error().code != ErrorCode::kNotFound) {
    return text.error();
  }
  if (options.ephemeral_ports) {
    if (const auto picked = world::PickFreePorts(config); !picked) return picked.error();
  }
  config.any_credentials = options.any_credentials;
  config.edge_port = options.edge_port.value_or(config.edge_port);
  if (options.dns_port) {
    config.dns_port = *options.dns_port;
    config.nameserver_http_port = static_cast<uint16_t>(*options.dns_port + 1);
  }
  return config;
}

std::string SupervisorLog(const std::string& data_dir) { return data_dir + "/supervisor/log"; }

/// In the child of `--detach`: a session of its own, output to the supervisor's log.
Status Detach(const std::string& data_dir) {
  const std::string folder = data_dir + "/supervisor";
  if (const auto made = net::MakeFolders(folder); !made) return made;
  const int log = open(SupervisorLog(data_dir).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                       net::kPrivateFile);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (log < 0 || null < 0) return Error{ErrorCode::kIo, "cannot open " + folder + "/log"};
  setsid();
  dup2(null, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  close(log);
  close(null);
  return {};
}

/// What only the world's owner and its processes know.
struct Secrets {
  std::string token;  ///< Of the control API.
  auth::PeerKey peer_key;
};

class UpRun {
 public:
  UpRun(const CommonOptions& common, world::Config config, Secrets secrets, int ready_fd)
      : common_(common),
        config_(std::move(config)),
        token_(std::move(secrets.token)),
        ready_fd_(ready_fd),
        supervisor_(loop_, config_,
                    {common.data_dir, std::filesystem::read_symlink("/proc/self/exe").string(),
                     std::move(secrets.peer_key)}) {}

  int Run() {
    auto edge = world::Edge::Start(
        loop_, config_, supervisor_.faults().table(),
        world::Guarded(config_, token_, [this](http::Request request, http::Reply reply) {
          supervisor_.Handle(std::move(request), std::move(reply), [this] { Stop(kExitDone); });
        }));
    if (!edge) {
      return NotReady(fmt::format("{}; choose another --edge-port, or --ephemeral-ports",
                                  edge.error().message));
    }
    loop_.OnStopSignal(
        [this](int signal) { Stop(signal == SIGINT ? kExitInterrupted : kExitDone); });
    supervisor_.StartAll([this](Status started) { OnStarted(started); });
    loop_.Run();
    return exit_code_;
  }

 private:
  void OnStarted(const Status& started) {
    if (stopping_) return;
    if (!started) {
      NotReady(started.error().message);
      Stop(kExitUsage);
      return;
    }
    Announce("");
    if (common_.quiet || ready_fd_ >= 0) return;
    fmt::print("world ready in {}\n", common_.data_dir);
    for (const world::RegionConfig& region : config_.regions) {
      fmt::print("  {:12} http://{}:{}\n", region.name, region.address, region.http_port);
    }
    fmt::print("  {:12} {}:{}\n", "dns", config_.nameserver_address, config_.dns_port);
    fmt::print("  {:12} http://{}:{}\n", "edge", config_.edge_address, config_.edge_port);
    fmt::print("Next: eval \"$(lifeboat env --data-dir {})\". Ctrl-C stops the world.\n",
               common_.data_dir);
    std::fflush(stdout);
  }

  /// Tells the parent of `--detach`: nothing, or why it failed. After a failure the pipe stays open
  /// until this process ends, which the parent awaits: who reads the reason may remove the folder,
  /// or try again in it, and nobody works there any more.
  void Announce(const std::string& problem) {
    if (ready_fd_ < 0) return;
    const std::string line = (problem.empty() ? "ready" : problem) + "\n";
    [[maybe_unused]] const ssize_t written = write(ready_fd_, line.data(), line.size());
    if (problem.empty()) close(ready_fd_);
    ready_fd_ = -1;
  }

  int NotReady(const std::string& problem) {
    if (ready_fd_ < 0) return Fail(problem);
    Announce(problem);
    return kExitUsage;
  }

  void Stop(int code) {
    if (std::exchange(stopping_, true)) return;
    exit_code_ = code;
    supervisor_.StopAll([this] { loop_.Stop(); });
  }

  const CommonOptions& common_;
  const world::Config config_;
  const std::string token_;
  int ready_fd_;
  net::EventLoop loop_;
  world::Supervisor supervisor_;
  bool stopping_ = false;
  int exit_code_ = kExitDone;
};

/// Waits for the word of the detached child; exit code of the parent.
int AwaitDetached(const CommonOptions& common, int fd, uint64_t log_start) {
  std::string word;
  char buffer[512];
  for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;)
    word.append(buffer, static_cast<size_t>(n));
  close(fd);
  if (word != "ready\n") {
    const std::string log = SupervisorLog(common.data_dir);
    return Fail(word.empty()
                    ? fmt::format("the world did not start: {}; the supervisor's log is {}",
                                  world::LastLine(log, log_start), log)
                    : std::string(Trim(word)));
  }
  return common.quiet ? kExitDone : ShowStatus(common);
}

/// Keeps the decisions of this start in the data folder, and makes what else a world has there.
Result<Secrets> Found(const CommonOptions& common, world::Config& config) {
  const auto authority = net::CertificateAuthority::LoadOrCreate(common.data_dir + "/ca");
  if (!authority) return authority.error();
  if (const auto saved = world::FoundAndSave(config, common.data_dir); !saved) {
    return saved.error();
  }
  auto token = world::NewToken(common.data_dir);
  if (!token) return token.error();
  auto key = world::LoadOrCreatePeerKey(common.data_dir);
  if (!key) return key.error();
  return Secrets{*std::move(token), *std::move(key)};
}

}  // namespace

int Up(const CommonOptions& given, const UpOptions& options) {
  CommonOptions common = given;
  common.data_dir = std::filesystem::absolute(given.data_dir).lexically_normal().string();
  auto fresh = NewConfig(options);
  if (!fresh) return Fail(fresh.error().message);
  if (const auto made = net::MakeDataFolder(common.data_dir); !made) {
    return Fail(made.error().message);
  }
  const auto lock = world::FolderLock::Take(common.data_dir);
  if (!lock) return Fail(lock.error().message);
  auto config = DecideConfig(common, options, *std::move(fresh));
  if (!config) return Fail(config.error().message);
  const auto secrets = Found(common, *config);
  if (!secrets) return Fail(secrets.error().message);
  log::SetName("supervisor");
  log::SetLevel(log::Level::kInfo);
  if (!options.detach) {
    if (given.quiet || !given.json) log::SetLevel(log::Level::kWarn);
    return UpRun(common, *std::move(config), *secrets, -1).Run();
  }
  const uint64_t log_start = world::SizeOfLog(SupervisorLog(common.data_dir));
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Fail("cannot make a pipe");
  const pid_t child = fork();
  if (child < 0) return Fail("cannot fork");
  if (child > 0) {
    close(ends[1]);
    return AwaitDetached(common, ends[0], log_start);
  }
  close(ends[0]);
  lock->Sign();
  if (const auto detached = Detach(common.data_dir); !detached)
    return Fail(detached.error().message);
  _exit(UpRun(common, *std::move(config), *secrets, ends[1]).Run());
}

}  // namespace lifeboat::cli
