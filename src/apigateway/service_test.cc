// Deploys APIs through the control plane and calls them as a client does.
#include "apigateway/service.h"

#include <gtest/gtest.h>

#include "apigateway/limits.h"
#include "json/value.h"
#include "storage/memory_engine.h"

namespace lifeboat::apigateway {
namespace {

class FakeScheduler final : public Scheduler {
 public:
  void After(Duration delay, std::function<void()> task) override {
    tasks.emplace_back(delay, std::move(task));
  }
  std::vector<std::pair<Duration, std::function<void()>>> tasks;
};

/// Holds invocations until the test answers them.
class FakeInvoker final : public lambda::Invoker {
 public:
  void Invoke(lambda::InvokeRequest request, lambda::InvokeDone done) override {
    requests.push_back(std::move(request));
    waiting.push_back(std::move(done));
  }
  void Answer(std::string payload, std::string function_error = {}) {
    waiting.back()(lambda::InvokeResult{"id", std::move(payload), std::move(function_error), {}});
  }
  std::vector<lambda::InvokeRequest> requests;
  std::vector<lambda::InvokeDone> waiting;
};

class FakeCertificates final : public CertificateSource {
 public:
  std::optional<Certificate> Find(std::string_view arn) const override {
    if (!arn.ends_with("/good")) return std::nullopt;
    return Certificate{"chain", "key", {"*.example.com", "example.com"}};
  }
};

constexpr const char* kHost = ".execute-api.us-east-1.amazonaws.com";
constexpr const char* kGoodArn = "arn:aws:acm:us-east-1:000000000000:certificate/good";

std::string SamBody() {
  const std::string integration =
      R"({"x-amazon-apigateway-integration":{"type":"aws_proxy","httpMethod":"POST","uri":)"
      R"("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:)"
      R"(000000000000:function:f/invocations"}})";
  return R"({"swagger":"2.0","info":{"title":"stack","version":"1.0"},"paths":{"/products/{id}":)"
         R"({"get":)" +
         integration + R"(,"put":)" + integration + R"(},"/health":{"get":)" + integration + "}}}";
}

class ApiGatewayTest : public testing::Test {
 protected:
  ApiGatewayTest() { Reopen(); }

  void Reopen() {
    service_.reset();
    served_.clear();
    auto opened =
        Service::Open({"us-east-1", "000000000000"},
                      {engine_, committer_, clock_, scheduler_, prng_, functions_, certificates_,
                       [this](std::string_view name, std::string_view chain, std::string_view) {
                         served_[std::string(name)] = chain;
                       },
                       [this](std::string_view function) {
                         return function == "f" ? trouble_ : fault::Trouble{};
                       }});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    service_ = std::move(*opened);
  }
  http::Response Call(std::string method, std::string path, std::string body = {}) {
    http::Response response;
    response.status = 0;
    service_->Handle({std::move(method), std::move(path), {}, std::move(body)},
                     [&](http::Response r) { response = std::move(r); });
    committer_.Flush();
    return response;
  }
  json::Value Json(const http::Response& response) {
    const auto value = json::Parse(response.body);
    EXPECT_TRUE(value.ok()) << response.body;
    return value.ok() ? *value : json::Value();
  }
  std::string ErrorOf(const http::Response& response) {
    return fmt::format("{} {}: {}", response.status, response.headers.Get("x-amzn-ErrorType"),
                       Json(response).GetString("message"));
  }
  std::shared_ptr<http::Response> Get(std::string host, std::string target,
                                      std::string method = "GET") {
    auto response = std::make_shared<http::Response>();
    response->status = 0;
    http::Request request{std::move(method), std::move(target), {{"Host", std::move(host)}}, {}};
    service_->HandleExecute(request, [response](http::Response r) { *response = std::move(r); });
    return response;
  }
  /// As CloudFormation does for a SAM template; returns the API's id.
  std::string Deploy() {
    const std::string id = Json(Call("POST", "/restapis",
                                     R"({"name":"stack","endpointConfiguration":{"types":)"
                                     R"(["REGIONAL"]}})"))
                               .GetString("id");
    EXPECT_EQ(Call("PUT", "/restapis/" + id + "?mode=overwrite", SamBody()).status, 200);
    deployment_ = Json(Call("POST", "/restapis/" + id + "/deployments", "{}")).GetString("id");
    EXPECT_EQ(Call("POST", "/restapis/" + id + "/stages",
                   R"({"stageName":"Prod","deploymentId":")" + deployment_ + R"("})")
                  .status,
              201);
    return id;
  }
  http::Response CreateDomain(std::string name, std::string arn = kGoodArn) {
    return Call("POST", "/domainnames",
                R"({"domainName":")" + name + R"(","regionalCertificateArn":")" + arn +
                    R"(","endpointConfiguration":{"types":["REGIONAL"]}})");
  }
  http::Response Map(std::string domain, std::string api, std::string base = "(none)") {
    return Call("POST", "/domainnames/" + domain + "/basepathmappings",
                R"({"restApiId":")" + api + R"(","stage":"Prod","basePath":")" + base + R"("})");
  }

  ManualClock clock_;
  FakeScheduler scheduler_;
  Prng prng_{1};
  storage::MemoryEngine engine_;
  storage::ManualCommitter committer_{engine_};
  FakeInvoker functions_;
  fault::Trouble trouble_;
  FakeCertificates certificates_;
  std::map<std::string, std::string> served_;
  std::string deployment_;
  std::unique_ptr<Service> service_;
};

