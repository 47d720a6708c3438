#include "apigateway/execute.h"

#include <memory>
#include <optional>
#include <utility>

#include "apigateway/limits.h"
#include "apigateway/mock.h"
#include "apigateway/proxy_answer.h"
#include "apigateway/router.h"
#include "base/bytes.h"
#include "base/ids.h"

namespace lifeboat::apigateway {
namespace {

constexpr std::string_view kPrincipal = "apigateway.amazonaws.com";

/// Splits `/a/b` into `a` and `/b`; slashes at the start are skipped.
std::pair<std::string_view, std::string_view> FirstSegment(std::string_view path) {
  while (path.starts_with("/")) path.remove_prefix(1);
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {path, {}};
  return {path.substr(0, slash), path.substr(slash)};
}

/// A doubled slash at the start counts as one; nothing counts as the root.
std::string_view Normalise(std::string_view path) {
  while (path.starts_with("//")) path.remove_prefix(1);
  return path.empty() ? "/" : path;
}

size_t HeaderBytes(const http::Request& request) {
  size_t bytes = 0;
  for (const auto& [name, value] : request.headers) bytes += name.size() + value.size() + 4;
  return bytes;
}

http::Response ReadResult(const http::AwsResult<lambda::InvokeResult>& result,
                          const std::vector<std::string>& binary_media_types,
                          std::string_view accept) {
  if (!result.ok()) {
    return Render(result.error().status == 413 ? GatewayResponse::kRequestTooLarge
                                               : GatewayResponse::kIntegrationUnauthorized);
  }
  if (!result->function_error.empty()) return Render(GatewayResponse::kBadIntegrationAnswer);
  auto answer = ReadProxyAnswer(result->payload, binary_media_types, accept);
  return answer ? std::move(*answer) : Render(GatewayResponse::kBadIntegrationAnswer);
}

/// `Root=1-<8 hex>-<24 hex>`, or what the client sent.
std::string TraceId(const http::Request& request, WallTime now, Prng& prng) {
  const std::string_view given = request.headers.Get("X-Amzn-Trace-Id");
  if (given.starts_with("Root=")) return std::string(given);
  return fmt::format("Root=1-{:08x}-{}", now.unix_seconds(), NewId(prng, 24, kHexDigits));
}

/// Adds what every answer of API Gateway carries.
http::Reply WithIds(const ProxyContext& context, http::Reply reply) {
  return [reply = std::move(reply), request_id = context.request_id,
          extended = context.extended_request_id,
          trace_id = context.trace_id](http::Response response) {
    response.headers.Set("x-amzn-RequestId", request_id);
    response.headers.Set("x-amz-apigw-id", extended);
    response.headers.Set("X-Amzn-Trace-Id", trace_id);
    reply(std::move(response));
  };
}

/// The integration has its way, and the client gets the error.
http::Reply InsteadOf(http::Reply reply, int status) {
  return
      [reply = std::move(reply), status](const http::Response&) { reply(RenderInjected(status)); };
}

}  // namespace

bool Executor::IsApiHost(std::string_view host) const {
  const std::string name = http::HostWithoutPort(host);
  return name.ends_with(core_.host_suffix()) || core_.catalog().FindDomain(name);
}

bool Executor::Complete(Target& target, std::string_view api_id, std::string_view stage) const {
  target.api = core_.catalog().FindApi(api_id);
  if (!target.api) return false;
  const auto found = target.api->stages.find(std::string(stage));
  if (found == target.api->stages.end()) return false;
  target.stage = &found->second;
  const auto deployment = target.api->deployments.find(target.stage->deployment_id);
  if (deployment == target.api->deployments.end()) return false;
  target.definition = &deployment->second.definition;
  return true;
}

std::optional<Executor::Target> Executor::FindOnDefaultHost(std::string host,
                                                            std::string_view path) const {
  Target target;
  const auto [stage, rest] = FirstSegment(path);
  if (!Complete(target, std::string_view(host).substr(0, host.find('.')), stage)) return {};
  if (target.definition->disable_execute_api_endpoint) return {};
  target.resource_path = target.event_path = Normalise(rest);
  target.domain_name = std::move(host);
  return target;
}

std::optional<Executor::Target> Executor::FindOnDomain(const DomainName& domain,
                                                       std::string_view path) const {
  Target target;
  target.domain_name = domain.name;
  target.event_path = Normalise(path);
  std::string_view rest = target.event_path;
  const auto [base, below] = FirstSegment(path);
  auto mapping = domain.mappings.find(std::string(base));
  if (mapping != domain.mappings.end() && !base.empty()) {
    rest = below;
  } else {
    mapping = domain.mappings.find("");
  }
  if (mapping == domain.mappings.end()) return {};
  std::string_view stage = mapping->second.stage;
  if (stage.empty()) {
    std::tie(stage, rest) = FirstSegment(rest);
    target.event_path = Normalise(rest);
  }
  if (!Complete(target, mapping->second.api_id, stage)) return {};
  target.resource_path = Normalise(rest);
  return target;
}

std::optional<Executor::Target> Executor::FindTarget(const http::Request& request) const {
  std::string host = http::HostWithoutPort(request.host());
  const std::string_view path = http::SplitTarget(request.target).path;
  if (host.ends_with(core_.host_suffix())) return FindOnDefaultHost(std::move(host), path);
  const DomainName* domain = core_.catalog().FindDomain(host);
  return domain ? FindOnDomain(*domain, path) : std::nullopt;
}

bool Executor::Allow(const Target& target) {
  if (throttles_.size() >= kMaxRestApis * kMaxStagesPerApi) throttles_.clear();
  return throttles_[target.api->id + "/" + target.stage->name].Allow(
      target.stage->throttling.value_or(Throttling{}), core_.dependencies().clock.Now());
}

fault::Trouble Executor::Draw(const Method& method) {
  if (!core_.dependencies().trouble) return {};
  const std::string& arn = method.integration.function_arn;
  return core_.dependencies().trouble(std::string_view(arn).substr(arn.rfind(':') + 1));
}

void Executor::HandleLater(const http::Request& request, fault::Trouble trouble,
                           http::Reply raw_reply) {
  const Duration delay = std::exchange(trouble.delay, Duration{});
  core_.dependencies().scheduler.After(delay,
                                       [this, alive = std::weak_ptr<bool>(alive_), request, trouble,
                                        raw_reply = std::move(raw_reply)]() mutable {
                                         if (!alive.expired())
                                           HandleDecided(request, trouble, std::move(raw_reply));
                                       });
}

void Executor::Handle(const http::Request& request, http::Reply raw_reply) {
  HandleDecided(request, std::nullopt, std::move(raw_reply));
}

void Executor::HandleDecided(const http::Request& request, std::optional<fault::Trouble> decided,
                             http::Reply raw_reply) {
  ProxyContext context;
  context.now = core_.now();
  context.request_id = NewUuid(core_.prng());
  context.extended_request_id = NewId(core_.prng(), 15, kUpperAlnum) + "=";
  context.trace_id = TraceId(request, context.now, core_.prng());
  http::Reply reply = WithIds(context, raw_reply);
  if (request.body.size() > kMaxBodyBytes) return reply(Render(GatewayResponse::kRequestTooLarge));
  if (HeaderBytes(request) > kMaxHeaderBytes) {
    return reply(Render(GatewayResponse::kHeadersTooLarge));
  }
  const std::optional<Target> target = FindTarget(request);
  if (!target) return reply(Render(GatewayResponse::kForbidden));
  context.route = FindRoute(target->definition->resources, request.method, target->resource_path);
  if (!context.route.method) return reply(Render(GatewayResponse::kMissingAuthenticationToken));
  const fault::Trouble trouble = decided ? *decided : Draw(*context.route.method);
  if (trouble.delay.ns > 0) return HandleLater(request, trouble, std::move(raw_reply));
  if (trouble.throttled || !Allow(*target)) return reply(Render(GatewayResponse::kThrottled));
  if (trouble.status != 0 && !trouble.after) return reply(RenderInjected(trouble.status));
  if (trouble.status != 0) reply = InsteadOf(std::move(reply), trouble.status);
  if (context.route.method->integration.type == Integration::Type::kMock) {
    auto answer = AnswerMock(context.route.method->integration);
    return reply(answer ? std::move(*answer) : Render(GatewayResponse::kIntegrationUnauthorized));
  }
  context.account = core_.options().account;
  context.api = target->api;
  context.stage = target->stage;
  context.definition = target->definition;
  context.event_path = target->event_path;
  context.context_path = http::SplitTarget(request.target).path;
  context.domain_name = target->domain_name;
  Invoke(request, context, reply);
}

void Executor::Invoke(const http::Request& request, const ProxyContext& context,
                      http::Reply reply) {
  const Integration& integration = context.route.method->integration;
  lambda::InvokeRequest invoke;
  invoke.function = integration.function_arn;
  invoke.payload = MakeProxyEvent(request, context);
  invoke.trace_id = context.trace_id;
  invoke.principal = kPrincipal;
  invoke.source_arn = fmt::format("arn:aws:execute-api:{}:{}:{}/{}/{}{}", core_.options().region,
                                  context.account, context.api->id, context.stage->name,
                                  request.method, context.route.resource->path);
  // Whoever is first, the function or the clock, takes the reply.
  const auto waiting = std::make_shared<http::Reply>(std::move(reply));
  const auto answer_once = [waiting](const std::function<http::Response()>& make) {
    if (const http::Reply taken = std::exchange(*waiting, nullptr)) taken(make());
  };
  core_.dependencies().scheduler.After(Duration::Millis(integration.timeout_ms), [answer_once] {
    answer_once([] { return Render(GatewayResponse::kIntegrationTimeout); });
  });
  core_.dependencies().functions.Invoke(
      std::move(invoke), [answer_once, types = context.definition->binary_media_types,
                          accept = std::string(request.headers.Get("Accept"))](
                             const http::AwsResult<lambda::InvokeResult>& result) {
        answer_once([&] { return ReadResult(result, types, accept); });
      });
}

}  // namespace lifeboat::apigateway
