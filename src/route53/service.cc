#include "route53/service.h"

#include <algorithm>
#include <deque>
#include <set>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/log.h"
#include "json/value.h"
#include "route53/errors.h"
#include "route53/history.h"
#include "route53/recovery.h"
#include "route53/snapshot_feed.h"

namespace lifeboat::route53 {
namespace {

constexpr std::string_view kSnapshotPath = "/_lifeboat/route53/snapshot";
constexpr std::string_view kCopyPath = "/_lifeboat/route53/copy";
constexpr std::string_view kObservationsPath = "/_lifeboat/route53/observations";

http::Response Plain(int status, std::string text) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "text/plain");
  response.body = std::move(text);
  return response;
}

http::Response NoContent() {
  http::Response response;
  response.status = 204;
  return response;
}

/// What we know of the name servers' copies.
enum class Standing { kAsking, kUnconfirmed, kConfirmed };
std::string_view Name(Standing standing) {
  switch (standing) {
    case Standing::kAsking:
      return "asking";
    case Standing::kUnconfirmed:
      return "unconfirmed";
    case Standing::kConfirmed:
      return "confirmed";
  }
  return "";
}

Held ReadHeld(const http::Params& params, uint64_t number) {
  return {std::string(params.Get("epoch")), std::string(params.Get("generation")), number,
          std::string(params.Get("digest"))};
}

}  // namespace

struct Service::Impl : std::enable_shared_from_this<Service::Impl> {
  Impl(Options options, Dependencies dependencies, State state)
      : options(std::move(options)),
        dependencies(dependencies),
        generation(NewUuid(dependencies.prng)),
        state(std::move(state)),
        feed(this->state, dependencies.scheduler) {}

  /// Founds an empty disk, and waits for the name servers.
  void Start();

  void Handle(const http::Request& request, http::Reply reply);
  void RunWaiting();
  void Run(const http::Request& request, const http::Reply& reply);
  void Commit(StateWriter writer, std::function<void(bool)> done);
  void Enqueue(std::function<void()> task);
  Surroundings Around() const { return {observations, options.name_servers}; }
  bool IsKnown(const std::string& server) const;
  void Hear(const std::string& server);
  void HandleSnapshotPoll(const http::Params& params, http::Reply reply);
  void HandleCopy(const http::Request& request, const http::Params& params, http::Reply reply);
  void TakeBack(const std::string& server, const Snapshot& copy, const http::Reply& reply);
  void HandleObservations(const http::Request& request, const http::Reply& reply);
  void NoteApplied(const std::string& server, uint64_t number);

  const Options options;
  const Dependencies dependencies;
  std::string generation;  ///< Of this run, or of the last recovery.
  State state;
  Standing standing = Standing::kAsking;
  std::set<std::string> heard;  ///< Name servers whose copy is a part of our history.
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
  Enqueue([this, request, reply = std::move(reply)] { Run(request, reply); });
}

void Service::Impl::Enqueue(std::function<void()> task) {
  waiting.push_back(std::move(task));
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
  if (broken) return answer(http::RenderRoute53Error(InternalFailure(), request_id));
  if (request.method != "GET" && standing == Standing::kAsking)
    return answer(http::RenderRoute53Error(ServiceUnavailable(), request_id));
  StateWriter writer;
  OperationResult result = Make({.seed = dependencies.prng.Next(),
                                 .at = dependencies.clock.WallNow(),
                                 .method = request.method,
                                 .target = request.target,
                                 .body = request.body},
                                generation, Around(), state, writer);
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
        if (!impl->broken) impl->feed.Publish();
        done(status.ok());
        impl->RunWaiting();
      });
}

void Service::Impl::NoteApplied(const std::string& server, uint64_t number) {
  uint64_t& applied = state.applied[server];
  if (number <= applied) return;
  applied = number;
  StateWriter writer;
  writer.PutApplied(server, number);
  Commit(std::move(writer), [](bool) {});
}

bool Service::Impl::IsKnown(const std::string& server) const {
  return std::find(options.name_servers.begin(), options.name_servers.end(), server) !=
         options.name_servers.end();
}

void Service::Impl::Hear(const std::string& server) {
  if (IsKnown(server)) heard.insert(server);
  if (heard.size() == options.name_servers.size()) standing = Standing::kConfirmed;
}

void Service::Impl::HandleSnapshotPoll(const http::Params& params, http::Reply reply) {
  const std::string server(params.Get("server"));
  const std::optional<uint64_t> applied = ParseUint(params.Get("applied"));
  const std::optional<uint64_t> wait_ms = ParseUint(params.Get("wait_ms"));
  if (server.empty() || !applied || !wait_ms)
    return reply(Plain(400, "server, applied and wait_ms are needed\n"));
  const Duration wait = std::min(
      kMaxPollWait, Duration::Millis(static_cast<int64_t>(std::min<uint64_t>(*wait_ms, 1 << 20))));
  if (waiting.size() >= kMaxWaitingRequests) return reply(Plain(503, "too many requests wait\n"));
  // While nothing is being committed, the state is what is on the disk.
  Enqueue([this, server, held = ReadHeld(params, *applied), wait, reply = std::move(reply)] {
    if (broken) return reply(Plain(503, "the state cannot be read\n"));
    const bool ours = held.empty() || IsOurs(state, held);
    if (ours) Hear(server);
    feed.Poll(held, wait, reply);
    if (ours && held.epoch == state.epoch && IsKnown(server)) NoteApplied(server, held.number);
  });
}

