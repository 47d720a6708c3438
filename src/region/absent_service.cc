#include "region/absent_service.h"

#include <fmt/format.h>

#include "auth/sigv4.h"
#include "http/aws_error.h"

namespace lifeboat::region {
namespace {

constexpr std::string_view kJson = "application/x-amz-json-1.";
constexpr std::string_view kForm = "application/x-www-form-urlencoded";

}  // namespace

std::optional<std::string> ServiceAskedFor(const http::Request& request, std::string_view region) {
  if (const auto scope = auth::FindCredentialScope(request)) return scope->service;
  const std::string host = http::HostWithoutPort(request.host());
  const std::string suffix = fmt::format(".{}.amazonaws.com", region);
  if (!host.ends_with(suffix) || host.size() == suffix.size()) return std::nullopt;
  return host.substr(0, host.size() - suffix.size());
}

http::Response RefuseAbsentService(const http::Request& request, std::string_view service,
                                   std::string_view request_id) {
  http::AwsError error{
      400, "UnknownOperationException",
      http::NotSupported(fmt::format("The service {}, which is not part of this world,", service)),
      ""};
  const std::string_view type = request.headers.Get("Content-Type");
  if (type.starts_with(kJson)) return http::RenderJsonError(error, "", type);
  if (type.starts_with(kForm)) {
    error.code = "InvalidAction";
    return http::RenderQueryError(error, fmt::format("http://{}.amazonaws.com/doc/", service),
                                  request_id);
  }
  error.status = 404;
  return http::RenderRestJsonError(error);
}

}  // namespace lifeboat::region
