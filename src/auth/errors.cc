#include "auth/errors.h"

namespace lifeboat::auth::errors {

http::AwsError MissingToken() {
  return {400, "MissingAuthenticationTokenException", "Request is missing Authentication Token",
          ""};
}

http::AwsError BothForms() {
  return Invalid(
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
}

http::AwsError Incomplete(std::string message) {
  return {400, "IncompleteSignatureException", std::move(message), ""};
}

http::AwsError Invalid(std::string message) {
  return {400, "InvalidSignatureException", std::move(message), ""};
}

http::AwsError UnknownKey() {
  return {400, "UnrecognizedClientException",
          "The security token included in the request is invalid.", ""};
}

http::AwsError SignatureMismatch(std::string_view canonical_request,
                                 std::string_view string_to_sign) {
  std::string message =
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method. Consult the service documentation for "
      "details.\n\nThe Canonical String for this request should have been\n'";
  message += canonical_request;
  message += "'\n\nThe String-to-Sign should have been\n'";
  message += string_to_sign;
  message += "'\n";
  return Invalid(std::move(message));
}

http::AwsError QueryParameters(std::string message) {
  return {400, "AuthorizationQueryParametersError", std::move(message), ""};
}

http::AwsError RequestExpired() { return {403, "AccessDenied", "Request has expired", ""}; }

}  // namespace lifeboat::auth::errors
