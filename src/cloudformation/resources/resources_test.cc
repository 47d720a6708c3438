// Resource types one by one: the calls that properties become, what a repeated try takes over, and
// what is refused. example_test.cc runs them against the services themselves.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "cloudformation/inline_code.h"
#include "cloudformation/property_reader.h"
#include "cloudformation/service_call.h"
#include "cloudformation/test_world.h"
#include "json/yaml.h"

namespace lifeboat::cloudformation {
namespace {

class ResourcesTest : public ::testing::Test {
 protected:
  ResourcesTest() : scheduler_(clock_), types_(AllResourceTypes()) {}

  ResourceCall Call(const std::string& properties) {
    ResourceCall call;
    call.aws = &aws_;
    call.scheduler = &scheduler_;
    call.region = "us-west-2";
    call.account = "000000000000";
    call.stack_name = "shop";
    call.stack_id = "arn:stack";
    call.logical_id = "Thing";
    call.suffix = "SUFFIX123456";
    call.physical_id = physical_id_;
    call.properties = json::ParseYaml(properties)->value.as_object();
    call.started_at = clock_.WallNow();
    call.repeated = repeated_;
    call.is_taken = [this](std::string_view id) { return id == taken_; };
    call.initiated = [this](std::string id) { initiated_ = std::move(id); };
    return call;
  }
  // The physical id, or the error.
  std::string Create(const std::string& type, const std::string& properties) {
    std::string out = "never done";
    types_.at(type)->Create(Call(properties), [&](Result<Made> made) {
      out = made.ok() ? made->physical_id : "error: " + made.error().message;
      if (made.ok()) attributes_ = made->attributes;
    });
    Settle();
    return out;
  }
  std::string Delete(const std::string& type, const std::string& properties) {
    std::string out = "never done";
    types_.at(type)->Delete(Call(properties), [&](Status status) {
      out = status.ok() ? "ok" : "error: " + status.error().message;
    });
    Settle();
    return out;
  }
  void Settle() {
    for (int turns = 0; turns < 1000 && (aws_.Deliver() || scheduler_.RunNext()); ++turns) {
    }
  }
  std::string Body(const std::string& prefix) {
    const RecordedCall* call = aws_.Last(prefix);
    return call ? call->request.body : "no such call";
  }
  static std::string Fault(const std::string& code, const std::string& message = "no") {
    return R"({"__type":"x#)" + code + R"(","message":")" + message + "\"}";
  }

