// A Worker runs one function: it carries out what the function's EnvironmentPool decides, with
// processes, answers to the runtime API and timers.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/prng.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "fault/effects.h"
#include "lambda/environment_pool.h"
#include "lambda/environment_variables.h"
#include "lambda/function.h"
#include "lambda/invoker.h"
#include "lambda/log_buffer.h"
#include "lambda/process_host.h"
#include "lambda/runtime_api.h"

namespace lifeboat::lambda {

/// What all workers of a region share.
struct WorkerContext {
  const Clock& clock;
  Scheduler& scheduler;
  Prng& prng;
  ProcessHost& processes;
  Home home;
  Era era = Era::kToday;
  Variables defaults;
  std::function<FunctionCredentials(const Function&)> credentials;
  /// The zip of a stored function, for a process host that doesn't have it any more.
  std::function<Result<std::string>(const std::string& code_hex)> read_code;
  EnvironmentId next_environment = 1;
  /// What becomes of the next invocation of a function; empty: no fault ever.
  std::function<fault::Trouble(std::string_view function)> trouble;
};

class Worker : public std::enable_shared_from_this<Worker> {
 public:
  Worker(WorkerContext& context, Function function);

  /// False, and nothing happens, when the function is at its limit of concurrency.
  bool Invoke(InvokeRequest request, std::string request_id, InvokeDone done);
  void Update(Function function);
  void Remove();

  const LogBuffer& log() const { return log_; }
  size_t concurrency() const { return pool_.concurrency(); }
  /// No process is left.
  bool empty() const { return pool_.empty(); }

 private:
  struct Pending {
    InvokeRequest request;
    InvokeDone done;
  };
  struct Process {
    bool started = false;  ///< Else its package is being unpacked.
    http::Reply next;      ///< The runtime's waiting /next, when there is one.
    LogTail tail;
  };

  EnvironmentPool::Settings PoolSettings() const;
  void Execute(Actions actions);
  void Do(const StartEnvironment& action);
  void Do(const KillEnvironment& action);
  void Do(const DeliverInvocation& action);
  void Do(FinishInvocation& action);
  void UnpackAndStart(EnvironmentId id);
  void Start(EnvironmentId id);
  /// Of an environment that has no process.
  void EndSoon(EnvironmentId id, ProcessExit exit);
  void OnRuntimeRequest(EnvironmentId id, const http::Request& request, http::Reply reply);
  http::Response OnResult(EnvironmentId id, const RuntimeRequest& what,
                          const http::Request& request, Actions& actions);
  void OnExit(EnvironmentId id, ProcessExit exit);
  void Log(EnvironmentId id, std::string_view line);
  void ScheduleTick();

  WorkerContext& context_;
  Function function_;
  EnvironmentPool pool_;
  LogBuffer log_;
  std::map<EnvironmentId, Process> processes_;
  std::map<std::string, Pending> pending_;
  std::optional<Instant> tick_at_;
};

}  // namespace lifeboat::lambda