TEST_F(ApiGatewayTest, AnswersThroughTheFunction) {
  const std::string id = Deploy();
  const auto answer = Get(id + kHost, "/Prod/products/42?x=1");
  ASSERT_EQ(functions_.requests.size(), 1u);
  const lambda::InvokeRequest& invoked = functions_.requests[0];
  EXPECT_EQ(invoked.function, "arn:aws:lambda:us-east-1:000000000000:function:f");
  EXPECT_EQ(invoked.principal, "apigateway.amazonaws.com");
  EXPECT_EQ(invoked.source_arn,
            "arn:aws:execute-api:us-east-1:000000000000:" + id + "/Prod/GET/products/{id}");
  const json::Value event = *json::Parse(invoked.payload);
  EXPECT_EQ(event.GetString("path"), "/products/42");
  EXPECT_EQ(event.Find("requestContext")->GetString("path"), "/Prod/products/42");
  EXPECT_EQ(answer->status, 0);
  functions_.Answer(R"({"statusCode":201,"body":"made"})");
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "made");
  EXPECT_FALSE(answer->headers.Get("x-amzn-RequestId").empty());
  EXPECT_FALSE(answer->headers.Get("x-amz-apigw-id").empty());
  EXPECT_EQ(answer->headers.Get("X-Amzn-Trace-Id").substr(0, 7), "Root=1-");
}

TEST_F(ApiGatewayTest, GatewayAnswersOfItsOwn) {
  const std::string id = Deploy();
  const std::string missing =
      "403 MissingAuthenticationTokenException: Missing Authentication Token";
  const std::string forbidden = "403 ForbiddenException: Forbidden";
  EXPECT_EQ(ErrorOf(*Get(id + kHost, "/Prod/nothing")), missing);
  EXPECT_EQ(ErrorOf(*Get(id + kHost, "/Prod/products/1", "DELETE")), missing);
  EXPECT_EQ(ErrorOf(*Get(id + kHost, "/Prod/products")), missing);
  EXPECT_EQ(ErrorOf(*Get(id + kHost, "/Test/products/1")), forbidden);
  EXPECT_EQ(ErrorOf(*Get(id + kHost, "/")), forbidden);
  EXPECT_EQ(ErrorOf(*Get(std::string("unknown") + kHost, "/Prod/health")), forbidden);
  EXPECT_EQ(ErrorOf(*Get("other.example.com", "/health")), forbidden);
  auto answer = Get(id + kHost, "/Prod/health");
  functions_.Answer(R"({"errorMessage":"x"})", "Unhandled");
  EXPECT_EQ(ErrorOf(*answer), "502 InternalServerErrorException: Internal server error");
  answer = Get(id + kHost, "/Prod/health");
  functions_.Answer("\"text\"");
  EXPECT_EQ(answer->status, 502);
  answer = Get(id + kHost, "/Prod/health");
  functions_.waiting.back()(http::AwsError{403, "AccessDeniedException", "", {}});
  EXPECT_EQ(ErrorOf(*answer), "500 InternalServerErrorException: Internal server error");
}

