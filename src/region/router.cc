#include "region/router.h"

#include <algorithm>
#include <array>

#include "auth/sigv4.h"
#include "base/bytes.h"

namespace lifeboat::region {
namespace {

struct Entry {
  Service service;
  std::string_view signing_name;
  bool global;
};
constexpr std::array kServices = {
    Entry{Service::kDynamoDb, "dynamodb", false},
    Entry{Service::kLambda, "lambda", false},
    Entry{Service::kApiGateway, "apigateway", false},
    Entry{Service::kCloudFormation, "cloudformation", false},
    Entry{Service::kS3, "s3", false},
    Entry{Service::kIam, "iam", true},
    Entry{Service::kAcm, "acm", false},
    Entry{Service::kSts, "sts", false},
    Entry{Service::kRoute53, "route53", true},
};
static_assert(kServices.size() == static_cast<size_t>(Service::kRoute53) + 1);

constexpr std::string_view kAwsSuffix = ".amazonaws.com";

const Entry& EntryOf(Service service) { return kServices[static_cast<size_t>(service)]; }

bool HasDynamoDbTarget(const http::Request& request) {
  return request.headers.Get("X-Amz-Target").starts_with("DynamoDB");
}

/// What the XML protocols call the signature errors (IAM's and S3's common errors pages).
http::AwsError RenamedForXml(http::AwsError error, bool is_s3) {
  if (error.code == "UnrecognizedClientException") {
    error.code = is_s3 ? "InvalidAccessKeyId" : "InvalidClientTokenId";
    error.message = is_s3 ? "The AWS Access Key Id you provided does not exist in our records."
                          : "The security token included in the request is invalid.";
  } else if (error.code == "InvalidSignatureException") {
    const bool time = error.message.find("expired") != std::string::npos ||
                      error.message.find("not yet current") != std::string::npos;
    error.code = is_s3 && time ? "RequestTimeTooSkewed" : "SignatureDoesNotMatch";
  } else if (error.code == "MissingAuthenticationTokenException") {
    error.code = is_s3 ? "AccessDenied" : "MissingAuthenticationToken";
  } else if (error.code == "IncompleteSignatureException") {
    error.code = is_s3 ? "AuthorizationHeaderMalformed" : "IncompleteSignature";
    return error;
  } else {
    return error;
  }
  error.status = 403;
  return error;
}

}  // namespace

std::string_view SigningName(Service service) { return EntryOf(service).signing_name; }
bool IsGlobal(Service service) { return EntryOf(service).global; }

std::optional<Service> FindService(std::string_view signing_name) {
  for (const Entry& entry : kServices) {
    if (entry.signing_name == signing_name) return entry.service;
  }
  return std::nullopt;
}

std::optional<Service> ServiceOfHost(std::string_view host, std::string_view region) {
  if (!host.ends_with(kAwsSuffix)) return std::nullopt;
  host.remove_suffix(kAwsSuffix.size());
  const std::string regional = "." + std::string(region);
  if (host.ends_with(regional)) {
    host.remove_suffix(regional.size());
    // `streams.dynamodb`, `<account>.ddb`, `<bucket>.s3`: the service is the last label.
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return last == "ddb" ? Service::kDynamoDb : FindService(last);
  }
  if (host == "s3" || host.ends_with(".s3")) return Service::kS3;
  const auto service = FindService(host);
  if (service && (IsGlobal(*service) || *service == Service::kSts)) return service;
  return std::nullopt;
}

std::optional<Service> ServiceOf(const http::Request& request, std::string_view region) {
  if (const auto service = ServiceOfHost(http::HostWithoutPort(request.host()), region)) {
    return service;
  }
  if (HasDynamoDbTarget(request)) return Service::kDynamoDb;
  if (const auto scope = auth::FindCredentialScope(request)) return FindService(scope->service);
  return IsForDynamoDb(request) ? std::optional(Service::kDynamoDb) : std::nullopt;
}

bool IsForDynamoDb(const http::Request& request) {
  if (HasDynamoDbTarget(request)) return true;
  return http::SplitTarget(request.target).path == "/" && !auth::FindCredentialScope(request) &&
         !request.headers.Get("Content-Type").starts_with("application/x-www-form-urlencoded");
}

bool IsControlPlane(Service service, const http::Request& request) {
  constexpr std::string_view kItems[] = {"PutItem",
                                         "GetItem",
                                         "UpdateItem",
                                         "DeleteItem",
                                         "Query",
                                         "Scan",
                                         "BatchGetItem",
                                         "BatchWriteItem",
                                         "TransactGetItems",
                                         "TransactWriteItems",
                                         "ExecuteStatement",
                                         "BatchExecuteStatement",
                                         "ExecuteTransaction",
                                         "GetRecords",
                                         "GetShardIterator",
                                         "DescribeStream",
                                         "ListStreams"};
  switch (service) {
    case Service::kDynamoDb: {
      const std::string_view target = request.headers.Get("X-Amz-Target");
      const std::string_view operation = target.substr(target.rfind('.') + 1);
      return std::find(std::begin(kItems), std::end(kItems), operation) == std::end(kItems);
    }
    case Service::kLambda:
      return !http::SplitTarget(request.target).path.ends_with("/invocations");
    case Service::kS3:
    case Service::kSts:
      return false;
    case Service::kApiGateway:
    case Service::kCloudFormation:
    case Service::kIam:
    case Service::kAcm:
    case Service::kRoute53:
      return true;
  }
  return false;
}

http::Response RenderServiceError(Service service, const http::AwsError& error,
                                  const http::Request& request, std::string_view request_id) {
  switch (service) {
    case Service::kDynamoDb:
      return http::RenderJsonError(error, "com.amazon.coral.service#",
                                   "application/x-amz-json-1.0");
    case Service::kAcm:
      return http::RenderJsonError(error, "", "application/x-amz-json-1.1");
    case Service::kLambda:
    case Service::kApiGateway: {
      http::AwsError renamed = error;
      if (renamed.status == 400) renamed.status = 403;
      return http::RenderRestJsonError(renamed);
    }
    case Service::kS3:
      return http::RenderS3Error(RenamedForXml(error, true), http::SplitTarget(request.target).path,
                                 request_id);
    case Service::kRoute53:
      return http::RenderRoute53Error(RenamedForXml(error, false), request_id);
    case Service::kIam:
      return http::RenderQueryError(RenamedForXml(error, false),
                                    "https://iam.amazonaws.com/doc/2010-05-08/", request_id);
    case Service::kSts:
      return http::RenderQueryError(RenamedForXml(error, false),
                                    "https://sts.amazonaws.com/doc/2011-06-15/", request_id);
    case Service::kCloudFormation:
      return http::RenderQueryError(RenamedForXml(error, false),
                                    "http://cloudformation.amazonaws.com/doc/2010-05-15/",
                                    request_id);
  }
  return http::Response{500, {}, ""};
}

}  // namespace lifeboat::region