  ManualClock clock_;
  ManualScheduler scheduler_;
  FakeAws aws_;
  ResourceTypes types_;
  bool repeated_ = false;
  std::string physical_id_;
  std::string initiated_;
  std::string taken_;  // By another resource of the stack.
  json::Object attributes_;
};

TEST_F(ResourcesTest, EveryTypeRefusesWhatItDoesNotKnow) {
  for (const auto& [name, type] : types_) {
    EXPECT_TRUE(Create(name, "{Nonsense: 1}").starts_with("error: ")) << name;
    EXPECT_TRUE(aws_.calls.empty()) << name;
  }
}

TEST_F(ResourcesTest, LambdaFunction) {
  const std::string properties =
      "{Code: {S3Bucket: b, S3Key: k}, Handler: bootstrap, Runtime: provided.al2023, Timeout: "
      "'10', Environment: {Variables: {A: 1}}, Tags: [{Key: t, Value: v}], Role: 'arn:role'}";
  aws_.On("lambda POST /2015-03-31/functions", 201, "{}");
  int polls = 0;
  aws_.On("lambda GET /2015-03-31/functions/shop-Thing-SUFFIX123456", [&](const RecordedCall&) {
    return Result<http::Response>(http::Response{
        .body = ++polls < 3 ? R"({"Configuration":{"State":"Pending"}})"
                            : R"({"Configuration":{"State":"Active","FunctionArn":"arn:f"}})"});
  });
  EXPECT_EQ(Create("AWS::Lambda::Function", properties), "shop-Thing-SUFFIX123456");
  EXPECT_EQ(initiated_, "shop-Thing-SUFFIX123456");
  EXPECT_EQ(attributes_.Find("Arn")->as_string(), "arn:f");
  EXPECT_EQ(polls, 3);
  EXPECT_EQ(*json::Parse(Body("lambda POST")),
            json::ParseYaml("{FunctionName: shop-Thing-SUFFIX123456, Runtime: provided.al2023, "
                            "Handler: bootstrap, Role: 'arn:role', Timeout: 10, Code: {S3Bucket: "
                            "b, S3Key: k}, Environment: {Variables: {A: '1'}}, Tags: {t: v}}")
                ->value);

  aws_.On("lambda POST /2015-03-31/functions", 409,
          Fault("ResourceConflictException", "Function already exist: x"));
  EXPECT_EQ(Create("AWS::Lambda::Function", properties),
            "error: Resource handler returned message: \"Function already exist: x (Service: "
            "Lambda, Status Code: 409, Request ID: )\"");
  repeated_ = true;
  EXPECT_EQ(Create("AWS::Lambda::Function", properties), "shop-Thing-SUFFIX123456");
  EXPECT_TRUE(
      Create("AWS::Lambda::Function", "{FunctionName: theirs, Code: {S3Bucket: b, S3Key: k}}")
          .starts_with("error: "));
  EXPECT_EQ(Create("AWS::Lambda::Function", "{Code: {S3Bucket: b, S3Key: k}, Timeout: soon}"),
            "error: Value of property Timeout must be of type Integer");
  EXPECT_EQ(Create("AWS::Lambda::Function", "{Code: {}}"), "error: Property Code cannot be empty.");
  EXPECT_EQ(Create("AWS::Lambda::Function", "{Runtime: java21, Code: {ZipFile: x}}"),
            "error: ZipFile can only be used when Runtime is a Node.js or Python runtime.");
  EXPECT_EQ(Create("AWS::Lambda::Function",
                   "{Runtime: nodejs22.x, Code: {ZipFile: x, S3Bucket: b, S3Key: k}}"),
            "error: Please do not provide other FunctionCode parameters with ZipFile");
  aws_.On("lambda DELETE", 404, Fault("ResourceNotFoundException"));
  EXPECT_EQ(Delete("AWS::Lambda::Function", properties), "ok");
}

TEST_F(ResourcesTest, LambdaFunctionWithInlineCode) {
  aws_.On("lambda POST", 201, "{}");
  aws_.On("lambda GET", 200, R"({"Configuration":{"State":"Active","FunctionArn":"arn:f"}})");
  Create("AWS::Lambda::Function",
         "{Handler: index.handler, Runtime: python3.12, Code: {ZipFile: 'import json'}}");
  const json::Value body = *json::Parse(Body("lambda POST"));
  const auto zip = Base64Decode(body.Find("Code")->GetString("ZipFile"));
  ASSERT_TRUE(zip);
  EXPECT_TRUE(zip->starts_with("PK\x03\x04"));
  EXPECT_NE(zip->find("index.pyimport json"), std::string::npos) << "stored as it is";
  EXPECT_EQ(*MakeInlinePackage("python3.12", "import json"), *zip) << "the same bytes each time";
  EXPECT_NE(MakeInlinePackage("nodejs14.x", "x")->find("index.jsx"), std::string::npos);
}

TEST_F(ResourcesTest, LambdaPermission) {
  const std::string properties =
      "{FunctionName: f, Action: 'lambda:InvokeFunction', Principal: p, SourceArn: s}";
  aws_.On("lambda POST /2015-03-31/functions/f/policy", 201, "{}");
  EXPECT_EQ(Create("AWS::Lambda::Permission", properties), "shop-Thing-SUFFIX123456");
  EXPECT_EQ(Body("lambda POST"),
            R"({"Action":"lambda:InvokeFunction","Principal":"p","SourceArn":"s",)"
            R"("StatementId":"shop-Thing-SUFFIX123456"})");
  physical_id_ = "shop-Thing-SUFFIX123456";
  aws_.On("lambda DELETE /2015-03-31/functions/f/policy/shop-Thing-SUFFIX123456", 204, "");
  EXPECT_EQ(Delete("AWS::Lambda::Permission", properties), "ok");
}

TEST_F(ResourcesTest, IamRoleWithItsPolicies) {
  const std::string properties =
      "{AssumeRolePolicyDocument: {Statement: []}, ManagedPolicyArns: ['arn:m'], Policies: "
      "[{PolicyName: p, PolicyDocument: {Statement: [x]}}], Tags: [{Key: k, Value: v}]}";
  for (const char* action : {"CreateRole", "AttachRolePolicy", "PutRolePolicy"}) {
    aws_.On(std::string("iam ") + action, 200, "<R/>");
  }
  aws_.On("iam GetRole", 200, "<R><Role><Arn>arn:r</Arn><RoleId>AROA</RoleId></Role></R>");
  EXPECT_EQ(Create("AWS::IAM::Role", properties), "shop-Thing-SUFFIX123456");
  EXPECT_EQ(attributes_.Find("Arn")->as_string(), "arn:r");
  EXPECT_EQ(aws_.calls.size(), 4u);
  EXPECT_EQ(aws_.calls[0].region, "us-east-1");  // IAM's control plane.
  EXPECT_NE(Body("iam CreateRole").find("Tags.member.1.Key=k"), std::string::npos);
  EXPECT_NE(Body("iam PutRolePolicy").find("PolicyDocument=%7B%22Statement%22%3A%5B%22x%22%5D%7D"),
            std::string::npos);

  aws_.calls.clear();
  physical_id_ = "shop-Thing-SUFFIX123456";
  aws_.On("iam D", 404, "<E><Error><Code>NoSuchEntity</Code></Error></E>");
  EXPECT_EQ(Delete("AWS::IAM::Role", properties), "ok");
  ASSERT_EQ(aws_.calls.size(), 3u);
  EXPECT_EQ(aws_.calls[2].action, "DeleteRole");
}

TEST_F(ResourcesTest, RestApiTakesOverWhatARepeatedTryHasMade) {
  const std::string properties =
      "{Body: {info: {title: shop}}, Parameters: "
      "{endpointConfigurationTypes: REGIONAL}}";
  aws_.On("apigateway POST /restapis", 201, R"({"id":"new"})");
  aws_.On("apigateway PUT /restapis/", 200, "{}");
  aws_.On("apigateway GET /restapis/", 200, R"({"rootResourceId":"root"})");
  EXPECT_EQ(Create("AWS::ApiGateway::RestApi", properties), "new");
  EXPECT_EQ(attributes_.Find("RootResourceId")->as_string(), "root");
  EXPECT_EQ(Body("apigateway POST"),
            R"({"name":"shop","endpointConfiguration":{"types":["REGIONAL"]},"tags":)"
            R"({"aws:cloudformation:stack-id":"arn:stack",)"
            R"("aws:cloudformation:logical-id":"Thing"}})");
  EXPECT_EQ(Body("apigateway PUT"), R"({"info":{"title":"shop"}})");
  EXPECT_EQ(aws_.Last("apigateway PUT")->action, "PUT /restapis/new?mode=overwrite");

  repeated_ = true;
  aws_.calls.clear();
  aws_.On("apigateway GET /restapis?limit=500", 200,
          R"({"item":[{"id":"other"},{"id":"ours","tags":{"aws:cloudformation:stack-id":)"
          R"("arn:stack","aws:cloudformation:logical-id":"Thing"}}]})");
  EXPECT_EQ(Create("AWS::ApiGateway::RestApi", properties), "ours");
  EXPECT_EQ(aws_.Count("apigateway POST"), 0u);
}

TEST_F(ResourcesTest, StageAndDeployment) {
  aws_.On("apigateway POST /restapis/a/deployments", 201, R"({"id":"d1"})");
  EXPECT_EQ(Create("AWS::ApiGateway::Deployment", "{RestApiId: a, StageName: Stage}"), "d1");
  physical_id_ = "d1";
  aws_.On("apigateway DELETE /restapis/a/stages/Stage", 202, "");
  aws_.On("apigateway DELETE /restapis/a/deployments/d1", 202, "");
  EXPECT_EQ(Delete("AWS::ApiGateway::Deployment", "{RestApiId: a, StageName: Stage}"), "ok");
  physical_id_ = "";
  const std::string stage = "{RestApiId: a, StageName: Prod, DeploymentId: d1}";
  aws_.On("apigateway POST /restapis/a/stages", 409, Fault("ConflictException"));
  aws_.On("apigateway GET /restapis/a/stages/Prod", 200, R"({"deploymentId":"d1"})");
  EXPECT_TRUE(Create("AWS::ApiGateway::Stage", stage).starts_with("error: "));
  repeated_ = true;
  EXPECT_EQ(Create("AWS::ApiGateway::Stage", stage), "Prod");
  aws_.On("apigateway GET /restapis/a/stages/Prod", 200, R"({"deploymentId":"other"})");
  EXPECT_TRUE(Create("AWS::ApiGateway::Stage", stage).starts_with("error: "));
}

TEST_F(ResourcesTest, DeploymentIsFoundAgainByItsAge) {
  const std::string properties = "{RestApiId: a, Description: ours}";
  const int64_t now = clock_.WallNow().unix_seconds();
  const auto item = [](const char* id, const char* description, int64_t at) {
    return fmt::format(R"({{"id":"{}","description":"{}","createdDate":{}}})", id, description, at);
  };
  aws_.On("apigateway POST /restapis/a/deployments", 201, R"({"id":"new"})");
  aws_.On("apigateway GET /restapis/a/deployments?limit=500", 200,
          fmt::format(R"({{"item":[{},{},{},{}]}})", item("older", "ours", now - 1),
                      item("theirs", "other", now), item("sibling", "ours", now),
                      item("d1", "ours", now)));
  taken_ = "sibling";
  repeated_ = true;
  EXPECT_EQ(Create("AWS::ApiGateway::Deployment", properties), "d1");
  EXPECT_EQ(aws_.Count("apigateway POST"), 0u);
  aws_.On("apigateway GET /restapis/a/deployments?limit=500", 200, R"({"item":[]})");
  EXPECT_EQ(Create("AWS::ApiGateway::Deployment", properties), "new");
}

// What the template names is taken over when it is younger than the first try, and never else: a
// rollback would delete it.
TEST_F(ResourcesTest, NamedThingsAreOursOnlyWhenTheyAreYounger) {
  const std::string before = FormatIso8601(clock_.WallNow() - Duration::Seconds(2));
  const std::string after = FormatIso8601(clock_.WallNow());
  struct Kind {
    const char* type;
    const char* properties;
    std::function<void(const std::string& made)> script;
  };
  const Kind kinds[] = {
      {"AWS::IAM::Role", "{RoleName: mine, AssumeRolePolicyDocument: {}}",
       [&](const std::string& made) {
         aws_.On("iam CreateRole", 409, "<E><Error><Code>EntityAlreadyExists</Code></Error></E>");
         aws_.On("iam GetRole", 200, "<R><Role><CreateDate>" + made + "</CreateDate></Role></R>");
       }},
      {"AWS::Lambda::Function", "{FunctionName: mine, Code: {S3Bucket: b, S3Key: k}}",
       [&](const std::string& made) {
         const std::string modified = made.substr(0, made.size() - 1) + ".000+0000";
         aws_.On("lambda POST", 409, Fault("ResourceConflictException"));
         aws_.On("lambda GET", 200,
                 R"({"Configuration":{"State":"Active","LastModified":")" + modified + "\"}}");
       }},
      {"AWS::S3::Bucket", "{BucketName: mine}", [&](const std::string& made) {
         aws_.On("s3 HEAD /mine", 200, "");
         aws_.On("s3 GET /", 200,
                 "<L><Buckets><Bucket><Name>mine</Name><CreationDate>" + made +
                     "</CreationDate></Bucket></Buckets></L>");
       }}};
  for (const Kind& kind : kinds) {
    kind.script(after);
    repeated_ = false;
    EXPECT_TRUE(Create(kind.type, kind.properties).starts_with("error: ")) << kind.type;
    repeated_ = true;
    EXPECT_EQ(Create(kind.type, kind.properties), "mine");
    kind.script(before);
    EXPECT_TRUE(Create(kind.type, kind.properties).starts_with("error: ")) << kind.type;
  }
}

TEST_F(ResourcesTest, DomainNameAndMapping) {
  const std::string domain =
      "{DomainName: api.x, RegionalCertificateArn: 'arn:c', EndpointConfiguration: {Types: "
      "[REGIONAL]}}";
  aws_.On("apigateway POST /domainnames", 201,
          R"({"regionalDomainName":"d-1","regionalHostedZoneId":"Z1"})");
  EXPECT_EQ(Create("AWS::ApiGateway::DomainName", domain), "api.x");
  EXPECT_EQ(attributes_.Find("RegionalHostedZoneId")->as_string(), "Z1");
  aws_.On("apigateway POST /domainnames/api.x/basepathmappings", 201, "{}");
  EXPECT_EQ(Create("AWS::ApiGateway::BasePathMapping", "{DomainName: api.x, RestApiId: a}"),
            "api.x|");
  physical_id_ = "api.x|";
  aws_.On("apigateway DELETE /domainnames/api.x/basepathmappings/%28none%29", 202, "");
  EXPECT_EQ(Delete("AWS::ApiGateway::BasePathMapping", "{}"), "ok");

  repeated_ = true;
  aws_.On("apigateway POST /domainnames", 400, Fault("BadRequestException"));
  aws_.On("apigateway GET /domainnames/api.x", 200,
          R"({"regionalCertificateArn":"arn:c","regionalDomainName":"d-2"})");
  EXPECT_EQ(Create("AWS::ApiGateway::DomainName", domain), "api.x");
  EXPECT_EQ(attributes_.Find("RegionalDomainName")->as_string(), "d-2");
}

TEST_F(ResourcesTest, Certificate) {
  aws_.On("acm RequestCertificate", 200, R"({"CertificateArn":"arn:c"})");
  aws_.On("acm DescribeCertificate", 200, R"({"Certificate":{"Status":"ISSUED"}})");
  EXPECT_EQ(Create("AWS::CertificateManager::Certificate", "{DomainName: api.x}"), "arn:c");
  const std::string first = Body("acm RequestCertificate");
  Create("AWS::CertificateManager::Certificate", "{DomainName: api.x}");
  EXPECT_EQ(Body("acm RequestCertificate"), first);  // The same token each time.
  EXPECT_EQ(Create("AWS::CertificateManager::Certificate",
                   "{DomainName: x, DomainValidationOptions: []}"),
            "error: Property DomainValidationOptions is not supported by Lifeboat "
            "(docs/compatibility.md lists what is)");
}

// A table that becomes active at the second look.
class TablesTest : public ResourcesTest {
 protected:
  static constexpr const char* kSchema =
      "TableName: products, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: "
      "id, AttributeType: S}], KeySchema: [{AttributeName: id, KeyType: HASH}]";

