#include "lambda/service.h"

#include <utility>

#include "lambda/api/operations.h"
#include "lambda/core.h"
#include "lambda/errors.h"
#include "lambda/limits.h"
#include "lambda/serial_queue.h"

namespace lifeboat::lambda {

struct Service::Impl {
  Impl(WorkerContext context, Dependencies& d)
      : core(std::move(context), d.engine, d.committer, d.code_source) {}

  void Start(const Operation& operation, Call call, Answer answer);

  Core core;
  SerialQueue changes{kMaxQueuedControlCalls};
};

Service::Service(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::Open(Options options, Dependencies d) {
  WorkerContext context{d.clock,
                        d.scheduler,
                        d.prng,
                        d.processes,
                        Home{options.region, options.account},
                        options.era,
                        std::move(options.variables),
                        [give = std::move(options.credentials)](const Function& function) {
                          return give ? give(function.name, function.role) : FunctionCredentials{};
                        },
                        nullptr,
                        1,
                        std::move(d.trouble)};
  auto impl = std::make_unique<Impl>(std::move(context), d);
  if (const Status loaded = impl->core.catalog().Load(); !loaded.ok()) return loaded.error();
  return std::unique_ptr<Service>(new Service(std::move(impl)));
}

void Service::Impl::Start(const Operation& operation, Call call, Answer answer) {
  if (!operation.changes) {
    operation.run(core, call, std::move(answer));
    return;
  }
  const bool queued = changes.Push(
      [this, &operation, call = std::move(call), answer](std::function<void()> finished) {
        operation.run(core, call, [answer, finished](http::AwsResult<http::Response> result) {
          answer(std::move(result));
          finished();
        });
      });
  if (!queued) answer(TooManyRequests("CallerRateLimitExceeded"));
}

void Service::Handle(const http::Request& request, http::Reply reply) {
  const std::string request_id = impl_->core.NewRequestId();
  const Answer answer = [reply = std::move(reply),
                         request_id](http::AwsResult<http::Response> result) {
    http::Response response =
        result.ok() ? std::move(*result) : http::RenderRestJsonError(result.error());
    if (!response.headers.Find("x-amzn-RequestId")) {
      response.headers.Add("x-amzn-RequestId", request_id);
    }
    reply(std::move(response));
  };
  const http::Target target = http::SplitTarget(request.target);
  Call call;
  const Operation* operation = FindOperation(request.method, target.path, call);
  if (!operation) return answer(UnknownOperation());
  call.query = http::Params::Parse(target.query);
  if (operation->json_body) {
    Result<json::Value> body = json::Parse(request.body);
    if (!body.ok()) return answer(UnparsableRequest(body.error().message));
    if (!body->is_object()) return answer(UnparsableRequest("The body must be a JSON object."));
    call.body = std::move(*body);
  } else {
    call.request = request;
  }
  impl_->Start(*operation, std::move(call), answer);
}

void Service::Invoke(InvokeRequest request, InvokeDone done) {
  const auto function = impl_->core.Find(request.function);
  if (!function.ok()) return done(function.error());
  const bool allowed = request.principal.empty() ||
                       (*function)->policy.Allows(request.principal, request.source_arn);
  if (!allowed)
    return done(InvokeDenied(request.principal, impl_->core.home().Arn((*function)->name)));
  if (request.payload.size() > kMaxPayloadBytes) {
    return done(PayloadTooLarge(request.payload.size(), kMaxPayloadBytes));
  }
  impl_->core.Run(**function, std::move(request), std::move(done));
}

const LogBuffer* Service::FindLog(std::string_view function) const {
  return impl_->core.FindLog(function);
}

}  // namespace lifeboat::lambda
