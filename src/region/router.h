// Where a request goes inside a region: by path for what AWS doesn't have, then by host (API
// Gateway's hosts, AWS's service names), then by the credential scope of its signature.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/aws_error.h"
#include "http/message.h"

namespace lifeboat::region {

/// The services of a region, by the name in their credential scope.
enum class Service {
  kDynamoDb,
  kLambda,
  kApiGateway,
  kCloudFormation,
  kS3,
  kIam,
  kAcm,
  kSts,
  kRoute53
};
/// `dynamodb`, `execute-api` ...: the name that a signature must carry.
std::string_view SigningName(Service service);
std::optional<Service> FindService(std::string_view signing_name);

/// Services whose control plane is global: signed for us-east-1 whatever region the client is set
/// to.
bool IsGlobal(Service service);

/// Of an AWS service host of `region` (or a global or account-based one), without port, lower-case:
/// `dynamodb.us-west-2.amazonaws.com`, `bucket.s3.us-west-2.amazonaws.com`, `iam.amazonaws.com`.
/// nullopt when the host is no AWS service name of this region.
std::optional<Service> ServiceOfHost(std::string_view host, std::string_view region);

/// True when a request whose host says nothing is meant for DynamoDB, signed or not: by its target,
/// or because it asks for `/` and is neither signed nor a form of the Query protocol.
bool IsForDynamoDb(const http::Request& request);

/// Of any request that is not for API Gateway's data plane: by host, else by target or credential
/// scope.
std::optional<Service> ServiceOf(const http::Request& request, std::string_view region);

/// Of a request to `service`: it asks for the control plane, not for items, invocations, objects,
/// identities.
bool IsControlPlane(Service service, const http::Request& request);

/// An error in the form of the service's protocol. Signature errors are renamed as that protocol
/// names them (`SignatureDoesNotMatch`, 403, in XML protocols; 403 in REST-JSON).
http::Response RenderServiceError(Service service, const http::AwsError& error,
                                  const http::Request& request, std::string_view request_id);

}  // namespace lifeboat::region