  TablesTest() {
    aws_.On("dynamodb CreateTable", 200, "{}");
    aws_.On("dynamodb UpdateContinuousBackups", 200, "{}");
    aws_.On("dynamodb TagResource", 200, "");
    aws_.On("dynamodb DescribeTable", [this](const RecordedCall& call) {
      const std::string other = call.region == "us-west-2" ? "us-east-1" : "us-west-2";
      const bool has_replica = replica_looks_ > 0 && ++replica_looks_ > 3;
      const std::string replicas = has_replica ? R"(,"Replicas":[{"RegionName":")" + other +
                                                     R"(","ReplicaStatus":"ACTIVE"}])"
                                               : "";
      return Result<http::Response>(http::Response{
          .body = R"({"Table":{"TableStatus":"ACTIVE","TableArn":"arn:t","CreationDateTime":)" +
                  std::to_string(created_) + replicas + "}}"});
    });
    aws_.On("dynamodb UpdateTable", [this](const RecordedCall& call) {
      if (call.request.body.find("ReplicaUpdates") != std::string::npos) replica_looks_ = 1;
      return Result<http::Response>(http::Response{.body = "{}"});
    });
  }
  int replica_looks_ = 0;
  int64_t created_ = 1;
};

TEST_F(TablesTest, Table) {
  const std::string properties =
      std::string("{") + kSchema +
      ", PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}, StreamSpecification:"
      " {StreamViewType: KEYS_ONLY}, Tags: [{Key: a, Value: b}]}";
  EXPECT_EQ(Create("AWS::DynamoDB::Table", properties), "products");
  EXPECT_EQ(attributes_.Find("Arn")->as_string(), "arn:t");
  EXPECT_EQ(aws_.Count("dynamodb UpdateContinuousBackups"), 1u);
  EXPECT_NE(
      Body("dynamodb CreateTable")
          .find(R"("StreamSpecification":{"StreamViewType":"KEYS_ONLY","StreamEnabled":true})"),
      std::string::npos);
  EXPECT_EQ(Create("AWS::DynamoDB::Table",
                   std::string("{") + kSchema + ", KinesisStreamSpecification: {StreamArn: x}}"),
            "error: Property KinesisStreamSpecification is not supported by Lifeboat "
            "(docs/compatibility.md lists what is)");
}

