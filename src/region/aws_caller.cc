#include "region/aws_caller.h"

#include <fmt/format.h>

namespace lifeboat::region {

AwsCaller::AwsCaller(Options options, Host& host, auth::PeerLink& peers,
                     const Credentials& credentials, Dispatch dispatch)
    : options_(std::move(options)),
      host_(host),
      peers_(peers),
      credentials_(credentials),
      dispatch_(std::move(dispatch)) {}

void AwsCaller::Call(std::string_view service_name, std::string_view region, http::Request request,
                     std::function<void(Result<http::Response>)> done) {
  const auto service = FindService(service_name);
  const std::string to =
      service && IsGlobal(*service) ? options_.global_region : std::string(region);
  if (!service || to.empty()) {
    Error error{ErrorCode::kUnavailable, fmt::format("there is no {} in this world", service_name)};
    host_.scheduler().After({}, [done = std::move(done), error] { done(error); });
    return;
  }
  const bool global = IsGlobal(*service);
  request.headers.Set("Host", global ? fmt::format("{}.amazonaws.com", service_name)
                                     : fmt::format("{}.{}.amazonaws.com", service_name, to));
  if (to == options_.region) {
    request.headers.Set(kCallerArnHeader, credentials_.own().arn);
    host_.scheduler().After({}, [this, service = *service, request = std::move(request),
                                 done = std::move(done)]() mutable {
      dispatch_(service, std::move(request),
                [done = std::move(done)](http::Response response) { done(std::move(response)); });
    });
    return;
  }
  auth::Sign(request, credentials_.own(), global ? "us-east-1" : std::string_view(to), service_name,
             host_.clock().WallNow());
  peers_.Call(to, std::move(request), kRemoteCallTimeout, std::move(done));
}

}  // namespace lifeboat::region
