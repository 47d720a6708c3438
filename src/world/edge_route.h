// Where the edge sends a client: as a proxy by the name that it asks to be connected to, as
// AWS_ENDPOINT_URL by the credential scope of each request. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "world/config.h"

namespace lifeboat::world {

/// The region that serves an AWS host name: `dynamodb.us-west-2.amazonaws.com`,
/// `bucket.s3.us-west-2.amazonaws.com`, `d-1.execute-api.us-west-2.amazonaws.com`; names without a
/// region (`route53.amazonaws.com`, `bucket.s3.amazonaws.com`) are us-east-1's. nullptr when the
/// name is not AWS's or the world has no such region.
const RegionConfig* RegionOfAwsHost(const Config& config, std::string_view host);

/// The region for a request that came to the edge itself: by credential scope; global services
/// (signed for us-east-1) go to us-east-1. What is unsigned and meant for DynamoDB (a health check,
/// a CORS preflight, a client that forgot to sign) goes to the world's first region, which answers
/// as DynamoDB does. nullptr when it is otherwise unsigned, or for a region that the world does not
/// have.
const RegionConfig* RegionOfRequest(const Config& config, const http::Request& request);

}  // namespace lifeboat::world