void Service::Impl::HandleCopy(const http::Request& request, const http::Params& params,
                               http::Reply reply) {
  const std::string server(params.Get("server"));
  if (!IsKnown(server)) return reply(Plain(400, "no name server of that name\n"));
  Result<Snapshot> copy = DecodeSnapshot(request.body);
  if (!copy.ok()) return reply(Plain(400, copy.error().message + "\n"));
  if (waiting.size() >= kMaxWaitingRequests) return reply(Plain(503, "too many requests wait\n"));
  Enqueue([this, server, copy = std::move(copy).value(), reply = std::move(reply)] {
    if (broken) return reply(Plain(503, "the state cannot be read\n"));
    if (IsOurs(state, copy.held())) return reply(NoContent());
    TakeBack(server, copy, reply);
  });
}

/// Not heard yet: the name server says in its next poll that it holds what we know now.
void Service::Impl::TakeBack(const std::string& server, const Snapshot& copy,
                             const http::Reply& reply) {
  generation = NewUuid(dependencies.prng);
  state = Recover(state, copy,
                  {NewUuid(dependencies.prng), generation, server, dependencies.clock.WallNow()},
                  Around());
  log::Warn("route53: {}", state.findings.back().text);
  StateWriter writer;
  writer.ReplaceAll(state);
  Commit(std::move(writer), [reply](bool ok) {
    reply(ok ? NoContent() : Plain(503, "the copy could not be stored\n"));
  });
}

void Service::Impl::HandleObservations(const http::Request& request, const http::Reply& reply) {
  const Result<json::Value> body = json::Parse(request.body);
  if (!body.ok()) return reply(Plain(400, body.error().message + "\n"));
  Result<ObservationReport> report = DecodeObservations(*body);
  if (!report.ok()) return reply(Plain(400, report.error().message + "\n"));
  observations.Update(std::move(report).value());
  reply(NoContent());
}

void Service::Impl::Start() {
  StateWriter writer;
  if (state.epoch.empty()) {
    state.epoch = NewUuid(dependencies.prng);
    writer.PutEpoch(state.epoch);
    Continue(state.lineage, generation, 0);
    writer.PutLineage(state.lineage);
  } else if (state.lineage.stretches.empty()) {  // Version 0.1 kept no lineage.
    Continue(state.lineage, state.epoch, 0);
    writer.PutLineage(state.lineage);
  }
  if (state.digest.empty()) {
    state.digest = ContentDigest(state.previous, state.number, state.content);
    writer.PutDigests(state);
  } else if (state.digest != ContentDigest(state.previous, state.number, state.content)) {
    // This version writes the same content in another way.
    TakeNumber(generation, state, writer);
  }
  if (!writer.empty()) Commit(std::move(writer), [](bool) {});
  if (options.name_servers.empty()) standing = Standing::kConfirmed;
  dependencies.scheduler.After(kAskingTime, [self = weak_from_this()] {
    const std::shared_ptr<Impl> impl = self.lock();
    if (impl == nullptr || impl->standing != Standing::kAsking) return;
    log::Warn("route53: not all name servers have said what they hold; changes are taken now");
    impl->standing = Standing::kUnconfirmed;
  });
}

Service::Service(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::Open(Options options, Dependencies dependencies) {
  Result<State> state = LoadState(dependencies.engine);
  if (!state.ok()) return state.error();
  auto impl = std::make_shared<Impl>(std::move(options), dependencies, std::move(state).value());
  impl->Start();
  return std::unique_ptr<Service>(new Service(std::move(impl)));
}

void Service::Handle(const http::Request& request, http::Reply reply) {
  impl_->Handle(request, std::move(reply));
}

void Service::HandlePeer(const http::Request& request, http::Reply reply) {
  const http::Target target = http::SplitTarget(request.target);
  if (target.path == kSnapshotPath && request.method == "GET")
    return impl_->HandleSnapshotPoll(http::Params::Parse(target.query), std::move(reply));
  if (target.path == kCopyPath && request.method == "POST")
    return impl_->HandleCopy(request, http::Params::Parse(target.query), std::move(reply));
  if (target.path == kObservationsPath && request.method == "POST")
    return impl_->HandleObservations(request, reply);
  reply(Plain(404, "no such peer request\n"));
}

json::Value Service::DescribeStatus() const {
  json::Array findings;
  for (const Finding& finding : impl_->state.findings) {
    findings.push_back(
        json::Object{{"at", FormatIso8601Millis(finding.at)}, {"text", finding.text}});
  }
  return json::Object{{"state", Name(impl_->standing)},
                      {"epoch", impl_->state.epoch},
                      {"number", impl_->state.number},
                      {"findings", std::move(findings)}};
}

}  // namespace lifeboat::route53