TEST_F(TablesTest, ATableOfThatNameIsOursOnlyWhenItIsYounger) {
  aws_.On("dynamodb CreateTable", 400,
          Fault("ResourceInUseException", "Table already exists: products"));
  const std::string properties = std::string("{") + kSchema + "}";
  EXPECT_TRUE(Create("AWS::DynamoDB::Table", properties).starts_with("error: "));
  repeated_ = true;
  EXPECT_TRUE(Create("AWS::DynamoDB::Table", properties).starts_with("error: "));
  created_ = clock_.WallNow().unix_seconds() + 1;
  EXPECT_EQ(Create("AWS::DynamoDB::Table", properties), "products");
}

TEST_F(TablesTest, GlobalTableIsBuiltFromItsOwnRegion) {
  const std::string replicas =
      ", StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}, Replicas: [{Region: us-east-1, "
      "PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}, "
      "DeletionProtectionEnabled: 'true', Tags: [{Key: a, Value: b}]}, {Region: us-west-2, "
      "DeletionProtectionEnabled: true}]}";
  EXPECT_EQ(Create("AWS::DynamoDB::GlobalTable", std::string("{") + kSchema + replicas),
            "products");
  EXPECT_EQ(aws_.calls[0].action, "CreateTable");
  EXPECT_EQ(aws_.calls[0].region, "us-west-2");
  EXPECT_NE(Body("dynamodb CreateTable").find(R"("DeletionProtectionEnabled":true)"),
            std::string::npos);
  std::vector<std::string> changes;
  for (const RecordedCall& call : aws_.calls) {
    if (call.action != "DescribeTable") changes.push_back(call.region + " " + call.action);
  }
  EXPECT_EQ(changes, (std::vector<std::string>{"us-west-2 CreateTable", "us-west-2 UpdateTable",
                                               "us-west-2 UpdateTable", "us-east-1 UpdateTable",
                                               "us-east-1 UpdateContinuousBackups",
                                               "us-east-1 TagResource"}));
  EXPECT_NE(Body("dynamodb TagResource").find("arn:aws:dynamodb:us-east-1:000000000000:table/"),
            std::string::npos);
}

