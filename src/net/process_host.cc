#include "net/process_host.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/digest.h"
#include "base/log.h"
#include "net/files.h"

namespace lifeboat::net {
namespace {

constexpr int kCannotStart = 127;
// Responses of functions are limited to 6 MB by Lambda itself; what is above reaches it to be
// refused in its words.
constexpr uint64_t kRuntimeApiBodyBytesMax = 8 << 20;
constexpr size_t kRuntimeApiConnectionsMax = 64;
// Of a function (Lambda Developer Guide, "Lambda quotas"). Ours are far more, and would be its.
constexpr size_t kFunctionDescriptors = 1024;
// As a function finds it on Lambda; our own files are our owner's alone.
constexpr mode_t kFunctionFileMask = 0022;

// The digest becomes a path.
bool IsDigest(std::string_view hex) {
  return hex.size() == 64 && hex.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string CodePath(const ProcessHostOptions& options, const std::string& code_sha256_hex) {
  return options.folder + "/" + code_sha256_hex;
}

bool IsUnpacked(const ProcessHostOptions& options, const std::string& code_sha256_hex) {
  return access((CodePath(options, code_sha256_hex) + "/bootstrap").c_str(), X_OK) == 0;
}

/// The digest of the package, which has its folder now. Runs on the thread that unpacks.
Result<std::string> UnpackCode(const ProcessHostOptions& options, const std::string& zip) {
  const std::string digest = Sha256Hex(zip);
  if (IsUnpacked(options, digest)) return digest;
  // A crash leaves a part under this name only, which the next attempt clears away.
  const std::string part = options.folder + "/." + digest;
  std::error_code error;
  std::filesystem::remove_all(part, error);
  Status status = MakeFolders(part);
  if (status) status = UnpackPackage(zip, part, options.package);
  const std::string bootstrap = part + "/bootstrap";
  if (status && !std::filesystem::is_regular_file(bootstrap, error)) {
    status = InvalidError("there is no file 'bootstrap' in the root of the package");
  }
  if (status && chmod(bootstrap.c_str(), 0700) != 0) {
    status = Error{ErrorCode::kIo, ErrnoMessage(bootstrap, errno)};
  }
  // Whole, and only then under its name.
  if (status) status = SyncFileSystem(part);
  if (status && rename(part.c_str(), CodePath(options, digest).c_str()) != 0) {
    status = Error{ErrorCode::kIo, ErrnoMessage(part, errno)};
  }
  if (status) status = SyncFolder(options.folder);
  if (status) return digest;
  std::filesystem::remove_all(part, error);
  return status.error();
}

HttpServerOptions RuntimeApiOptions(const std::string& address) {
  HttpServerOptions options;
  options.listen = {address, 0};
  options.server_name = "";
  options.limits.body_bytes = kRuntimeApiBodyBytesMax;
  options.budget = std::make_shared<HttpBudget>();
  options.budget->connections = kRuntimeApiConnectionsMax;
  // Between two requests a function may work for as long as its time-out allows.
  options.limits.idle_timeout = Duration();
  return options;
}

}  // namespace

ProcessHost::ProcessHost(EventLoop& loop, ProcessHostOptions options)
    : loop_(loop), options_(std::move(options)), unpacking_(loop) {}

ProcessHost::~ProcessHost() { *alive_ = false; }

bool ProcessHost::HasCode(const std::string& code_sha256_hex) const {
  return IsDigest(code_sha256_hex) && IsUnpacked(options_, code_sha256_hex);
}

void ProcessHost::Unpack(std::shared_ptr<const std::string> zip,
                         std::function<void(Result<std::string>)> done) {
  unpacking_.Run([&options = options_, zip = std::move(zip), done = std::move(done)] {
    return [done, unpacked = UnpackCode(options, *zip)] { done(unpacked); };
  });
}

void ProcessHost::Start(lambda::EnvironmentId id, lambda::ProcessSpec spec,
                        std::function<void(http::Request, http::Reply)> on_request,
                        std::function<void(std::string_view line)> on_log,
                        std::function<void(lambda::ProcessExit)> on_exit) {
  Check(!environments_.contains(id), "environments have ids of their own");
  Environment environment{.on_exit = std::move(on_exit)};
  const Status launched = Launch(id, spec, std::move(on_request), on_log, environment);
  environments_.emplace(id, std::move(environment));
  if (launched) return;
  loop_.Post([this, alive = alive_, id, on_log = std::move(on_log), launched] {
    if (!*alive) return;
    on_log(launched.error().message);
    OnExit(id, {.status = kCannotStart});
  });
}

Status ProcessHost::Launch(lambda::EnvironmentId id, const lambda::ProcessSpec& spec,
                           std::function<void(http::Request, http::Reply)> on_request,
                           const std::function<void(std::string_view line)>& on_log,
                           Environment& environment) {
  if (environments_.size() >= options_.environments) {
    return Error{ErrorCode::kLimit,
                 fmt::format("more than {} execution environments", options_.environments)};
  }
  if (!HasCode(spec.code_sha256_hex)) {
    return Error{ErrorCode::kNotFound, "the function's package is not unpacked"};
  }
  HttpServerOptions options = RuntimeApiOptions(options_.address);
  options.handler = std::move(on_request);
  auto server = HttpServer::Start(loop_, std::move(options));
  if (!server) return server.error();
  environment.runtime_api = std::move(*server);

  const std::string folder =
      std::filesystem::absolute(CodePath(options_, spec.code_sha256_hex)).string();
  ChildSpec child{
      .argv = {folder + "/bootstrap"}, .folder = folder, .file_mask = kFunctionFileMask};
  for (const auto& [name, value] : spec.variables) child.env.push_back(name + "=" + value);
  child.env.push_back("LAMBDA_TASK_ROOT=" + folder);
  child.env.push_back("AWS_LAMBDA_RUNTIME_API=" +
                      ToString(SocketAddress{options_.address, environment.runtime_api->port()}));
  child.on_line = on_log;
  child.on_exit = [this, id](ChildExit exit) { OnExit(id, exit); };
  auto started = ChildProcess::Start(loop_, spawner_, std::move(child));
  if (!started) return started.error();
  environment.child = std::move(*started);
  LimitDescriptors(environment.child->pid(), kFunctionDescriptors);
  return {};
}

void ProcessHost::OnExit(lambda::EnvironmentId id, ChildExit exit) {
  const auto found = environments_.find(id);
  if (found == environments_.end()) return;
  // It is the child's own callback that calls us, so it is destroyed later.
  auto ended = std::make_shared<Environment>(std::move(found->second));
  environments_.erase(found);
  loop_.Post([ended] {});
  ended->on_exit({.signalled = exit.signalled, .status = exit.status});
}

void ProcessHost::Kill(lambda::EnvironmentId id) {
  const auto found = environments_.find(id);
  if (found != environments_.end() && found->second.child) found->second.child->Kill();
}

}  // namespace lifeboat::net
