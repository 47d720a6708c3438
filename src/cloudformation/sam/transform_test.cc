// The SAM transform against what aws-sam-translator makes of the example's template, and each of
// its refusals.
#include "cloudformation/sam/transform.h"

#include <gtest/gtest.h>

#include "cloudformation/sam/techmoda_golden.h"

namespace lifeboat::cloudformation {
namespace {

// SAM hashes Python's way of printing a dictionary, we hash sorted JSON: only the digits differ.
constexpr std::string_view kTheirDigest = "ce8c702c64901857ed09947a2e1ee1f5e015ad22";

std::string Replace(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

TEST(SamTransformTest, MakesWhatSamMakesOfTheExample) {
  const auto source = ParseTemplate(sam::kTechModaSource);
  ASSERT_TRUE(source.ok()) << source.error().message;
  const auto transformed = TransformServerless(*source);
  ASSERT_TRUE(transformed.ok()) << transformed.error().message;
  std::string deployment;
  for (const auto& [id, resource] : transformed->Section("Resources")) {
    if (id.starts_with("ServerlessRestApiDeployment")) deployment = id;
  }
  const std::string description =
      transformed->FindResource(deployment)->FindPath({"Properties", "Description"})->as_string();
  const std::string digest = description.substr(description.size() - 40);
  EXPECT_EQ(deployment.substr(deployment.size() - 10), digest.substr(0, 10));
  std::string golden = Replace(sam::kTechModaGolden, kTheirDigest, digest);
  golden = Replace(golden, kTheirDigest.substr(0, 10), digest.substr(0, 10));
  const auto expected = json::Parse(golden);
  ASSERT_TRUE(expected.ok());
  for (const auto& [id, resource] : expected->Find("Resources")->as_object()) {
    const json::Value* ours = transformed->FindResource(id);
    ASSERT_NE(ours, nullptr) << id;
    EXPECT_EQ(*ours, resource) << id << "\n" << json::WritePretty(*ours);
  }
  EXPECT_EQ(json::Value(transformed->root), *expected);
}

std::string Resources(const std::string& yaml) {
  return "Transform: AWS::Serverless-2016-10-31\nResources:\n" + yaml;
}

std::string Function(const std::string& properties) {
  return Resources("  F:\n    Type: AWS::Serverless::Function\n    Properties: {" + properties +
                   "}\n");
}

std::string Message(const std::string& yaml) {
  const auto source = ParseTemplate(yaml);
  if (!source.ok()) return source.error().message;
  const auto transformed = TransformServerless(*source);
  return transformed.ok() ? "ok" : transformed.error().message;
}

constexpr const char* kGood = "CodeUri: 's3://b/k', Handler: h, Runtime: provided.al2023";

TEST(SamTransformTest, TheDeploymentFollowsTheBodyOnly) {
  const auto id_of = [](const std::string& properties) {
    const auto transformed = TransformServerless(*ParseTemplate(Function(properties)));
    for (const auto& [id, resource] : transformed->Section("Resources")) {
      if (id.starts_with("ServerlessRestApiDeployment")) return id;
    }
    return std::string();
  };
  const std::string events = std::string(kGood) + ", Events: {E: {Type: Api, Properties: {Path: ";
  const std::string first = id_of(events + "/a, Method: get}}}");
  EXPECT_EQ(first.size(), std::string("ServerlessRestApiDeployment").size() + 10);
  EXPECT_EQ(id_of(events + "/a, Method: GET}}}, Timeout: 9"), first);
  EXPECT_NE(id_of(events + "/b, Method: get}}}"), first);
}

TEST(SamTransformTest, AnyMethodAndParameters) {
  const auto transformed = TransformServerless(*ParseTemplate(
      Function(std::string(kGood) +
               ", Events: {E: {Type: Api, Properties: {Path: '/a/{b}/{c+}/', Method: any}}}")));
  ASSERT_TRUE(transformed.ok());
  EXPECT_NE(transformed->FindResource("ServerlessRestApi")
                ->FindPath({"Properties", "Body", "paths", "/a/{b}/{c+}/",
                            "x-amazon-apigateway-any-method"}),
            nullptr);
  EXPECT_EQ(
      transformed->FindResource("FEPermissionProd")
          ->FindPath({"Properties", "SourceArn", "Fn::Sub"})
          ->as_array()[0]
          .as_string(),
      "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/*/a/*/*");
}

TEST(SamTransformTest, GlobalsMergeMapsAndLists) {
  const auto transformed = TransformServerless(*ParseTemplate(
      "Globals: {Function: {Timeout: 3, Runtime: provided.al2023, Architectures: [x],\n"
      "  Environment: {Variables: {A: 1, B: 1}}}}\n" +
      Function("CodeUri: {Bucket: b, Key: k, Version: v}, Handler: h, Timeout: 5, "
               "Architectures: [y], Environment: {Variables: {B: 2}}, Role: arn:x")));
  ASSERT_TRUE(transformed.ok()) << transformed.error().message;
  EXPECT_EQ(json::Write(*transformed->FindResource("F")->Find("Properties")),
            R"({"Code":{"S3Bucket":"b","S3Key":"k","S3ObjectVersion":"v"},"Handler":"h",)"
            R"("Runtime":"provided.al2023","Timeout":5,)"
            R"("Environment":{"Variables":{"A":1,"B":2}},"Architectures":["x","y"],)"
            R"("Role":"arn:x","Tags":[{"Key":"lambda:createdBy","Value":"SAM"}]})");
  EXPECT_EQ(transformed->FindResource("FRole"), nullptr);
  EXPECT_EQ(transformed->FindResource("ServerlessRestApi"), nullptr);
}

TEST(SamTransformTest, InlineCodeIsPassedOn) {
  const auto transformed = TransformServerless(
      *ParseTemplate(Function("CodeUri: 's3://b/k', InlineCode: 'exports.handler = 1', Handler: h, "
                              "Runtime: nodejs22.x, Role: arn:x")));
  ASSERT_TRUE(transformed.ok()) << transformed.error().message;
  EXPECT_EQ(json::Write(*transformed->FindResource("F")->Find("Properties")->Find("Code")),
            R"({"ZipFile":"exports.handler = 1"})");
}

TEST(SamTransformTest, Refuses) {
  const std::string head =
      "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application "
      "Specification document. Number of errors found: 1. ";
  const std::string f = head + "Resource with id [F] is invalid. ";
  const std::string good = kGood;
  const auto event = [&](const std::string& text) {
    return Function(good + ", Events: {E: " + text + "}");
  };
  EXPECT_EQ(Message(Function("Handler: h")),
            f + "Only one of 'InlineCode' or 'CodeUri' can be set.");
  EXPECT_EQ(Message(Function("CodeUri: ./src, Handler: h, Runtime: r")),
            f + "'CodeUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional "
                "versionId query parameter.");
  EXPECT_EQ(Message(Function("CodeUri: {Bucket: b}, Handler: h, Runtime: r")),
            f + "'CodeUri' requires Bucket and Key properties to be specified.");
  EXPECT_EQ(Message(Function("CodeUri: 's3://b/k'")),
            f + "Properties Handler and Runtime must be specified for a Zip package.");
  EXPECT_EQ(Message(Function(good + ", Layers: [x]")), f + "Property 'Layers' is not supported.");
  EXPECT_EQ(Message(Function(good + ", Policies: AmazonS3FullAccess")),
            f + "The managed policy 'AmazonS3FullAccess' must be given by its ARN.");
  EXPECT_EQ(Message(Function(good + ", Policies: [{SQSPollerPolicy: {QueueName: q}}]")),
            f + "The policy template 'SQSPollerPolicy' is not supported, or its parameters are not "
                "complete.");
  EXPECT_EQ(Message(event("{Type: Schedule, Properties: {Schedule: x}}")),
            f + "Event with id [E] is invalid. The event type 'Schedule' is not supported.");
  EXPECT_EQ(Message(event("{Type: Api, Properties: {Path: /a, Method: get, Auth: {}}}")),
            f + "Event with id [E] is invalid. Property 'Auth' is not supported.");
  EXPECT_EQ(Message(event("{Type: Api, Properties: {Method: get}}")),
            f + "Event with id [E] is invalid. Missing required property 'Path'.");
  EXPECT_EQ(Message(event("{Type: Api, Properties: {Path: /a}}")),
            f + "Event with id [E] is invalid. Missing required property 'Method'.");
  EXPECT_EQ(Message(event("{Type: Api, Properties: {Path: /a, Method: get}}, "
                          "G: {Type: Api, Properties: {Path: /a, Method: GET}}")),
            f + "Event with id [G] is invalid. API method \"get\" defined multiple times for path "
                "\"/a\".");
  EXPECT_EQ(Message(Resources("  F: {Type: 'AWS::Serverless::HttpApi'}")),
            f + "The type AWS::Serverless::HttpApi is not supported.");
  EXPECT_EQ(
      Message(Resources("  F: {Type: 'AWS::Serverless::Function', Condition: C, Properties: {" +
                        good + "}}")),
      f + "The attribute Condition is not supported.");
  EXPECT_EQ(Message("Globals: {Api: {Cors: x}}\n" + Function(good)),
            head + "'Globals' section is invalid. 'Cors' is not supported in 'Api'.");
  EXPECT_EQ(Message("Globals: {HttpApi: {}}\n" + Function(good)),
            head + "'Globals' section is invalid. Section 'HttpApi' is not supported.");
}

TEST(SamTransformTest, CountsItsErrors) {
  EXPECT_NE(Message(Resources("  A: {Type: 'AWS::Serverless::Api'}\n"
                              "  B: {Type: 'AWS::Serverless::Api'}"))
                .find("Number of errors found: 2. Resource with id [A] is invalid. The type "
                      "AWS::Serverless::Api is not supported. Resource with id [B]"),
            std::string::npos);
}

}  // namespace
}  // namespace lifeboat::cloudformation