TEST_F(TablesTest, GlobalTableRefuses) {
  const auto refused = [&](const std::string& rest) {
    return Create("AWS::DynamoDB::GlobalTable", std::string("{") + kSchema + rest + "}");
  };
  EXPECT_EQ(refused(", Replicas: [{Region: us-east-1}]"),
            "error: The Replicas section must contain an entry for the current region");
  EXPECT_EQ(refused(", Replicas: [{Region: us-east-1}, {Region: us-west-2}]"),
            "error: StreamSpecification is required for a table with more than one replica");
  EXPECT_EQ(refused(", Replicas: [{Region: us-west-2}, {Region: us-west-2}]"),
            "error: Replicas has more than one entry for us-west-2");
  EXPECT_EQ(refused(", Replicas: [{Region: us-west-2, TableClass: STANDARD}]"),
            "error: Property Replicas[0].TableClass is not supported by Lifeboat "
            "(docs/compatibility.md lists what is)");
}

// The process died after it had asked for the removal of a replica: asking again would be refused.
TEST_F(TablesTest, AReplicaThatIsBeingRemovedIsAwaited) {
  int looks = 0;
  aws_.On("dynamodb DescribeTable", [&](const RecordedCall&) {
    const bool is_gone = ++looks > 3;
    return Result<http::Response>(http::Response{
        .body = is_gone ? R"({"Table":{"TableStatus":"ACTIVE"}})"
                        : R"({"Table":{"TableStatus":"UPDATING","Replicas":[{"RegionName":)"
                          R"("us-east-1","ReplicaStatus":"DELETING"}]}})"});
  });
  aws_.On("dynamodb UpdateTable", 400, Fault("ResourceInUseException"));
  aws_.On("dynamodb DeleteTable", 400, Fault("ResourceNotFoundException"));
  physical_id_ = "products";
  repeated_ = true;
  EXPECT_EQ(Delete("AWS::DynamoDB::GlobalTable", "{}"), "ok");
  EXPECT_EQ(aws_.Count("dynamodb UpdateTable"), 0u);
  EXPECT_EQ(looks, 4);
}

