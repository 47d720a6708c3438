#include "net/process_host.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/digest.h"
#include "base/log.h"
#include "net/files.h"
#include "net/function_program.h"

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
  return access(CodePath(options, code_sha256_hex).c_str(), X_OK) == 0;
}

Status CheckBootstrap(const std::string& folder) {
  std::error_code error;
  if (std::filesystem::is_regular_file(folder + "/bootstrap", error)) return {};
  return InvalidError("there is no file 'bootstrap' in the root of the package");
}

/// The digest of the package, which has its folder now. Runs on the thread that unpacks.
Result<std::string> UnpackCode(const ProcessHostOptions& options, const std::string& zip,
                               lambda::Language language) {
  const std::string digest = Sha256Hex(zip);
  const bool is_native = language == lambda::Language::kNative;
  if (IsUnpacked(options, digest)) {
    const Status whole = is_native ? CheckBootstrap(CodePath(options, digest)) : Status();
    if (!whole) return whole.error();
    return digest;
  }
  // A crash leaves a part under this name only, which the next attempt clears away.
  const std::string part = options.folder + "/." + digest;
  std::error_code error;
  std::filesystem::remove_all(part, error);
  Status status = MakeFolders(part);
  if (status) status = UnpackPackage(zip, part, options.package);
  if (status && is_native) status = CheckBootstrap(part);
  const std::string bootstrap = part + "/bootstrap";
  if (status && chmod(bootstrap.c_str(), 0700) != 0 && errno != ENOENT) {
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

std::string PathVariable() {
  const char* path = std::getenv("PATH");
  return path ? path : "";
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
    : loop_(loop),
      options_(std::move(options)),
      finder_(options_.runtimes_folder, PathVariable()),
      unpacking_(loop) {}

ProcessHost::~ProcessHost() { *alive_ = false; }

bool ProcessHost::HasCode(const std::string& code_sha256_hex) const {
  return IsDigest(code_sha256_hex) && IsUnpacked(options_, code_sha256_hex);
}

void ProcessHost::FindInterpreter(const lambda::Runtime& runtime,
                                  std::function<void(std::optional<lambda::Interpreter>)> done) {
  const auto known = interpreters_.find(runtime.name);
  if (known != interpreters_.end()) return done(known->second);
  unpacking_.Run([this, &runtime, done = std::move(done)] {
    std::optional<lambda::Interpreter> found = finder_.Find(runtime);
    const Status written = WriteRuntimeClients(options_.folder);
    if (!written) {
      log::Error("{}: runtime clients: {}", options_.folder, written.error().message);
      found.reset();
    }
    return [this, &runtime, done, found = std::move(found)] {
      // Who lacks one may install it and try again.
      if (found) interpreters_[runtime.name] = found;
      done(found);
    };
  });
}

void ProcessHost::Unpack(std::shared_ptr<const std::string> zip, lambda::Language language,
                         std::function<void(Result<std::string>)> done) {
  unpacking_.Run([&options = options_, zip = std::move(zip), language, done = std::move(done)] {
    return [done, unpacked = UnpackCode(options, *zip, language)] { done(unpacked); };
  });
}

void ProcessHost::Start(lambda::EnvironmentId id, lambda::ProcessSpec spec,
                        std::function<void(http::Request, http::Reply)> on_request,
                        std::function<void(std::string_view line)> on_log,
                        std::function<void(lambda::ProcessExit)> on_exit) {
  Check(!environments_.contains(id), "environments have ids of their own");
  Environment environment{.on_log = std::move(on_log), .on_exit = std::move(on_exit)};
  HttpServerOptions api = RuntimeApiOptions(options_.address);
  api.handler = std::move(on_request);
  auto server = environments_.size() < options_.environments
                    ? HttpServer::Start(loop_, std::move(api))
                    : Error{ErrorCode::kLimit, fmt::format("more than {} execution environments",
                                                           options_.environments)};
  if (server) environment.runtime_api = std::move(*server);
  environments_.emplace(id, std::move(environment));
  if (!server) return FailSoon(id, server.error());
  const lambda::Runtime* runtime = lambda::FindRuntime(spec.runtime);
  if (!runtime || runtime->language == lambda::Language::kNative) return Run(id, spec, nullptr);
  FindInterpreter(*runtime, [this, id, spec = std::move(spec)](
                                const std::optional<lambda::Interpreter>& interpreter) {
    if (interpreter) return Run(id, spec, &*interpreter);
    FailSoon(id, {ErrorCode::kNotFound,
                  fmt::format("no program on this machine runs {}: see `lifeboat runtimes`",
                              spec.runtime)});
  });
}

void ProcessHost::Run(lambda::EnvironmentId id, const lambda::ProcessSpec& spec,
                      const lambda::Interpreter* interpreter) {
  const auto found = environments_.find(id);
  if (found == environments_.end()) return;  // It was killed meanwhile.
  const Status launched = Launch(id, spec, interpreter, found->second);
  if (!launched) FailSoon(id, launched.error());
}

void ProcessHost::FailSoon(lambda::EnvironmentId id, const Error& error) {
  loop_.Post([this, alive = alive_, id, message = error.message] {
    if (!*alive) return;
    const auto found = environments_.find(id);
    if (found == environments_.end()) return;
    found->second.on_log(message);
    OnExit(id, {.status = kCannotStart});
  });
}

Status ProcessHost::Launch(lambda::EnvironmentId id, const lambda::ProcessSpec& spec,
                           const lambda::Interpreter* interpreter, Environment& environment) {
  if (!HasCode(spec.code_sha256_hex)) {
    return Error{ErrorCode::kNotFound, "the function's package is not unpacked"};
  }
  std::error_code none;  // A folder that isn't named has no absolute path.
  const std::string folder = std::filesystem::absolute(options_.folder, none).string();
  const std::string runtimes = std::filesystem::absolute(options_.runtimes_folder, none).string();
  FunctionProgram program =
      MakeFunctionProgram(spec, folder + "/" + spec.code_sha256_hex, folder, runtimes, interpreter);
  program.variables["AWS_LAMBDA_RUNTIME_API"] =
      ToString(SocketAddress{options_.address, environment.runtime_api->port()});
  ChildSpec child{.argv = std::move(program.argv),
                  .folder = folder + "/" + spec.code_sha256_hex,
                  .file_mask = kFunctionFileMask};
  for (const auto& [name, value] : program.variables) child.env.push_back(name + "=" + value);
  child.on_line = environment.on_log;
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
  if (found == environments_.end()) return;
  if (found->second.child) return found->second.child->Kill();
  // Its interpreter is still looked for.
  loop_.Post([this, alive = alive_, id] {
    if (*alive) OnExit(id, {.signalled = true, .status = SIGKILL});
  });
}

}  // namespace lifeboat::net