TEST_F(ApiGatewayTest, AFaultAnswersBeforeTheFunctionOrInsteadOfIt) {
  const std::string id = Deploy();
  trouble_ = {.status = 503};
  auto answer = Get(id + kHost, "/Prod/products/42");
  EXPECT_EQ(ErrorOf(*answer), "503 ServiceUnavailableException: Service Unavailable");
  EXPECT_FALSE(answer->headers.Get("x-amzn-RequestId").empty());
  EXPECT_TRUE(functions_.requests.empty());
  trouble_ = {.status = 500, .after = true};
  answer = Get(id + kHost, "/Prod/products/42");
  ASSERT_EQ(functions_.requests.size(), 1u);
  EXPECT_EQ(answer->status, 0);
  functions_.Answer(R"({"statusCode":201,"body":"made"})");
  EXPECT_EQ(ErrorOf(*answer), "500 InternalServerErrorException: Internal server error");
  trouble_ = {.throttled = true};
  EXPECT_EQ(ErrorOf(*Get(id + kHost, "/Prod/products/42")),
            "429 TooManyRequestsException: Too Many Requests");
  EXPECT_EQ(functions_.requests.size(), 1u);
}

TEST_F(ApiGatewayTest, AFaultDelaysARequestOnce) {
  const std::string id = Deploy();
  trouble_ = {.delay = Duration::Millis(700)};
  const auto answer = Get(id + kHost, "/Prod/products/42");
  EXPECT_TRUE(functions_.requests.empty());
  ASSERT_EQ(scheduler_.tasks.size(), 1u);
  EXPECT_EQ(scheduler_.tasks[0].first, Duration::Millis(700));
  const auto later = scheduler_.tasks[0].second;
  later();
  ASSERT_EQ(functions_.requests.size(), 1u);
  functions_.Answer(R"({"statusCode":200,"body":"late"})");
  EXPECT_EQ(answer->body, "late");
  Get(id + kHost, "/Prod/products/42");
  const auto orphan = scheduler_.tasks.back().second;
  service_.reset();
  orphan();  // The region has ended meanwhile.
  EXPECT_EQ(functions_.requests.size(), 1u);
}

TEST_F(ApiGatewayTest, ASlowFunctionIsGivenUp) {
  const std::string id = Deploy();
  const auto answer = Get(id + kHost, "/Prod/health");
  ASSERT_EQ(scheduler_.tasks.size(), 1u);
  EXPECT_EQ(scheduler_.tasks[0].first, Duration::Seconds(29));
  scheduler_.tasks[0].second();
  EXPECT_EQ(ErrorOf(*answer), "504 InternalServerErrorException: Endpoint request timed out");
  functions_.Answer("{}");  // Too late: nobody is answered twice.
  EXPECT_EQ(answer->status, 504);
}

TEST_F(ApiGatewayTest, LimitsOfARequest) {
  const std::string id = Deploy();
  http::Request request{"PUT", "/Prod/products/1", {{"Host", id + kHost}}, {}};
  http::Response response;
  const auto keep = [&](http::Response r) { response = std::move(r); };
  request.body.assign(kMaxBodyBytes + 1, 'x');
  service_->HandleExecute(request, keep);
  EXPECT_EQ(response.status, 413);
  request.body.clear();
  request.headers.Add("X", std::string(kMaxHeaderBytes, 'x'));
  service_->HandleExecute(request, keep);
  EXPECT_EQ(response.status, 431);
}

TEST_F(ApiGatewayTest, EditsShowOnlyWhenDeployed) {
  const std::string id = Deploy();
  EXPECT_EQ(Call("PUT", "/restapis/" + id + "?mode=overwrite",
                 R"({"swagger":"2.0","info":{"title":"t"},"paths":{}})")
                .status,
            200);
  (void)Get(id + kHost, "/Prod/health");
  EXPECT_EQ(functions_.requests.size(), 1u);
  EXPECT_EQ(ErrorOf(Call("POST", "/restapis/" + id + "/deployments", "{}")),
            "400 BadRequestException: The REST API doesn't contain any methods");
}