TEST_F(TablesTest, DeletingWaitsUntilTheTableIsGone) {
  physical_id_ = "products";
  int calls = 0;
  aws_.On("dynamodb DeleteTable", [&](const RecordedCall&) {
    return Result<http::Response>(
        ++calls == 1 ? http::Response{}
                     : http::Response{.status = 400, .body = Fault("ResourceNotFoundException")});
  });
  EXPECT_EQ(Delete("AWS::DynamoDB::Table", "{}"), "ok");
  EXPECT_EQ(calls, 2);
  aws_.On("dynamodb DeleteTable", 400, Fault("ValidationException", "protected"));
  EXPECT_NE(Delete("AWS::DynamoDB::Table", "{}").find("protected"), std::string::npos);
}

class Route53Test : public ResourcesTest {
 protected:
  Route53Test() {
    aws_.On("route53 GET /2013-04-01/change/C1", [this](const RecordedCall& call) {
      EXPECT_EQ(call.region, "us-east-1");
      return Result<http::Response>(http::Response{
          .body = ++looks_ < 3 ? "<R><ChangeInfo><Status>PENDING</Status></ChangeInfo></R>"
                               : "<R><ChangeInfo><Status>INSYNC</Status></ChangeInfo></R>"});
    });
  }
  static constexpr const char* kChange =
      "<R><ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status></ChangeInfo></R>";
  int looks_ = 0;
};

