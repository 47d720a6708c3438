#include "route53/service.h"

#include <algorithm>
#include <deque>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/log.h"
#include "json/value.h"
#include "route53/errors.h"
#include "route53/operation.h"
#include "route53/routes.h"
#include "route53/snapshot_feed.h"
#include "route53/state.h"

namespace lifeboat::route53 {
namespace {

constexpr std::string_view kSnapshotPath = "/_lifeboat/route53/snapshot";
constexpr std::string_view kObservationsPath = "/_lifeboat/route53/observations";

http::Response Plain(int status, std::string text) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "text/plain");
  response.body = std::move(text);
  return response;
}

}  // namespace

struct Service::Impl : std::enable_shared_from_this<Service::Impl> {
  Impl(Options options, Dependencies dependencies, State state)
      : options(std::move(options)),
        dependencies(dependencies),
        state(std::move(state)),
        feed(dependencies.scheduler) {
    feed.Publish(this->state);
  }

  void Handle(const http::Request& request, http::Reply reply);
  void RunWaiting();
  void Run(const http::Request& request, const http::Reply& reply);
  void Commit(StateWriter writer, std::function<void(bool)> done);
  void HandleSnapshotPoll(const http::Params& params, http::Reply reply);
  void HandleObservations(const http::Request& request, const http::Reply& reply);
  void NoteApplied(const std::string& server, uint64_t number);

  const Options options;
  const Dependencies dependencies;
  State state;
  ObservationStore observations;
  SnapshotFeed feed;
  std::deque<std::function<void()>> waiting;  ///< What waits until nothing is being committed.
  bool committing = false;
  bool running = false;
  bool broken = false;  ///< The state could not be read back: nothing can be answered any more.
};

void Service::Impl::Handle(const http::Request& request, http::Reply reply) {
  if (waiting.size() >= kMaxWaitingRequests) {
    const http::AwsError throttled{400, "Throttling", "Rate exceeded"};
    return reply(http::RenderRoute53Error(throttled, NewUuid(dependencies.prng)));
  }
  waiting.push_back([this, request, reply = std::move(reply)] { Run(request, reply); });
  RunWaiting();
}

void Service::Impl::RunWaiting() {
  // A reply may call Handle again: that request joins the queue of the loop that is running.
  if (running) return;
  running = true;
  while (!committing && !waiting.empty()) {
    const std::function<void()> next = std::move(waiting.front());
    waiting.pop_front();
    next();
  }
  running = false;
}

void Service::Impl::Run(const http::Request& request, const http::Reply& reply) {
  const std::string request_id = NewUuid(dependencies.prng);
  const auto answer = [reply, request_id](http::Response response) {
    response.headers.Set("x-amzn-RequestId", request_id);
    reply(std::move(response));
  };
  const http::Target target = http::SplitTarget(request.target);
  std::optional<Route> route = FindRoute(request.method, target.path);
  if (!route) return answer(http::RenderRoute53Error(UnknownOperation(), request_id));
  if (broken) return answer(http::RenderRoute53Error(InternalFailure(), request_id));
  StateWriter writer;
  Operation op{.state = state,
               .writer = writer,
               .observations = observations,
               .prng = dependencies.prng,
               .now = dependencies.clock.WallNow(),
               .name_servers = options.name_servers,
               .path = std::move(route->path),
               .query = http::Params::Parse(target.query),
               .body = request.body};
  OperationResult result = route->function(op);
  if (!result.ok()) return answer(http::RenderRoute53Error(result.error(), request_id));
  if (writer.empty()) return answer(std::move(result).value());
  Commit(std::move(writer), [answer, request_id, response = std::move(result).value()](bool ok) {
    answer(ok ? response : http::RenderRoute53Error(InternalFailure(), request_id));
  });
}

void Service::Impl::Commit(StateWriter writer, std::function<void(bool)> done) {
  committing = true;
  dependencies.committer.Commit(
      writer.Take(), [self = weak_from_this(), done = std::move(done)](Status status) {
        const std::shared_ptr<Impl> impl = self.lock();
        if (impl == nullptr) return;
        impl->committing = false;
        if (!status.ok()) {
          log::Error("route53: a change was not stored: {}", status.error().message);
          Result<State> stored = LoadState(impl->dependencies.engine);
          impl->broken = !stored.ok();
          if (stored.ok()) impl->state = std::move(stored).value();
        }
        if (!impl->broken) impl->feed.Publish(impl->state);
        done(status.ok());
        impl->RunWaiting();
      });
}

void Service::Impl::NoteApplied(const std::string& server, uint64_t number) {
  if (waiting.size() >= kMaxWaitingRequests) return;  // The next poll says it again.
  waiting.push_back([this, server, number] {
    uint64_t& applied = state.applied[server];
    if (number <= applied || number > state.number) return;
    applied = number;
    StateWriter writer;
    writer.PutApplied(server, number);
    Commit(std::move(writer), [](bool) {});
  });
  RunWaiting();
}

void Service::Impl::HandleSnapshotPoll(const http::Params& params, http::Reply reply) {
  const std::string server(params.Get("server"));
  const std::optional<uint64_t> applied = ParseUint(params.Get("applied"));
  const std::optional<uint64_t> wait_ms = ParseUint(params.Get("wait_ms"));
  if (server.empty() || !applied || !wait_ms)
    return reply(Plain(400, "server, applied and wait_ms are needed\n"));
  const bool same_epoch = params.Get("epoch") == state.epoch;
  const bool known = std::find(options.name_servers.begin(), options.name_servers.end(), server) !=
                     options.name_servers.end();
  if (same_epoch && known) NoteApplied(server, *applied);
  const Duration wait = std::min(
      kMaxPollWait, Duration::Millis(static_cast<int64_t>(std::min<uint64_t>(*wait_ms, 1 << 20))));
  feed.Poll(params.Get("epoch"), *applied, wait, std::move(reply));
}

void Service::Impl::HandleObservations(const http::Request& request, const http::Reply& reply) {
  const Result<json::Value> body = json::Parse(request.body);
  if (!body.ok()) return reply(Plain(400, body.error().message + "\n"));
  Result<ObservationReport> report = DecodeObservations(*body);
  if (!report.ok()) return reply(Plain(400, report.error().message + "\n"));
  observations.Update(std::move(report).value());
  http::Response done;
  done.status = 204;
  reply(std::move(done));
}

Service::Service(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::Open(Options options, Dependencies dependencies) {
  Result<State> state = LoadState(dependencies.engine);
  if (!state.ok()) return state.error();
  const bool is_new = state->epoch.empty();
  if (is_new) state->epoch = NewUuid(dependencies.prng);
  auto impl = std::make_shared<Impl>(std::move(options), dependencies, std::move(state).value());
  if (is_new) {
    StateWriter writer;
    writer.PutEpoch(impl->state.epoch);
    impl->Commit(std::move(writer), [](bool) {});
  }
  return std::unique_ptr<Service>(new Service(std::move(impl)));
}

void Service::Handle(const http::Request& request, http::Reply reply) {
  impl_->Handle(request, std::move(reply));
}

void Service::HandlePeer(const http::Request& request, http::Reply reply) {
  const http::Target target = http::SplitTarget(request.target);
  if (target.path == kSnapshotPath && request.method == "GET")
    return impl_->HandleSnapshotPoll(http::Params::Parse(target.query), std::move(reply));
  if (target.path == kObservationsPath && request.method == "POST")
    return impl_->HandleObservations(request, reply);
  reply(Plain(404, "no such peer request\n"));
}

}  // namespace lifeboat::route53
