#include "apigateway/errors.h"

namespace lifeboat::apigateway {

using http::AwsError;

AwsError ApiNotFound(std::string_view account, std::string_view id) {
  return {404,
          "NotFoundException",
          fmt::format("Invalid API identifier specified {}:{}", account, id),
          {}};
}

AwsError InvalidIdentifier(std::string_view what) {
  return {404, "NotFoundException", fmt::format("Invalid {} identifier specified", what), {}};
}

AwsError BadRequest(std::string message) {
  return {400, "BadRequestException", std::move(message), {}};
}

AwsError NotSupported(std::string_view what) { return BadRequest(http::NotSupported(what)); }

AwsError Conflict(std::string message) {
  return {409, "ConflictException", std::move(message), {}};
}

AwsError LimitExceeded(std::string_view what, size_t limit) {
  return {429,
          "LimitExceededException",
          fmt::format("Maximum number of {} for this account has been reached. Please contact "
                      "support if you need more than {}.",
                      what, limit),
          {}};
}

AwsError InvalidPatchPath(std::string_view path, std::string_view op,
                          const std::vector<std::string_view>& allowed) {
  return BadRequest(
      fmt::format("Invalid patch path  '{}' specified for op '{}'. Must be one of: "
                  "[{}]",
                  path, op, fmt::join(allowed, ", ")));
}

AwsError TooManyRequests() { return {429, "TooManyRequestsException", "Too Many Requests", {}}; }

AwsError StorageFailed() {
  return {500, "ServiceUnavailableException", "The change could not be written to storage.", {}};
}

AwsError UnknownOperation() { return {404, "UnknownOperationException", "", {}}; }

}  // namespace lifeboat::apigateway