TEST_F(Route53Test, HostedZoneWaitsForTheNameServers) {
  aws_.On("route53 POST /2013-04-01/hostedzone", 201,
          "<R><HostedZone><Id>/hostedzone/Z1</Id></HostedZone><ChangeInfo><Id>/change/C1</Id>"
          "</ChangeInfo><DelegationSet><NameServers><NameServer>ns1</NameServer></NameServers>"
          "</DelegationSet></R>");
  EXPECT_EQ(Create("AWS::Route53::HostedZone", "{Name: x.com}"), "Z1");
  EXPECT_EQ(looks_, 3);
  EXPECT_EQ(json::Write(*attributes_.Find("NameServers")), R"(["ns1"])");
  EXPECT_EQ(initiated_, "Z1");
  const std::string reference = Between(Body("route53 POST"), "CallerReference");

  aws_.On("route53 POST /2013-04-01/hostedzone", 409,
          "<E><Error><Code>HostedZoneAlreadyExists</Code><Message>m</Message></Error></E>");
  aws_.On("route53 GET /2013-04-01/hostedzonesbyname", 200,
          "<R><HostedZones><HostedZone><Id>/hostedzone/Z9</Id><CallerReference>" + reference +
              "</CallerReference></HostedZone></HostedZones></R>");
  aws_.On("route53 GET /2013-04-01/hostedzone/Z9", 200,
          "<R><HostedZone><Id>/hostedzone/Z9</Id></HostedZone></R>");
  EXPECT_EQ(Create("AWS::Route53::HostedZone", "{Name: x.com}"), "Z9");
}

TEST_F(Route53Test, RecordSetsGoAsOneBatch) {
  const std::string group =
      "{HostedZoneId: Z1, RecordSets: [{Name: a.x.com, Type: A, SetIdentifier: p, Failover: "
      "PRIMARY, HealthCheckId: h, AliasTarget: {DNSName: d, HostedZoneId: Z2, "
      "EvaluateTargetHealth: 'true'}}, {Name: b.x.com, Type: TXT, TTL: '60', ResourceRecords: "
      "['\"t\"']}]}";
  aws_.On("route53 POST /2013-04-01/hostedzone/Z1/rrset/", 200, kChange);
  EXPECT_EQ(Create("AWS::Route53::RecordSetGroup", group), "shop-Thing-SUFFIX123456");
  EXPECT_EQ(looks_, 3);
  const std::string body = Body("route53 POST");
  EXPECT_NE(body.find("<Change><Action>CREATE</Action><ResourceRecordSet><Name>a.x.com</Name>"
                      "<Type>A</Type><SetIdentifier>p</SetIdentifier><Failover>PRIMARY</Failover>"
                      "<AliasTarget><HostedZoneId>Z2</HostedZoneId><DNSName>d</DNSName>"
                      "<EvaluateTargetHealth>true</EvaluateTargetHealth></AliasTarget>"
                      "<HealthCheckId>h</HealthCheckId></ResourceRecordSet></Change>"),
            std::string::npos)
      << body;
  EXPECT_NE(body.find("<TTL>60</TTL><ResourceRecords><ResourceRecord><Value>&quot;t&quot;<"),
            std::string::npos);
  // The physical id is told before the name servers are waited for, or a rollback would forget it.
  EXPECT_EQ(initiated_, "shop-Thing-SUFFIX123456");
  repeated_ = true;
  Create("AWS::Route53::RecordSetGroup", group);
  EXPECT_NE(Body("route53 POST").find("<Action>UPSERT</Action>"), std::string::npos);
  aws_.On("route53 POST /2013-04-01/hostedzone/Z1/rrset/", 400,
          "<InvalidChangeBatch><Messages><Message>Tried to delete resource record set [name='a', "
          "type='A'] but it was not found</Message></Messages></InvalidChangeBatch>");
  EXPECT_EQ(Delete("AWS::Route53::RecordSetGroup", group), "ok");
}

