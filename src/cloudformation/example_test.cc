// TechModa's three stacks over the real services of two regions: what deploy.sh does, without
// sockets. It holds the resource types to the services that they call.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "acm/service.h"
#include "apigateway/service.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "cloudformation/service.h"
#include "cloudformation/test_world.h"
#include "dynamodb/service.h"
#include "iam/service.h"
#include "lambda/service.h"
#include "route53/service.h"
#include "s3/service.h"

namespace lifeboat::cloudformation {
namespace {

class World;

class Authority final : public acm::CertificateAuthority {
 public:
  Result<acm::IssuedCertificate> Issue(const std::vector<std::string>& names) override {
    return acm::IssuedCertificate{names[0], names[0] + " chain", names[0] + " key"};
  }
};

class Processes final : public lambda::ProcessHost {
 public:
  bool HasCode(const std::string& sha) const override { return codes_.contains(sha); }
  void FindInterpreter(const lambda::Runtime&,
                       std::function<void(std::optional<lambda::Interpreter>)> done) override {
    done(std::nullopt);
  }
  void Unpack(std::shared_ptr<const std::string> zip, lambda::Language,
              std::function<void(Result<std::string>)> done) override {
    const std::string sha = HexEncode(Sha256(*zip));
    codes_.insert(sha);
    done(sha);
  }
  void Start(lambda::EnvironmentId, lambda::ProcessSpec,
             std::function<void(http::Request, http::Reply)>, std::function<void(std::string_view)>,
             std::function<void(lambda::ProcessExit)>) override {}
  void Kill(lambda::EnvironmentId) override {}

 private:
  std::set<std::string> codes_;
};

// One region's services, wired as region/ does it.
class Region final : public lambda::CodeSource,
                     public apigateway::CertificateSource,
                     public dynamodb::Peers {
 public:
  Region(World& world, std::string name);

  void Fetch(std::string_view bucket, std::string_view key, std::string_view,
             std::function<void(http::AwsResult<std::string>)> done) override {
    auto object = s3->GetObject(bucket, key);
    if (!object.ok()) return done(http::AwsError{404, "NoSuchKey", object.error().message, ""});
    done(std::move(*object));
  }
  std::optional<apigateway::Certificate> Find(std::string_view arn) const override {
    const acm::Certificate* found = certificates->Find(arn);
    if (!found) return std::nullopt;
    return apigateway::Certificate{"chain", "key", found->alternative_names};
  }
  std::vector<std::string> Regions() const override { return {"us-east-1", "us-west-2"}; }
  void Send(storage::WriteBatch&, std::string_view region, json::Value message) override {
    outbox.emplace_back(region, std::move(message));
  }
  void Flush() override {}

  void Handle(std::string_view service, const http::Request& request, http::Reply reply);

  World& world;
  std::string name;
  storage::MemoryEngine engine;
  storage::ManualCommitter committer{engine};
  Prng prng;
  Processes processes;
  Authority authority;
  std::vector<std::pair<std::string, json::Value>> outbox;
  std::vector<storage::TableId> joining;
  std::unique_ptr<s3::Service> s3;
  std::unique_ptr<iam::Service> roles;
  std::unique_ptr<acm::Service> certificates;
  std::unique_ptr<dynamodb::Service> tables;
  std::unique_ptr<lambda::Service> functions;
  std::unique_ptr<apigateway::Service> apis;
  std::unique_ptr<route53::Service> zones;
  std::unique_ptr<Service> stacks;
};

class World final : public AwsCaller {
 public:
  World() : scheduler(clock) {
    for (const char* name : {"us-east-1", "us-west-2"}) {
      regions[name] = std::make_unique<Region>(*this, name);
    }
  }
  void Call(std::string_view service, std::string_view region, http::Request request,
            std::function<void(Result<http::Response>)> done) override {
    regions.at(std::string(region))->Handle(service, request, [done](http::Response response) {
      done(response);
    });
  }

