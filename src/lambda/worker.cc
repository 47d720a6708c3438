#include "lambda/worker.h"

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "base/log.h"
#include "lambda/errors.h"
#include "lambda/limits.h"
#include "lambda/outcome_text.h"

namespace lifeboat::lambda {
namespace {

constexpr int kSigKill =
    9;  // The number of the signal on Linux; <csignal> is not for pure folders.

}  // namespace

Worker::Worker(WorkerContext& context, Function function)
    : context_(context),
      function_(std::move(function)),
      pool_(PoolSettings(), context.next_environment) {}

EnvironmentPool::Settings Worker::PoolSettings() const {
  return {function_.timeout(), kMaxConcurrencyPerFunction};
}

bool Worker::Invoke(InvokeRequest request, std::string request_id, InvokeDone done) {
  Actions actions;
  // Before the event, because the actions may need it at once.
  pending_[request_id] = {std::move(request), std::move(done)};
  if (!pool_.OnInvocation(request_id, context_.clock.Now(), actions)) {
    pending_.erase(request_id);
    return false;
  }
  Execute(std::move(actions));
  return true;
}

void Worker::Update(Function function) {
  function_ = std::move(function);
  Actions actions;
  pool_.Renew(PoolSettings(), context_.clock.Now(), actions);
  Execute(std::move(actions));
}

void Worker::Remove() {
  Actions actions;
  pool_.Remove(actions);
  Execute(std::move(actions));
}

void Worker::Execute(Actions actions) {
  const auto keep_alive = shared_from_this();  // A callback may drop the last owner.
  for (Action& action : actions) {
    std::visit([this](auto& a) { Do(a); }, action);
  }
  ScheduleTick();
}

void Worker::Do(const StartEnvironment& action) {
  processes_[action.id];
  context_.processes.HasCode(function_.CodeHex()) ? Start(action.id) : UnpackAndStart(action.id);
}

/// The unpacked package is gone, with a disk for instance; the stored zip is still there.
void Worker::UnpackAndStart(EnvironmentId id) {
  Result<std::string> zip = context_.read_code(function_.CodeHex());
  const auto on_unpacked = [weak = weak_from_this(), id](const Result<std::string>& unpacked) {
    const auto self = weak.lock();
    if (!self || !self->processes_.contains(id)) return;  // It was killed meanwhile.
    if (unpacked.ok()) return self->Start(id);
    log::Error("lambda {}: code cannot be unpacked: {}", self->function_.name,
               unpacked.error().message);
    self->EndSoon(id, {false, 1});
  };
  if (!zip.ok()) return on_unpacked(zip);
  const Runtime* runtime = FindRuntime(function_.runtime);
  context_.processes.Unpack(std::make_shared<const std::string>(std::move(*zip)),
                            runtime ? runtime->language : Language::kOther, on_unpacked);
}

void Worker::EndSoon(EnvironmentId id, ProcessExit exit) {
  context_.scheduler.After({}, [weak = weak_from_this(), id, exit] {
    if (const auto self = weak.lock()) self->OnExit(id, exit);
  });
}

void Worker::Start(EnvironmentId id) {
  const std::weak_ptr<Worker> weak = weak_from_this();
  processes_.at(id).started = true;
  ProcessSpec spec;
  spec.code_sha256_hex = function_.CodeHex();
  spec.runtime = function_.runtime;
  spec.memory_mb = function_.memory_mb;
  const std::string stream =
      LogStreamName(context_.clock.WallNow(), NewId(context_.prng, 32, kHexDigits));
  spec.variables = MakeVariables(function_, context_.home, context_.defaults,
                                 context_.credentials(function_), stream);
  context_.processes.Start(
      id, std::move(spec),
      [weak, id](http::Request request, http::Reply reply) {
        if (const auto self = weak.lock()) self->OnRuntimeRequest(id, request, std::move(reply));
      },
      [weak, id](std::string_view line) {
        if (const auto self = weak.lock()) self->Log(id, line);
      },
      [weak, id](ProcessExit exit) {
        if (const auto self = weak.lock()) self->OnExit(id, exit);
      });
}

void Worker::Do(const KillEnvironment& action) {
  const auto process = processes_.find(action.id);
  const bool waits = process != processes_.end() && !process->second.started;
  waits ? EndSoon(action.id, {true, kSigKill}) : context_.processes.Kill(action.id);
}

void Worker::Do(const DeliverInvocation& action) {
  Process& process = processes_.at(action.id);
  const InvokeRequest& request = pending_.at(action.request_id).request;
  process.tail.Clear();
  Log(action.id, StartLine(action.request_id));
  NextInvocation next;
  next.request_id = action.request_id;
  next.function_arn = context_.home.Arn(function_.name);
  next.trace_id = request.trace_id;
  next.client_context = request.client_context;
  next.deadline = context_.clock.WallNow() + (action.deadline - context_.clock.Now());
  next.payload = request.payload;
  if (const http::Reply reply = std::exchange(process.next, nullptr)) reply(RenderNext(next));
}

void Worker::Do(FinishInvocation& action) {
  auto node = pending_.extract(action.request_id);
  if (node.empty()) return;
  const InvokeDone done = std::move(node.mapped().done);
  const Outcome& outcome = action.outcome;
  if (outcome.kind == Outcome::Kind::kRemoved) {
    done(FunctionNotFound(context_.home.Arn(function_.name)));
    return;
  }
  Log(action.id, EndLine(action.request_id));
  Log(action.id, ReportLine(action.request_id, outcome, function_.memory_mb));
  if (outcome.kind == Outcome::Kind::kTimeout) {
    Log(action.id, TimeoutLine(action.request_id, context_.clock.WallNow(), outcome.timeout));
  }
  InvokeResult result;
  result.request_id = action.request_id;
  result.payload = PayloadOf(outcome, action.request_id);
  result.function_error = FunctionErrorOf(outcome);
  const auto process = processes_.find(action.id);
  if (process != processes_.end()) result.log_tail = process->second.tail.text();
  done(std::move(result));
}

void Worker::OnRuntimeRequest(EnvironmentId id, const http::Request& request, http::Reply reply) {
  const auto process = processes_.find(id);
  if (process == processes_.end()) return reply(RenderStateTransition());
  const RuntimeRequest what = ParseRuntimeRequest(request);
  Actions actions;
  switch (what.kind) {
    case RuntimeRequest::Kind::kUnknown:
      return reply(RenderRuntimeNotFound());
    case RuntimeRequest::Kind::kNext: {
      if (process->second.next) return reply(RenderStateTransition());
      process->second.next = std::move(reply);
      const auto verdict = pool_.OnNext(id, context_.clock.Now(), actions);
      if (verdict != EnvironmentPool::Verdict::kAccepted) {
        std::exchange(process->second.next, nullptr)(RenderStateTransition());
      }
      break;
    }
    case RuntimeRequest::Kind::kInitError: {
      const auto verdict = pool_.OnInitError(id, request.body, context_.clock.Now(), actions);
      const bool accepted = verdict == EnvironmentPool::Verdict::kAccepted;
      reply(accepted ? RenderRuntimeAccepted() : RenderStateTransition());
      break;
    }
    case RuntimeRequest::Kind::kResponse:
    case RuntimeRequest::Kind::kError:
      reply(OnResult(id, what, request, actions));
      break;
  }
  Execute(std::move(actions));
}

http::Response Worker::OnResult(EnvironmentId id, const RuntimeRequest& what,
                                const http::Request& request, Actions& actions) {
  const bool too_large = request.body.size() > kMaxResponseBytes;
  Outcome outcome;
  if (too_large) {
    outcome.kind = Outcome::Kind::kTooLarge;
  } else {
    const auto failure = FailureOf(request);
    const bool failed = failure || what.kind == RuntimeRequest::Kind::kError;
    outcome.kind = failed ? Outcome::Kind::kFunctionError : Outcome::Kind::kResponse;
    outcome.payload = failure.value_or(request.body);
  }
  const Instant now = context_.clock.Now();
  switch (pool_.OnResult(id, what.request_id, std::move(outcome), now, actions)) {
    case EnvironmentPool::Verdict::kUnknownRequest:
      return RenderUnknownRequest();
    case EnvironmentPool::Verdict::kWrongState:
      return RenderStateTransition();
    case EnvironmentPool::Verdict::kAccepted:
      break;
  }
  return too_large ? RenderTooLarge(request.body.size()) : RenderRuntimeAccepted();
}

void Worker::OnExit(EnvironmentId id, ProcessExit exit) {
  Actions actions;
  pool_.OnExit(id, exit, context_.clock.Now(), actions);
  Execute(std::move(actions));
  const auto node = processes_.extract(id);
  // Nobody hears it any more, but every Reply is called once.
  if (!node.empty() && node.mapped().next) node.mapped().next(RenderStateTransition());
}

void Worker::Log(EnvironmentId id, std::string_view line) {
  log_.Append(context_.clock.WallNow(), line);
  const auto process = processes_.find(id);
  if (process != processes_.end()) process->second.tail.Append(line);
}

void Worker::ScheduleTick() {
  const std::optional<Instant> next = pool_.NextDeadline();
  if (!next || (tick_at_ && *tick_at_ <= *next)) return;
  tick_at_ = next;
  const Duration delay = std::max(Duration{}, *next - context_.clock.Now());
  context_.scheduler.After(delay, [weak = weak_from_this(), at = *next] {
    const auto self = weak.lock();
    if (!self) return;
    if (self->tick_at_ == at) self->tick_at_.reset();
    Actions actions;
    self->pool_.OnTick(self->context_.clock.Now(), actions);
    self->Execute(std::move(actions));
  });
}

}  // namespace lifeboat::lambda