TEST_F(Route53Test, RecordSetFindsItsZoneByName) {
  aws_.On("route53 GET /2013-04-01/hostedzonesbyname?dnsname=x.com.", 200,
          "<R><HostedZones><HostedZone><Id>/hostedzone/Z1</Id><Name>x.com.</Name></HostedZone>"
          "<HostedZone><Id>/hostedzone/Z2</Id><Name>y.com.</Name></HostedZone></HostedZones></R>");
  aws_.On("route53 POST /2013-04-01/hostedzone/Z1/rrset/", 200, kChange);
  EXPECT_EQ(Create("AWS::Route53::RecordSet",
                   "{HostedZoneName: x.com., Name: a.x.com, Type: A, TTL: 60, ResourceRecords: "
                   "[192.0.2.1]}"),
            "a.x.com");
  EXPECT_EQ(Create("AWS::Route53::RecordSet", "{Name: a.x.com, Type: A}"),
            "error: One of HostedZoneId and HostedZoneName must be given");
}

TEST_F(Route53Test, HealthCheckWithTags) {
  aws_.On("route53 POST /2013-04-01/healthcheck", 201,
          "<R><HealthCheck><Id>h1</Id></HealthCheck></R>");
  aws_.On("route53 POST /2013-04-01/tags/healthcheck/h1", 200, "<R/>");
  EXPECT_EQ(Create("AWS::Route53::HealthCheck",
                   "{HealthCheckConfig: {Type: HTTPS_STR_MATCH, FullyQualifiedDomainName: a.x, "
                   "Port: 443, RequestInterval: '10', EnableSNI: true, SearchString: ok}, "
                   "HealthCheckTags: [{Key: Name, Value: n}]}"),
            "h1");
  EXPECT_NE(Body("route53 POST /2013-04-01/healthcheck").find("<EnableSNI>true</EnableSNI>"),
            std::string::npos);
  EXPECT_EQ(Create("AWS::Route53::HealthCheck", "{HealthCheckConfig: {AlarmIdentifier: {}}}"),
            "error: Property HealthCheckConfig.AlarmIdentifier is not supported by Lifeboat "
            "(docs/compatibility.md lists what is)");
}

TEST_F(ResourcesTest, FaultsTellWhetherToTryAgain) {
  const auto code_of = [&](Result<http::Response> answer) {
    aws_.On("s3 HEAD /x", [answer](const RecordedCall&) { return answer; });
    ErrorCode code = ErrorCode::kCancelled;
    CallService(Call("{}"), "s3", "us-west-2", {.method = "HEAD", .target = "/x"},
                [&](Result<ServiceAnswer, lifeboat::cloudformation::Fault> got) {
                  code = got.error().error.code;
                });
    Settle();
    return code;
  };
  EXPECT_EQ(code_of(http::Response{.status = 400, .body = Fault("ValidationException")}),
            ErrorCode::kInvalid);
  EXPECT_EQ(code_of(http::Response{.status = 400, .body = Fault("ThrottlingException")}),
            ErrorCode::kUnavailable);
  EXPECT_EQ(code_of(http::Response{.status = 503}), ErrorCode::kUnknownOutcome);
  EXPECT_EQ(code_of(Error{ErrorCode::kUnavailable, "no link"}), ErrorCode::kUnavailable);
}

TEST_F(ResourcesTest, GeneratedNamesFit) {
  ResourceCall call = Call("{}");
  EXPECT_EQ(GeneratedName(call, 64), "shop-Thing-SUFFIX123456");
  call.stack_name = std::string(100, 's');
  call.logical_id = std::string(100, 'l');
  const std::string name = GeneratedName(call, 64);
  EXPECT_EQ(name.size(), 64u);
  EXPECT_TRUE(name.ends_with("-SUFFIX123456"));
  EXPECT_NE(name.find('l'), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::cloudformation
