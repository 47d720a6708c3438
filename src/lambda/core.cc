#include "lambda/core.h"

#include <utility>

#include "base/ids.h"
#include "base/log.h"
#include "lambda/errors.h"
#include "lambda/limits.h"
#include "lambda/outcome_text.h"

namespace lifeboat::lambda {

Core::Core(WorkerContext context, storage::Engine& engine, storage::Committer& committer,
           CodeSource& code_source)
    : context_(std::move(context)),
      catalog_(engine),
      committer_(committer),
      code_source_(code_source) {
  context_.read_code = [this](const std::string& hex) { return catalog_.ReadCode(hex); };
}

http::AwsResult<const Function*> Core::Find(std::string_view text) const {
  const http::AwsResult<FunctionName> name = home().Parse(text);
  if (!name.ok()) return name.error();
  const std::string arn = home().Arn(name->name);
  if (!name->qualifier.empty() && name->qualifier != kLatest) {
    return FunctionNotFound(arn + ":" + name->qualifier);
  }
  const Function* function = catalog_.Find(name->name);
  if (!function) return FunctionNotFound(arn);
  return function;
}

void Core::Touch(Function& function) {
  function.revision_id = NewUuid(context_.prng);
  function.modified_at = context_.clock.WallNow();
}

void Core::Commit(storage::WriteBatch batch, std::function<void()> apply,
                  std::function<void(http::AwsResult<void>)> done) {
  committer_.Commit(std::move(batch),
                    [alive = std::weak_ptr<bool>(alive_), apply = std::move(apply),
                     done = std::move(done)](Status status) {
                      if (alive.expired()) return;
                      if (!status.ok()) {
                        log::Error("lambda: {}", status.error().message);
                        done(StorageFailed());
                        return;
                      }
                      apply();
                      done({});
                    });
}

void Core::Apply(Function function, bool environments_change) {
  const auto worker = workers_.find(function.name);
  if (environments_change && worker != workers_.end()) worker->second->Update(function);
  catalog_.Put(std::move(function));
}

void Core::ApplyDelete(const std::string& name) {
  catalog_.Delete(name);
  std::erase_if(leaving_, [](const auto& worker) { return worker->empty(); });
  const auto node = workers_.extract(name);
  if (node.empty()) return;
  leaving_.push_back(node.mapped());
  node.mapped()->Remove();
}

size_t Core::Concurrency() const {
  size_t count = 0;
  for (const auto& [name, worker] : workers_) count += worker->concurrency();
  return count;
}

void Core::Run(const Function& function, InvokeRequest request, InvokeDone done) {
  const fault::Trouble trouble =
      context_.trouble ? context_.trouble(function.name) : fault::Trouble{};
  if (trouble.none()) return RunNow(function, std::move(request), std::move(done));
  RunTroubled(function.name, trouble, std::move(request), std::move(done));
}

void Core::RunTroubled(const std::string& name, fault::Trouble trouble, InvokeRequest request,
                       InvokeDone done) {
  if (trouble.delay.ns > 0) {
    const Duration delay = std::exchange(trouble.delay, Duration{});
    return context_.scheduler.After(
        delay, [this, alive = std::weak_ptr<bool>(alive_), name, trouble,
                request = std::move(request), done = std::move(done)]() mutable {
          if (!alive.expired()) RunTroubled(name, trouble, std::move(request), std::move(done));
        });
  }
  if (trouble.throttled)
    return done(TooManyRequests("ReservedFunctionConcurrentInvocationLimitExceeded"));
  const Function* function = catalog_.Find(name);
  if (!function) return done(FunctionNotFound(home().Arn(name)));
  if (trouble.status == 0) return RunNow(*function, std::move(request), std::move(done));
  if (!trouble.after) return done(InjectedResult(trouble.status, NewUuid(context_.prng)));
  RunNow(*function, std::move(request),
         [status = trouble.status, done = std::move(done)](http::AwsResult<InvokeResult> result) {
           if (!result.ok()) return done(std::move(result));
           InvokeResult instead = InjectedResult(status, std::move(result->request_id));
           instead.log_tail = std::move(result->log_tail);
           done(std::move(instead));
         });
}

void Core::RunNow(const Function& function, InvokeRequest request, InvokeDone done) {
  if (request.payload.empty()) request.payload = "{}";
  if (request.trace_id.empty()) {
    request.trace_id =
        fmt::format("Root=1-{:08x}-{};Sampled=0", context_.clock.WallNow().unix_seconds(),
                    NewId(context_.prng, 24, kHexDigits));
  }
  auto& worker = workers_[function.name];
  if (!worker) worker = std::make_shared<Worker>(context_, function);
  const std::shared_ptr<Worker> runner = worker;
  if (Concurrency() >= kMaxConcurrencyPerRegion ||
      !runner->Invoke(std::move(request), NewUuid(context_.prng), done)) {
    done(TooManyRequests("ConcurrentInvocationLimitExceeded"));
  }
}

bool Core::RunEvent(const std::string& name, InvokeRequest request) {
  if (events_ >= kMaxQueuedEvents) return false;
  ++events_;
  TryEvent(name, std::make_shared<InvokeRequest>(std::move(request)), 0);
  return true;
}

void Core::TryEvent(const std::string& name, std::shared_ptr<InvokeRequest> request, int attempt) {
  const Function* function = catalog_.Find(name);
  if (!function) {
    --events_;
    return;
  }
  Run(*function, *request,
      [this, alive = std::weak_ptr<bool>(alive_), name, request,
       attempt](http::AwsResult<InvokeResult> result) {
        if (alive.expired()) return;
        OnEventDone(name, request, attempt, !result.ok() || !result->function_error.empty());
      });
}

void Core::OnEventDone(const std::string& name, std::shared_ptr<InvokeRequest> request, int attempt,
                       bool failed) {
  if (!failed || attempt >= kMaxEventRetries) {
    --events_;
    return;
  }
  const Duration delay = attempt == 0 ? kFirstEventRetry : kSecondEventRetry;
  context_.scheduler.After(delay,
                           [this, alive = std::weak_ptr<bool>(alive_), name, request, attempt] {
                             if (!alive.expired()) TryEvent(name, request, attempt + 1);
                           });
}

const LogBuffer* Core::FindLog(std::string_view name) const {
  const auto worker = workers_.find(name);
  return worker == workers_.end() ? nullptr : &worker->second->log();
}

std::string Core::NewRequestId() { return NewUuid(context_.prng); }

}  // namespace lifeboat::lambda
