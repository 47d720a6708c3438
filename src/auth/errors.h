// The refusals of SigV4, with AWS's codes and texts as the JSON services send them
// (docs/compatibility.md says where they were recorded). Other protocols rename the codes when they
// render them.
#pragma once

#include <string_view>

#include "http/aws_error.h"

namespace lifeboat::auth::errors {

http::AwsError MissingToken();
http::AwsError BothForms();
http::AwsError Incomplete(std::string message);
http::AwsError Invalid(std::string message);
http::AwsError UnknownKey();
/// S3's of presigned requests.
http::AwsError QueryParameters(std::string message);
http::AwsError RequestExpired();
http::AwsError SignatureMismatch(std::string_view canonical_request,
                                 std::string_view string_to_sign);

}  // namespace lifeboat::auth::errors