  bool Turn() {
    for (auto& [name, region] : regions) {
      if (region->committer.waiting() > 0) {
        region->committer.Flush();
        return true;
      }
      if (!region->outbox.empty()) {
        auto [to, message] = std::move(region->outbox.front());
        region->outbox.erase(region->outbox.begin());
        regions.at(to)->tables->OnPeerMessage(name, message, [](Status) {});
        return true;
      }
      if (!region->joining.empty()) {
        const storage::TableId table = region->joining.back();
        region->joining.pop_back();
        region->tables->OnReplicaCaughtUp(table);
        return true;
      }
    }
    return false;
  }
  // Until the stack is complete, or ten minutes have passed.
  void Settle() {
    const Instant end = clock.Now() + Duration::Minutes(10);
    while (clock.Now() < end) {
      if (!Turn() && !scheduler.RunNext()) return;
      if (!Turn() && IsQuiet()) return;
    }
  }
  bool IsQuiet();
  std::string Send(const std::string& region,
                   std::vector<std::pair<std::string, std::string>> form) {
    http::Request request{.method = "POST"};
    for (const auto& [name, value] : form) {
      request.body += PercentEncode(name) + "=" + PercentEncode(value) + "&";
    }
    return Ask(region, "cloudformation", std::move(request)).body;
  }
  http::Response Ask(const std::string& region, std::string_view service, http::Request request) {
    std::optional<http::Response> answer;
    regions.at(region)->Handle(service, request,
                               [&](http::Response response) { answer = std::move(response); });
    while (!answer && Turn()) {
    }
    return answer.value_or(http::Response{.status = 0});
  }
  std::string StatusOf(const std::string& region, const std::string& stack) {
    return Between(Send(region, {{"Action", "DescribeStacks"}, {"StackName", stack}}),
                   "StackStatus");
  }
  std::string Output(const std::string& region, const std::string& stack, const std::string& key) {
    const std::string body = Send(region, {{"Action", "DescribeStacks"}, {"StackName", stack}});
    const size_t at = body.find("<OutputKey>" + key + "<");
    return at == std::string::npos ? "" : Between(body.substr(at), "OutputValue");
  }
  // As `aws cloudformation deploy`: a change set, its execution, and waiting.
  void Deploy(const std::string& region, const std::string& stack, const std::string& body,
              const std::vector<std::pair<std::string, std::string>>& parameters);