TEST_F(ApiGatewayTest, CustomDomainsMapBasePaths) {
  const std::string id = Deploy();
  const json::Value domain = Json(CreateDomain("api.example.com"));
  EXPECT_EQ(domain.GetString("regionalHostedZoneId"), "Z1UJRXOUMOOFQ8");
  EXPECT_EQ(domain.GetString("domainNameStatus"), "AVAILABLE");
  const std::string regional = domain.GetString("regionalDomainName");
  EXPECT_TRUE(regional.starts_with("d-") && regional.ends_with(kHost));
  EXPECT_EQ(served_["api.example.com"], "chain");
  EXPECT_TRUE(service_->IsApiHost("API.example.com:8443"));
  EXPECT_TRUE(service_->IsApiHost(regional));
  EXPECT_FALSE(service_->IsApiHost("dynamodb.us-east-1.amazonaws.com"));
  EXPECT_EQ(Get("api.example.com", "/health")->status, 403);
  EXPECT_EQ(Map("api.example.com", id).status, 201);
  EXPECT_EQ(Map("api.example.com", id, "v1").status, 201);
  (void)Get("api.example.com:8443", "/products/1");
  (void)Get("api.example.com", "/v1/products/1");
  ASSERT_EQ(functions_.requests.size(), 2u);
  const json::Value plain = *json::Parse(functions_.requests[0].payload);
  EXPECT_EQ(plain.GetString("path"), "/products/1");
  EXPECT_EQ(plain.Find("requestContext")->GetString("path"), "/products/1");
  EXPECT_EQ(plain.Find("requestContext")->GetString("stage"), "Prod");
  const json::Value based = *json::Parse(functions_.requests[1].payload);
  EXPECT_EQ(based.GetString("path"), "/v1/products/1");
  EXPECT_EQ(based.Find("pathParameters")->GetString("id"), "1");
  EXPECT_EQ(Get(regional, "/Prod/health")->status, 403);  // Its Host is not the custom name.
}

TEST_F(ApiGatewayTest, EverythingOutlivesARestart) {
  const std::string id = Deploy();
  CreateDomain("api.example.com");
  Map("api.example.com", id);
  const std::string before = Call("GET", "/restapis/" + id + "/stages/Prod").body;
  Reopen();
  EXPECT_EQ(served_["api.example.com"], "chain");
  EXPECT_EQ(Call("GET", "/restapis/" + id + "/stages/Prod").body, before);
  (void)Get("api.example.com", "/health");
  EXPECT_EQ(functions_.requests.size(), 1u);
}

TEST_F(ApiGatewayTest, DomainNamesAreCheckedAsAwsDoes) {
  EXPECT_EQ(ErrorOf(CreateDomain("api.example.com", "arn:aws:acm:us-west-2:0:certificate/good")),
            "400 BadRequestException: Invalid certificate ARN: "
            "arn:aws:acm:us-west-2:0:certificate/good. Certificate must be in 'us-east-1'.");
  EXPECT_EQ(ErrorOf(CreateDomain("api.example.com", "arn:aws:acm:us-east-1:0:certificate/bad")),
            "400 BadRequestException: The provided certificate does not exist.");
  EXPECT_EQ(CreateDomain("api.other.com").status, 400);
  EXPECT_EQ(ErrorOf(Call("POST", "/domainnames", R"({"domainName":"a.example.com"})")),
            "400 BadRequestException: A certificate was not provided for the endpoint type EDGE.");
  EXPECT_EQ(CreateDomain("api.example.com").status, 201);
  EXPECT_EQ(ErrorOf(CreateDomain("api.example.com")),
            "400 BadRequestException: The domain name you provided already exists.");
  EXPECT_EQ(ErrorOf(Map("api.example.com", "nobody")),
            "400 BadRequestException: Invalid REST API identifier specified");
  const std::string id = Deploy();
  EXPECT_EQ(Map("api.example.com", id).status, 201);
  EXPECT_EQ(ErrorOf(Map("api.example.com", id)),
            "409 ConflictException: Base path already exists for this domain name");
  EXPECT_EQ(Call("DELETE", "/restapis/" + id).status, 400);
  EXPECT_EQ(Call("GET", "/domainnames/api.example.com/basepathmappings/(none)").status, 200);
  EXPECT_EQ(Call("DELETE", "/domainnames/api.example.com/basepathmappings/(none)").status, 202);
  EXPECT_EQ(Call("DELETE", "/domainnames/api.example.com").status, 202);
  EXPECT_EQ(served_["api.example.com"], "");
  EXPECT_EQ(Call("DELETE", "/restapis/" + id).status, 202);
  EXPECT_EQ(engine_.key_count(storage::Space::kMeta), 0u);
}

