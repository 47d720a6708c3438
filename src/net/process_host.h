// ProcessHost: function code as real processes. Each execution environment gets a program, a
// session of its own, and a runtime API on a port of its own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lambda/process_host.h"
#include "net/child_process.h"
#include "net/event_loop.h"
#include "net/http_server.h"
#include "net/interpreters.h"
#include "net/package.h"
#include "net/spawner.h"
#include "net/work_thread.h"

namespace lifeboat::net {

struct ProcessHostOptions {
  std::string folder;   ///< Packages are unpacked below it, a folder for each digest.
  std::string address;  ///< Where the runtime APIs listen.
  /// Of pinned interpreters (InterpreterFinder), and of SDKs in `node/node_modules` and `python`.
  std::string runtimes_folder;
  PackageLimits package;
  /// Environments at a time; starting one more fails. Lambda's quota of concurrent executions.
  size_t environments = 1000;
};

class ProcessHost final : public lambda::ProcessHost {
 public:
  ProcessHost(EventLoop& loop, ProcessHostOptions options);
  /// Kills all environments; no callback runs any more.
  ~ProcessHost() override;

  bool HasCode(const std::string& code_sha256_hex) const override;
  void FindInterpreter(const lambda::Runtime& runtime,
                       std::function<void(std::optional<lambda::Interpreter>)> done) override;
  void Unpack(std::shared_ptr<const std::string> zip, lambda::Language language,
              std::function<void(Result<std::string> code_sha256_hex)> done) override;
  /// An environment that can't be started logs why and exits with status 127, as a shell says it.
  void Start(lambda::EnvironmentId id, lambda::ProcessSpec spec,
             std::function<void(http::Request, http::Reply)> on_request,
             std::function<void(std::string_view line)> on_log,
             std::function<void(lambda::ProcessExit)> on_exit) override;
  void Kill(lambda::EnvironmentId id) override;

 private:
  struct Environment {
    std::unique_ptr<HttpServer> runtime_api;
    std::unique_ptr<ChildProcess> child;
    std::function<void(std::string_view line)> on_log;
    std::function<void(lambda::ProcessExit)> on_exit;
  };

  /// Starts the program, or ends the environment.
  void Run(lambda::EnvironmentId id, const lambda::ProcessSpec& spec,
           const lambda::Interpreter* interpreter);
  Status Launch(lambda::EnvironmentId id, const lambda::ProcessSpec& spec,
                const lambda::Interpreter* interpreter, Environment& environment);
  /// Logs why it cannot start, and ends it.
  void FailSoon(lambda::EnvironmentId id, const Error& error);
  void OnExit(lambda::EnvironmentId id, ChildExit exit);

  EventLoop& loop_;
  const ProcessHostOptions options_;
  /// Found so far; the thread that unpacks looks for more.
  std::map<std::string_view, std::optional<lambda::Interpreter>> interpreters_;
  InterpreterFinder finder_;  ///< That thread's.
  WorkThread unpacking_;
  Spawner spawner_;
  std::map<lambda::EnvironmentId, Environment> environments_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lifeboat::net
