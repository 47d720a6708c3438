#include "cloudformation/service.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/ids.h"
#include "cloudformation/conductor.h"
#include "cloudformation/limits.h"
#include "cloudformation/operations.h"

namespace lifeboat::cloudformation {
namespace {

struct TemplateAddress {
  std::string region;
  std::string target;
};

// `https://s3.<region>.amazonaws.com/<bucket>/<key>` and the virtual-host forms. nullopt when it
// is no address of S3.
std::optional<TemplateAddress> ParseTemplateUrl(std::string_view text, std::string_view region) {
  const auto url = http::ParseUrl(text);
  constexpr std::string_view kDomain = ".amazonaws.com";
  if (!url || !url->host.ends_with(kDomain)) return std::nullopt;
  const std::string_view host =
      std::string_view(url->host).substr(0, url->host.size() - kDomain.size());
  const bool is_path_style = host == "s3" || host.starts_with("s3.") || host.starts_with("s3-");
  size_t service = is_path_style ? 0 : host.rfind(".s3");
  if (service == std::string_view::npos) return std::nullopt;
  if (!is_path_style) ++service;
  TemplateAddress address{std::string(region), url->target};
  if (host.size() > service + 3) address.region = host.substr(service + 3);
  if (!is_path_style) {
    address.target = fmt::format("/{}{}", host.substr(0, service - 1), url->target);
  }
  return address;
}

// A form whose TemplateBody is `body`.
http::Params WithTemplateBody(const std::string& form, const std::string& body) {
  return http::Params::Parse(form + "&TemplateBody=" + PercentEncode(body));
}

}  // namespace

struct Service::Impl {
  Impl(Options service_options, Dependencies dependencies, StackStore loaded)
      : options(std::move(service_options)),
        deps(dependencies),
        store(std::move(loaded)),
        types(AllResourceTypes()),
        planner(types),
        conductor(std::make_shared<Conductor>(
            Conductor::Dependencies{options.region, options.account, deps.committer, deps.clock,
                                    deps.scheduler, deps.prng, deps.aws, store, types})) {}

  void FetchTemplate(const std::string& url,
                     std::function<void(http::AwsResult<std::string>)> done);
  void Run(const http::Params& params, const http::Reply& reply);
  void Answer(const std::string& action, http::XmlWriter xml, const std::string& request_id,
              const http::Reply& reply);
  void Refuse(const http::AwsError& error, const http::Reply& reply);

  Options options;
  Dependencies deps;
  StackStore store;
  ResourceTypes types;
  Planner planner;
  std::shared_ptr<Conductor> conductor;
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

void Service::Impl::Refuse(const http::AwsError& error, const http::Reply& reply) {
  const std::string request_id = NewUuid(deps.prng);
  http::Response response = http::RenderQueryError(error, kXmlNamespace, request_id);
  response.headers.Add("x-amzn-RequestId", request_id);
  reply(std::move(response));
}

void Service::Impl::FetchTemplate(const std::string& url,
                                  std::function<void(http::AwsResult<std::string>)> done) {
  const auto address = ParseTemplateUrl(url, options.region);
  if (!address) {
    return done(ValidationError(
        "TemplateURL must be a supported URL: the address of an object in an S3 bucket"));
  }
  deps.aws.Call("s3", address->region, {.method = "GET", .target = address->target},
                [done, url](Result<http::Response> answer) {
                  if (!answer.ok()) {
                    return done(ValidationError("S3 error: " + answer.error().message));
                  }
                  if (answer->status != 200) {
                    return done(ValidationError(
                        fmt::format("S3 error: status {} for {}", answer->status, url)));
                  }
                  if (answer->body.size() > kMaxTemplateUrlBytes) {
                    return done(ValidationError(fmt::format(
                        "Template may not exceed {} bytes in size.", kMaxTemplateUrlBytes)));
                  }
                  done(std::move(answer->body));
                });
}

void Service::Impl::Run(const http::Params& params, const http::Reply& reply) {
  const std::string action(params.Get("Action"));
  const Operation operation = FindOperation(action);
  if (!operation) return Refuse(InvalidAction(action), reply);
  const std::string request_id = NewUuid(deps.prng);
  http::XmlWriter xml;
  xml.Open(action + "Response", kXmlNamespace).Open(action + "Result");
  Context context{options.region, options.account, deps.clock.WallNow(), deps.prng, store,
                  *conductor,     planner};
  const Outcome outcome = operation(context, params, xml);
  if (!outcome.ok()) return Refuse(outcome.error(), reply);
  xml.Close().Open("ResponseMetadata").Leaf("RequestId", request_id);
  http::Response response;
  response.headers.Add("Content-Type", "text/xml");
  response.headers.Add("x-amzn-RequestId", request_id);
  response.body = xml.Take();
  const auto answer = [reply, response, weak = std::weak_ptr(alive), this](Status status) {
    if (status.ok()) return reply(response);
    if (!weak.expired()) Refuse(InternalFailure(), reply);
  };
  if (context.drive) return conductor->Drive(*context.drive, answer);
  if (!store.has_changes()) return answer({});
  deps.committer.Commit(store.TakeBatch(), answer);
}

Service::Service(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::Open(Options options, Dependencies dependencies) {
  auto store = StackStore::Load(dependencies.engine);
  if (!store.ok()) return store.error();
  return std::unique_ptr<Service>(
      new Service(std::make_unique<Impl>(std::move(options), dependencies, std::move(*store))));
}

void Service::Resume() { impl_->conductor->Resume(); }

void Service::Handle(const http::Request& request, http::Reply reply) {
  const std::string form =
      request.body.empty() ? std::string(http::SplitTarget(request.target).query) : request.body;
  const http::Params params = http::Params::Parse(form);
  const std::string_view body = params.Get("TemplateBody");
  if (body.size() > kMaxTemplateBodyBytes) {
    return impl_->Refuse(
        ValidationError(fmt::format(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            "Member must have length less than or equal to {}",
            kMaxTemplateBodyBytes)),
        reply);
  }
  const std::string url(params.Get("TemplateURL"));
  if (url.empty()) return impl_->Run(params, reply);
  if (!body.empty()) {
    return impl_->Refuse(
        ValidationError("You can specify only one of Template URL and Template Body."), reply);
  }
  impl_->FetchTemplate(url, [this, form, reply, weak = std::weak_ptr(impl_->alive)](
                                http::AwsResult<std::string> fetched) {
    if (weak.expired()) return;
    if (!fetched.ok()) return impl_->Refuse(fetched.error(), reply);
    impl_->Run(WithTemplateBody(form, *fetched), reply);
  });
}

}  // namespace lifeboat::cloudformation