  ManualClock clock;
  ManualScheduler scheduler;
  std::map<std::string, std::unique_ptr<Region>> regions;
  std::set<std::pair<std::string, std::string>> deployed;
};

Region::Region(World& in, std::string region_name)
    : world(in), name(std::move(region_name)), prng(name.size() + name[3]) {
  const std::string account = "000000000000";
  s3 = std::make_unique<s3::Service>(s3::Service::Options{name, account},
                                     s3::Service::Dependencies{engine, committer, in.clock, prng});
  roles = *iam::Service::Open({account}, {engine, committer, in.clock, prng});
  certificates =
      *acm::Service::Open({name, account}, {engine, committer, in.clock, prng, authority});
  tables = *dynamodb::Service::Open({name, account},
                                    {engine, committer, in.clock, in.scheduler, prng, *this});
  tables->WatchGroups([this](const dynamodb::ReplicationGroup& group) {
    if (group.joining) joining.push_back(group.table);
  });
  functions =
      *lambda::Service::Open({name, account, {}, nullptr},
                             {engine, committer, in.clock, in.scheduler, prng, processes, *this});
  apis = *apigateway::Service::Open(
      {name, account}, {engine, committer, in.clock, in.scheduler, prng, *functions, *this,
                        [](std::string_view, std::string_view, std::string_view) {}});
  zones = *route53::Service::Open({{}}, {engine, committer, in.clock, in.scheduler, prng});
  stacks = *Service::Open({name, account}, {engine, committer, in.clock, in.scheduler, prng, in});
}

void Region::Handle(std::string_view service, const http::Request& request, http::Reply reply) {
  if (service == "s3") return s3->Handle(request, reply);
  if (service == "acm") return certificates->Handle(request, reply);
  if (service == "dynamodb") return tables->Handle(request, reply);
  if (service == "lambda") return functions->Handle(request, reply);
  if (service == "apigateway") return apis->Handle(request, reply);
  if (service == "cloudformation") return stacks->Handle(request, reply);
  ASSERT_EQ(name, "us-east-1") << service << " is in one region only";
  if (service == "iam") return roles->Handle(request, reply);
  if (service == "route53") return zones->Handle(request, reply);
  FAIL() << service;
}

bool World::IsQuiet() {
  for (const auto& [region, stack] : deployed) {
    if (StatusOf(region, stack).ends_with("IN_PROGRESS")) return false;
  }
  return true;
}

void World::Deploy(const std::string& region, const std::string& stack, const std::string& body,
                   const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::vector<std::pair<std::string, std::string>> form = {
      {"Action", "CreateChangeSet"}, {"StackName", stack},
      {"ChangeSetName", "awscli-1"}, {"ChangeSetType", "CREATE"},
      {"TemplateBody", body},        {"Capabilities.member.1", "CAPABILITY_IAM"}};
  int number = 0;
  for (const auto& [key, value] : parameters) {
    const std::string prefix = fmt::format("Parameters.member.{}.", ++number);
    form.emplace_back(prefix + "ParameterKey", key);
    form.emplace_back(prefix + "ParameterValue", value);
  }
  const std::string created = Send(region, form);
  const std::string described =
      Send(region, {{"Action", "DescribeChangeSet"}, {"ChangeSetName", Between(created, "Id")}});
  ASSERT_EQ(Between(described, "Status"), "CREATE_COMPLETE") << created << described;
  Send(region, {{"Action", "ExecuteChangeSet"}, {"ChangeSetName", Between(created, "Id")}});
  deployed.emplace(region, stack);
  Settle();
  ASSERT_EQ(StatusOf(region, stack), "CREATE_COMPLETE")
      << Send(region, {{"Action", "DescribeStackEvents"}, {"StackName", stack}});
}

std::string ReadExample(const std::string& name) {
  std::ifstream file(std::string(LIFEBOAT_EXAMPLES) + "/techmoda/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// `aws cloudformation package`: every code folder becomes an object in the region's bucket.
std::string Package(World& world, const std::string& region) {
  const std::string bucket = "techmoda-" + region;
  http::Request make{.method = "PUT", .target = "/" + bucket};
  if (region != "us-east-1") {
    make.body = "<CreateBucketConfiguration><LocationConstraint>" + region +
                "</LocationConstraint></CreateBucketConfiguration>";
  }
  EXPECT_EQ(world.Ask(region, "s3", make).status, 200);
  std::string body = ReadExample("template.yaml");
  const std::string from = "CodeUri: build/functions/";
  for (size_t at = body.find(from); at != std::string::npos; at = body.find(from)) {
    const size_t end = body.find('\n', at);
    const std::string function = body.substr(at + from.size(), end - at - from.size() - 1);
    EXPECT_EQ(world
                  .Ask(region, "s3",
                       {.method = "PUT", .target = "/" + bucket + "/" + function, .body = function})
                  .status,
              200);
    body.replace(at, end - at, "CodeUri: s3://" + bucket + "/" + function);
  }
  return body;
}

TEST(ExampleTest, TechModaIsDeployedAndDeleted) {
  World world;
  world.Deploy("us-east-1", "techmoda-data", ReadExample("data.yaml"), {});
  const std::pair<std::string, std::string> sides[] = {
      {"us-east-1", "use1.api.techmoda-example.com"},
      {"us-west-2", "usw2.api.techmoda-example.com"}};
  for (const auto& [region, name] : sides) {
    const http::Response table =
        world.Ask(region, "dynamodb",
                  {.method = "POST",
                   .headers = {{"X-Amz-Target", "DynamoDB_20120810.DescribeTable"},
                               {"Content-Type", "application/x-amz-json-1.0"}},
                   .body = R"({"TableName":"products"})"});
    EXPECT_NE(table.body.find("\"ReplicaStatus\":\"ACTIVE\""), std::string::npos) << region;
    EXPECT_NE(table.body.find("\"DeletionProtectionEnabled\":true"), std::string::npos) << region;
    const http::Response backups =
        world.Ask(region, "dynamodb",
                  {.method = "POST",
                   .headers = {{"X-Amz-Target", "DynamoDB_20120810.DescribeContinuousBackups"},
                               {"Content-Type", "application/x-amz-json-1.0"}},
                   .body = R"({"TableName":"products"})"});
    EXPECT_NE(backups.body.find("\"PointInTimeRecoveryStatus\":\"ENABLED\""), std::string::npos);
    world.Deploy(region, "techmoda-api", Package(world, region), {{"RegionalDomainName", name}});
    EXPECT_NE(world.Output(region, "techmoda-api", "ApiUrl").find(".execute-api." + region),
              std::string::npos);
  }

  std::vector<std::pair<std::string, std::string>> parameters;
  for (const auto& [region, name] : sides) {
    const std::string side = region == "us-east-1" ? "Primary" : "Standby";
    parameters.emplace_back(side + "DomainName", name);
    for (const char* output : {"PublicTarget", "RegionalTarget", "TargetZoneId"}) {
      parameters.emplace_back(side + output, world.Output(region, "techmoda-api", output));
    }
  }
  world.Deploy("us-west-2", "techmoda-dns", ReadExample("dns.yaml"), parameters);
  const std::string zone = world.Output("us-west-2", "techmoda-dns", "ZoneId");
  const std::string records =
      world
          .Ask("us-east-1", "route53",
               {.method = "GET", .target = "/2013-04-01/hostedzone/" + zone + "/rrset"})
          .body;
  EXPECT_NE(records.find("<Failover>SECONDARY</Failover>"), std::string::npos);
  EXPECT_NE(records.find("usw2.api.techmoda-example.com."), std::string::npos);

  for (const auto& [region, stack] : {std::pair{"us-west-2", "techmoda-dns"},
                                      {"us-west-2", "techmoda-api"},
                                      {"us-east-1", "techmoda-api"},
                                      {"us-east-1", "techmoda-data"}}) {
    world.Send(region, {{"Action", "DeleteStack"}, {"StackName", stack}});
    world.Settle();
    EXPECT_EQ(world.StatusOf(region, stack), "")
        << world.Send(region, {{"Action", "DescribeStackEvents"}, {"StackName", stack}});
  }
}

}  // namespace
}  // namespace lifeboat::cloudformation
