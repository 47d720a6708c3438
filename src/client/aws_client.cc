#include "client/aws_client.h"

namespace lifeboat::client {
namespace {

CohortPolicy PinnedPolicy() {
  CohortPolicy policy;
  policy.connections = ConnectionPolicy::kKeepAlive;
  return policy;
}

/// `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException` without its prefix.
std::string ErrorType(const json::Value& body) {
  const std::string& type = body.GetString("__type");
  const size_t hash = type.find('#');
  return hash == std::string::npos ? type : type.substr(hash + 1);
}

CallError FromStatus(const http::Response& response) {
  CallError error{"", response.status, ""};
  if (const Result<json::Value> body = json::Parse(response.body); body.ok()) {
    error.type = ErrorType(*body);
    error.message = body->GetString("message");
    if (error.message.empty()) error.message = body->GetString("Message");
  }
  if (error.message.empty()) error.message = fmt::format("HTTP status {}", response.status);
  return error;
}

/// Ports that nothing maps.
const Places& AsTheyAre() {
  static const Places places;
  return places;
}

}  // namespace

AwsClient::AwsClient(Dialer& dialer, const Clock& clock, const Places& places,
                     auth::Credentials credentials, std::string region)
    : clock_(clock),
      credentials_(std::move(credentials)),
      region_(std::move(region)),
      url_{"https", fmt::format("dynamodb.{}.amazonaws.com", region_), 443, "/"},
      resolver_(dialer, clock, {}, PinnedPolicy()),
      session_(dialer, clock, resolver_, places, ConnectionPolicy::kKeepAlive) {
  const RegionPlace* place = places.Find(region_);
  Check(place != nullptr, "the client's region is one of the world's");
  resolver_.Pin(place->address);
}

AwsClient::AwsClient(Dialer& dialer, const Clock& clock, const AwsEndpoint& endpoint,
                     auth::Credentials credentials, std::string region)
    : clock_(clock),
      credentials_(std::move(credentials)),
      region_(std::move(region)),
      url_(endpoint.url),
      resolver_(dialer, clock, {}, PinnedPolicy()),
      session_(dialer, clock, resolver_, AsTheyAre(), ConnectionPolicy::kKeepAlive) {
  resolver_.Pin(endpoint.address);
}

void AwsClient::DynamoDb(std::string_view operation, const json::Value& input, Duration timeout,
                         std::function<void(Result<json::Value, CallError>)> done) {
  http::Request request;
  request.method = "POST";
  const int usual = url_.scheme == "https" ? 443 : 80;
  request.headers.Set("Host",
                      url_.port == usual ? url_.host : fmt::format("{}:{}", url_.host, url_.port));
  request.headers.Set("Content-Type", "application/x-amz-json-1.0");
  request.headers.Set("X-Amz-Target", fmt::format("DynamoDB_20120810.{}", operation));
  request.body = json::Write(input);
  auth::Sign(request, credentials_, region_, "dynamodb", clock_.WallNow());
  session_.Send(url_, std::move(request), timeout, [done = std::move(done)](Exchange exchange) {
    if (!exchange.response) return done(CallError{"", 0, exchange.error.message});
    if (exchange.response->status != 200) return done(FromStatus(*exchange.response));
    Result<json::Value> body = json::Parse(exchange.response->body);
    if (!body.ok()) return done(CallError{"", 200, "not JSON: " + body.error().message});
    done(std::move(body).value());
  });
}

}  // namespace lifeboat::client
