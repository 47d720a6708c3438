#include "apigateway/service.h"

#include <utility>

#include "apigateway/api/operations.h"
#include "apigateway/core.h"
#include "apigateway/errors.h"
#include "apigateway/execute.h"
#include "apigateway/limits.h"
#include "base/ids.h"
#include "lambda/serial_queue.h"

namespace lifeboat::apigateway {

struct Service::Impl {
  Impl(Options options, Dependencies dependencies)
      : core(std::move(options), std::move(dependencies)), executor(core) {}

  void Start(const Operation& operation, Call call, Answer answer);

  Core core;
  Executor executor;
  lambda::SerialQueue changes{kMaxQueuedControlCalls};
};

Service::Service(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::Open(Options options, Dependencies dependencies) {
  storage::Engine& engine = dependencies.engine;
  auto impl = std::make_unique<Impl>(std::move(options), std::move(dependencies));
  if (const Status loaded = impl->core.catalog().Load(engine); !loaded.ok()) {
    return loaded.error();
  }
  for (const auto& [name, domain] : impl->core.catalog().domains()) {
    impl->core.ServeCertificateOf(domain);
  }
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
  if (!queued) answer(TooManyRequests());
}

void Service::Handle(const http::Request& request, http::Reply reply) {
  const Answer answer = [reply = std::move(reply), request_id = NewUuid(impl_->core.prng())](
                            http::AwsResult<http::Response> result) {
    http::Response response =
        result.ok() ? std::move(*result) : http::RenderRestJsonError(result.error());
    response.headers.Add("x-amzn-RequestId", request_id);
    reply(std::move(response));
  };
  const http::Target target = http::SplitTarget(request.target);
  Call call;
  const Operation* operation = FindOperation(request.method, target.path, call);
  if (!operation) return answer(UnknownOperation());
  call.query = http::Params::Parse(target.query);
  if (operation->body == Body::kRaw) call.raw_body = request.body;
  if (operation->body == Body::kJson && !request.body.empty()) {
    Result<json::Value> body = json::Parse(request.body);
    if (!body.ok() || !body->is_object()) return answer(BadRequest("Invalid JSON in the request"));
    call.body = std::move(*body);
  }
  impl_->Start(*operation, std::move(call), answer);
}

void Service::HandleExecute(const http::Request& request, http::Reply reply) {
  impl_->executor.Handle(request, std::move(reply));
}

bool Service::IsApiHost(std::string_view host) const { return impl_->executor.IsApiHost(host); }

}  // namespace lifeboat::apigateway