TEST_F(ApiGatewayTest, StagesCanBeMovedThrottledAndDeleted) {
  const std::string id = Deploy();
  const std::string stage = "/restapis/" + id + "/stages/Prod";
  EXPECT_EQ(ErrorOf(Call("DELETE", "/restapis/" + id + "/deployments/" + deployment_)),
            "400 BadRequestException: Active stages pointing to this deployment must be moved or "
            "deleted");
  EXPECT_EQ(Call("PATCH", stage,
                 R"({"patchOperations":[{"op":"replace","path":"/*/*/throttling/rateLimit",)"
                 R"("value":"0"}]})")
                .status,
            200);
  EXPECT_EQ(ErrorOf(*Get(id + kHost, "/Prod/health")),
            "429 TooManyRequestsException: Too Many Requests");
  EXPECT_EQ(ErrorOf(Call("PATCH", stage,
                         R"({"patchOperations":[{"op":"replace","path":"/x","value":"1"}]})")),
            "400 BadRequestException: Invalid patch path  '/x' specified for op 'replace'. Must be "
            "one of: [/deploymentId, /description, /variables, /*/*/throttling/burstLimit, "
            "/*/*/throttling/rateLimit]");
  EXPECT_EQ(Call("DELETE", stage).status, 202);
  EXPECT_EQ(Get(id + kHost, "/Prod/health")->status, 403);
  EXPECT_EQ(Call("DELETE", "/restapis/" + id + "/deployments/" + deployment_).status, 202);
}

TEST_F(ApiGatewayTest, TheDefaultEndpointCanBeDisabled) {
  const std::string id = Deploy();
  CreateDomain("api.example.com");
  Map("api.example.com", id);
  EXPECT_EQ(Call("PATCH", "/restapis/" + id,
                 R"({"patchOperations":[{"op":"replace","path":"/disableExecuteApiEndpoint",)"
                 R"("value":"True"}]})")
                .status,
            200);
  (void)Get(id + kHost, "/Prod/health");
  EXPECT_EQ(functions_.requests.size(), 1u);  // Not before it is deployed.
  Call("POST", "/restapis/" + id + "/deployments", R"({"stageName":"Prod"})");
  EXPECT_EQ(Get(id + kHost, "/Prod/health")->status, 403);
  (void)Get("api.example.com", "/health");
  EXPECT_EQ(functions_.requests.size(), 2u);
}

TEST_F(ApiGatewayTest, ListsAndIdentifiers) {
  const std::string id = Deploy();
  EXPECT_EQ(Json(Call("GET", "/restapis")).Find("item")->as_array().size(), 1u);
  const json::Value resources = Json(Call("GET", "/restapis/" + id + "/resources?limit=2"));
  EXPECT_EQ(resources.Find("item")->as_array().size(), 2u);
  EXPECT_EQ(resources.GetString("position"), "2");
  EXPECT_EQ(Json(Call("GET", "/restapis/" + id + "/resources?position=2&embed=methods"))
                .Find("item")
                ->as_array()
                .size(),
            2u);
  EXPECT_EQ(ErrorOf(Call("GET", "/restapis/nobody")),
            "404 NotFoundException: Invalid API identifier specified 000000000000:nobody");
  EXPECT_EQ(ErrorOf(Call("GET", "/restapis/" + id + "/stages/x")),
            "404 NotFoundException: Invalid stage identifier specified");
  EXPECT_EQ(ErrorOf(Call("GET", "/restapis/" + id + "/resources/x")),
            "404 NotFoundException: Invalid Resource identifier specified");
  EXPECT_EQ(ErrorOf(Call("GET", "/domainnames/x.example.com")),
            "404 NotFoundException: Invalid domain name identifier specified");
  EXPECT_EQ(ErrorOf(Call("POST", "/usageplans", "{}")), "404 UnknownOperationException: ");
  EXPECT_EQ(Call("GET", "/account").status, 200);
  EXPECT_EQ(Call("POST", "/restapis?mode=import", SamBody()).status, 201);
  EXPECT_EQ(Call("POST", "/restapis", "{}").status, 400);
  EXPECT_EQ(Call("POST", "/domainnames", "[").status, 400);
}

}  // namespace
}  // namespace lifeboat::apigateway
