// CloudFormation through its protocol: change sets, stacks, events, errors with AWS's texts, and a
// process that dies at every single turn.
#include "cloudformation/service.h"

#include <gtest/gtest.h>

#include "cloudformation/limits.h"
#include "cloudformation/test_world.h"

namespace lifeboat::cloudformation {
namespace {

using Form = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kTwoBuckets = R"(
Description: two buckets
Parameters:
  Secret: {Type: String, Default: hush, NoEcho: true}
  Size: {Type: Number, Default: 3}
Resources:
  First: {Type: 'AWS::S3::Bucket'}
  Second: {Type: 'AWS::S3::Bucket', DependsOn: First}
Outputs:
  Name: {Value: !Ref Second, Description: the second, Export: {Name: second-bucket}}
  Arn: {Value: !GetAtt First.Arn}
)";

constexpr const char* kRole = R"(
Resources:
  R: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {}}}
)";

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() { ScriptBuckets(); }

  // Buckets that are remembered, so that making one twice shows.
  void ScriptBuckets() {
    world_.aws.On("s3 HEAD /", [this](const RecordedCall& call) {
      http::Response response{.status = buckets_.contains(call.request.target) ? 200 : 404};
      return Result<http::Response>(response);
    });
    world_.aws.On("s3 PUT /", [this](const RecordedCall& call) {
      const bool is_new = buckets_.insert(call.request.target).second;
      return Result<http::Response>(
          http::Response{.status = is_new ? 200 : 409,
                         .body = is_new ? "" : "<Error><Code>BucketAlreadyExists</Code></Error>"});
    });
    world_.aws.On("s3 DELETE /", [this](const RecordedCall& call) {
      const bool was_there = buckets_.erase(call.request.target) > 0;
      return Result<http::Response>(
          http::Response{.status = was_there ? 204 : 404,
                         .body = was_there ? "" : "<Error><Code>NoSuchBucket</Code></Error>"});
    });
  }
  std::string Send(const std::string& action, Form form = {}) {
    form.insert(form.begin(), {"Action", action});
    return world_.Send(form);
  }
  // `code: message` of an error answer, or the status.
  std::string Error(const std::string& action, Form form = {}) {
    const std::string body = Send(action, std::move(form));
    const std::string code = Between(body, "Code");
    return code.empty() ? std::to_string(world_.last_status)
                        : code + ": " + Between(body, "Message");
  }
  static std::string Unquoted(std::string text) {
    for (size_t at = text.find("&apos;"); at != std::string::npos; at = text.find("&apos;", at)) {
      text.replace(at, 6, "'");
    }
    return text;
  }
  std::string StatusOf(const std::string& stack) {
    return Between(Send("DescribeStacks", {{"StackName", stack}}), "StackStatus");
  }
  // Logical id, status and reason, oldest first.
  std::vector<std::string> Events(const std::string& stack) {
    const std::string body = Send("DescribeStackEvents", {{"StackName", stack}});
    std::vector<std::string> events;
    for (size_t at = body.find("<member>"); at != std::string::npos;
         at = body.find("<member>", at + 1)) {
      const std::string member = body.substr(at, body.find("</member>", at) - at);
      events.insert(events.begin(), Between(member, "LogicalResourceId") + " " +
                                        Between(member, "ResourceStatus") + " " +
                                        Between(member, "ResourceStatusReason"));
    }
    return events;
  }
  void CreateAndSettle(const std::string& name, const std::string& body) {
    EXPECT_EQ(Error("CreateStack", {{"StackName", name}, {"TemplateBody", body}}), "200");
    world_.Settle();
  }

  std::set<std::string> buckets_;
  TestWorld world_;
};

TEST_F(ServiceTest, CreatesDescribesAndDeletes) {
  const std::string created = Send("CreateStack", {{"StackName", "shop"},
                                                   {"TemplateBody", kTwoBuckets},
                                                   {"Tags.member.1.Key", "k"},
                                                   {"Tags.member.1.Value", "v"}});
  const std::string id = Between(created, "StackId");
  EXPECT_TRUE(id.starts_with("arn:aws:cloudformation:us-west-2:000000000000:stack/shop/"));
  EXPECT_EQ(StatusOf("shop"), "CREATE_IN_PROGRESS");
  world_.Settle();
  const std::string stack = Send("DescribeStacks", {{"StackName", id}});
  EXPECT_EQ(Between(stack, "StackStatus"), "CREATE_COMPLETE");
  EXPECT_NE(stack.find("<ParameterKey>Secret</ParameterKey><ParameterValue>****<"),
            std::string::npos);
  EXPECT_NE(stack.find("<ParameterKey>Size</ParameterKey><ParameterValue>3<"), std::string::npos);
  EXPECT_TRUE(Between(stack, "OutputValue").starts_with("shop-second-"));
  EXPECT_EQ(Between(stack, "ExportName"), "second-bucket");
  EXPECT_NE(stack.find("<Key>k</Key><Value>v</Value>"), std::string::npos);
  EXPECT_EQ(buckets_.size(), 2u);
  EXPECT_EQ(Between(Send("ListExports"), "Name"), "second-bucket");
  EXPECT_EQ(Between(Send("DescribeStackResource",
                         {{"StackName", "shop"}, {"LogicalResourceId", "First"}}),
                    "ResourceStatus"),
            "CREATE_COMPLETE");
  EXPECT_NE(Send("ListStackResources", {{"StackName", "shop"}}).find("AWS::S3::Bucket"),
            std::string::npos);
  EXPECT_NE(Send("DescribeStackResources", {{"StackName", "shop"}}).find("shop-first-"),
            std::string::npos);
  EXPECT_EQ(Between(Send("GetTemplate", {{"StackName", "shop"}}), "TemplateBody").size(),
            std::string(kTwoBuckets).size());

  EXPECT_EQ(Error("DeleteStack", {{"StackName", "shop"}}), "200");
  world_.Settle();
  EXPECT_TRUE(buckets_.empty());
  EXPECT_EQ(Between(Send("DescribeStacks", {{"StackName", id}}), "StackStatus"), "DELETE_COMPLETE");
  EXPECT_EQ(Error("DescribeStacks", {{"StackName", "shop"}}),
            "ValidationError: Stack with id shop does not exist");
  EXPECT_EQ(Error("DeleteStack", {{"StackName", "shop"}}), "200");
  EXPECT_NE(Send("ListStacks").find("DELETE_COMPLETE"), std::string::npos);
  EXPECT_EQ(Send("ListStacks", {{"StackStatusFilter.member.1", "CREATE_COMPLETE"}}).find("shop"),
            std::string::npos);
}

TEST_F(ServiceTest, EventsTellTheStory) {
  CreateAndSettle("shop", "Resources: {A: {Type: 'AWS::S3::Bucket'}}");
  EXPECT_EQ(Events("shop"), (std::vector<std::string>{
                                "shop CREATE_IN_PROGRESS User Initiated", "A CREATE_IN_PROGRESS ",
                                "A CREATE_IN_PROGRESS Resource creation Initiated",
                                "A CREATE_COMPLETE ", "shop CREATE_COMPLETE "}));
}

TEST_F(ServiceTest, RollsBackWithTheServicesOwnWords) {
  world_.aws.On("iam CreateRole", 400,
                "<ErrorResponse><Error><Code>MalformedPolicyDocument</Code><Message>Syntax error."
                "</Message></Error></ErrorResponse>");
  const std::string body = std::string("Resources:\n  A: {Type: 'AWS::S3::Bucket'}\n") +
                           "  R: {Type: 'AWS::IAM::Role', DependsOn: A, Properties: "
                           "{AssumeRolePolicyDocument: {}}}\n";
  Send(
      "CreateStack",
      {{"StackName", "shop"}, {"TemplateBody", body}, {"Capabilities.member.1", "CAPABILITY_IAM"}});
  world_.Settle();
  EXPECT_EQ(StatusOf("shop"), "ROLLBACK_COMPLETE");
  const std::vector<std::string> events = Events("shop");
  EXPECT_NE(std::find(events.begin(), events.end(),
                      "R CREATE_FAILED Resource handler returned message: &quot;Syntax error. "
                      "(Service: Iam, Status Code: 400, Request ID: )&quot;"),
            events.end());
  EXPECT_NE(std::find(events.begin(), events.end(),
                      "shop ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [R]. "
                      "Rollback requested by user."),
            events.end());
  EXPECT_TRUE(buckets_.empty());
  EXPECT_TRUE(Error("UpdateStack", {{"StackName", "shop"}, {"TemplateBody", kTwoBuckets}})
                  .ends_with("is in ROLLBACK_COMPLETE state and can not be updated."));
}

// What can be known before the first resource is made is refused with the request.
TEST_F(ServiceTest, RefusesAtOnceWhatItCanKnow) {
  const std::string off =
      "Mappings: {M: {a: {b: c}}}\n"
      "Parameters: {P: {Type: String, Default: a}}\n"
      "Conditions: {IsOff: !Equals [a, b], IsOn: !Equals [a, a]}\n"
      "Resources:\n  Dead: {Type: 'AWS::S3::Bucket', Condition: IsOff}\n"
      "  A: {Type: 'AWS::S3::Bucket', Properties: {BucketName: ";
  const std::string dead =
      "Template format error: Unresolved resource dependencies [Dead] in the Resources block of "
      "the template";
  const std::pair<std::string, std::string> rows[] = {
      {"!Ref Dead", dead},
      {"!GetAtt Dead.Arn", dead},
      {"!Sub 'x${Dead}'", dead},
      {"!If [IsOn, !Ref Dead, x]", dead},
      {"!FindInMap [N, a, b]",
       "Template error: Mapping named 'N' is not present in the 'Mappings' section of template."},
      {"!FindInMap [M, x, b]", "Template error: Unable to get mapping for M::x::b"},
      {"!FindInMap [M, !Ref P, z]", "Template error: Unable to get mapping for M::a::z"},
      {"!FindInMap [M, !Ref 'AWS::Region', b]",
       "Template error: Unable to get mapping for M::us-west-2::b"},
      {"!ImportValue {Ref: Other}",
       "Template error: the attribute in Fn::ImportValue must not depend on any resources, "
       "imported "
       "values, or Fn::GetAZs"},
  };
  for (const auto& [value, message] : rows) {
    const std::string body = off + value + "}}\n  Other: {Type: 'AWS::S3::Bucket'}\n";
    const Form form = {{"StackName", "s"}, {"TemplateBody", body}};
    EXPECT_EQ(Unquoted(Error("CreateStack", form)), "ValidationError: " + message) << value;
    Form set = form;
    set.insert(set.end(), {{"ChangeSetName", "c"}, {"ChangeSetType", "CREATE"}});
    EXPECT_EQ(Unquoted(Error("CreateChangeSet", set)), "ValidationError: " + message) << value;
    EXPECT_EQ(Error("DescribeStacks", {{"StackName", "s"}}),
              "ValidationError: Stack with id s does not exist");
  }
  const std::string output = off + "x}}\nOutputs: {O: {Value: !Ref Dead}}";
  EXPECT_EQ(
      Error("CreateStack", {{"StackName", "s"}, {"TemplateBody", output}}),
      "ValidationError: Template format error: Unresolved resource dependencies [Dead] in the "
      "Outputs block of the template");
  // A dead branch, a dead output and a dependency on what is off are no matter.
  CreateAndSettle("s", off +
                           "!If [IsOff, !Ref Dead, x]}, DependsOn: Dead}\n"
                           "Outputs: {O: {Value: !Ref Dead, Condition: IsOff}}");
  EXPECT_EQ(StatusOf("s"), "CREATE_COMPLETE");
}

TEST_F(ServiceTest, WhateverImportsProtectsTheExport) {
  CreateAndSettle("base",
                  "Resources: {A: {Type: 'AWS::S3::Bucket'}}\n"
                  "Outputs: {O: {Value: v, Export: {Name: shared}}}");
  EXPECT_EQ(Error("ListImports", {{"ExportName", "shared"}}),
            "ValidationError: Export 'shared' is not imported by any stack.");
  const std::string rest = "Resources: {A: {Type: 'AWS::S3::Bucket'";
  const std::pair<std::string, std::string> rows[] = {
      {"output", rest + "}}\nOutputs: {O: {Value: !ImportValue shared}}"},
      {"property", rest + ", Properties: {BucketName: !ImportValue {'Fn::Sub': shared}}}}"},
  };
  for (const auto& [name, body] : rows) {
    CreateAndSettle(name, body);
    EXPECT_EQ(StatusOf(name), "CREATE_COMPLETE") << name;
    EXPECT_EQ(Error("DeleteStack", {{"StackName", "base"}}),
              "ValidationError: Export shared cannot be deleted as it is in use by " + name);
    EXPECT_NE(Send("ListImports", {{"ExportName", "shared"}}).find("<member>" + name + "</member>"),
              std::string::npos);
    EXPECT_EQ(Error("DeleteStack", {{"StackName", name}}), "200");
    world_.Settle();
  }
  EXPECT_EQ(Error("DeleteStack", {{"StackName", "base"}}), "200");
}

TEST_F(ServiceTest, DynamicReferencesFailTheResourceByName) {
  const std::pair<std::string, std::string> rows[] = {
      {"'{{resolve:ssm:/a/b:1}}'", "{{resolve:ssm:/a/b:1}}"},
      {"!Sub 'x-{{resolve:ssm:/a/${AWS::Region}}}-y'", "{{resolve:ssm:/a/us-west-2}}"},
      {"!Join ['', ['{{resolve:', 'secretsmanager:s}}']]", "{{resolve:secretsmanager:s}}"},
  };
  for (const auto& [value, named] : rows) {
    CreateAndSettle(
        "s", "Resources: {A: {Type: 'AWS::S3::Bucket', Properties: {BucketName: " + value + "}}}");
    const std::vector<std::string> events = Events("s");
    EXPECT_NE(std::find(events.begin(), events.end(),
                        "A CREATE_FAILED Dynamic reference " + named +
                            " is not supported by Lifeboat (docs/compatibility.md lists what is)"),
              events.end())
        << value;
    Send("DeleteStack", {{"StackName", "s"}});
    world_.Settle();
  }
}

TEST_F(ServiceTest, UnsupportedPropertiesFailTheResourceByName) {
  CreateAndSettle("shop",
                  "Resources: {A: {Type: 'AWS::S3::Bucket', Properties: {AccessControl: x}}}");
  const std::vector<std::string> events = Events("shop");
  EXPECT_NE(std::find(events.begin(), events.end(),
                      "A CREATE_FAILED Property AccessControl is not supported by Lifeboat "
                      "(docs/compatibility.md lists what is)"),
            events.end());
}

TEST_F(ServiceTest, CallsWithoutAnAnswerAreRepeated) {
  int refusals = 3;
  world_.aws.On("s3 PUT /", [&](const RecordedCall& call) -> Result<http::Response> {
    if (refusals-- > 0) return lifeboat::Error{ErrorCode::kUnavailable, "no link"};
    buckets_.insert(call.request.target);
    return http::Response{};
  });
  CreateAndSettle("shop", "Resources: {A: {Type: 'AWS::S3::Bucket'}}");
  EXPECT_EQ(StatusOf("shop"), "CREATE_COMPLETE");
  world_.aws.On("s3 DELETE /", [&](const RecordedCall&) -> Result<http::Response> {
    return lifeboat::Error{ErrorCode::kUnavailable, "no link"};
  });
  Send("DeleteStack", {{"StackName", "shop"}});
  world_.Settle();
  EXPECT_EQ(StatusOf("shop"), "DELETE_FAILED");
}

TEST_F(ServiceTest, ChangeSetsAsTheCliUsesThem) {
  const Form create = {{"StackName", "shop"},
                       {"ChangeSetName", "awscli-1"},
                       {"ChangeSetType", "CREATE"},
                       {"TemplateBody", kTwoBuckets},
                       {"Parameters.member.1.ParameterKey", "Size"},
                       {"Parameters.member.1.ParameterValue", "9"}};
  const std::string id = Between(Send("CreateChangeSet", create), "Id");
  EXPECT_TRUE(id.starts_with("arn:aws:cloudformation:us-west-2:000000000000:changeSet/awscli-1/"));
  EXPECT_EQ(StatusOf("shop"), "REVIEW_IN_PROGRESS");
  const std::string described =
      Send("DescribeChangeSet", {{"ChangeSetName", "awscli-1"}, {"StackName", "shop"}});
  EXPECT_EQ(Between(described, "Status"), "CREATE_COMPLETE");
  EXPECT_EQ(Between(described, "ExecutionStatus"), "AVAILABLE");
  EXPECT_NE(described.find("<Action>Add</Action><LogicalResourceId>First<"), std::string::npos);
  EXPECT_EQ(Error("ExecuteChangeSet", {{"ChangeSetName", id}}), "200");
  world_.Settle();
  EXPECT_EQ(StatusOf("shop"), "CREATE_COMPLETE");
  EXPECT_TRUE(Error("ExecuteChangeSet", {{"ChangeSetName", id}})
                  .starts_with("InvalidChangeSetStatus: ChangeSet [" + id));

  Form update = create;
  update[1].second = "awscli-2";
  update[2].second = "UPDATE";
  Send("CreateChangeSet", update);
  const auto reason = [&](const std::string& name) {
    return Between(Send("DescribeChangeSet", {{"ChangeSetName", name}, {"StackName", "shop"}}),
                   "StatusReason");
  };
  EXPECT_EQ(reason("awscli-2"),
            "The submitted information didn't contain changes. Submit different information to "
            "create a change set.");
  update[1].second = "awscli-3";
  update.back().second = "10";
  Send("CreateChangeSet", update);
  EXPECT_EQ(reason("awscli-3"),
            "Updating a stack is not supported by Lifeboat yet: delete the stack and create it "
            "anew.");
  EXPECT_NE(Send("ListChangeSets", {{"StackName", "shop"}}).find("awscli-3"), std::string::npos);
  EXPECT_EQ(Error("DeleteChangeSet", {{"ChangeSetName", "awscli-3"}, {"StackName", "shop"}}),
            "200");
  EXPECT_EQ(Error("DescribeChangeSet", {{"ChangeSetName", "awscli-3"}, {"StackName", "shop"}}),
            "ChangeSetNotFound: ChangeSet [awscli-3] does not exist");
}

TEST_F(ServiceTest, TransformsAreSeenThroughByTheChangeSet) {
  const auto reason = [&](const std::string& name, const std::string& yaml) {
    Send("CreateChangeSet", {{"StackName", "shop"},
                             {"ChangeSetName", name},
                             {"ChangeSetType", "CREATE"},
                             {"TemplateBody", "Transform: AWS::Serverless-2016-10-31\n" + yaml}});
    return Between(Send("DescribeChangeSet", {{"ChangeSetName", name}, {"StackName", "shop"}}),
                   "StatusReason");
  };
  EXPECT_TRUE(reason("a", "Resources: {X: {Type: 'AWS::Serverless::Function'}}")
                  .starts_with("Transform AWS::Serverless-2016-10-31 failed with: "));
  EXPECT_EQ(reason("b",
                   "Resources: {X: {Type: 'AWS::Serverless::Function', Properties: "
                   "{CodeUri: 's3://b/k', Handler: h, Runtime: r}}}"),
            "Requires capabilities : [CAPABILITY_IAM]");
  EXPECT_EQ(
      reason("c", "Resources: {X: {Type: 'AWS::SQS::Queue'}}"),
      "Resource type AWS::SQS::Queue is not supported by Lifeboat (docs/compatibility.md lists "
      "what is)");
  EXPECT_EQ(
      Error("ExecuteChangeSet", {{"ChangeSetName", "a"}, {"StackName", "shop"}}).substr(0, 22),
      "InvalidChangeSetStatus");
  EXPECT_EQ(Error("CreateStack", {{"StackName", "other"},
                                  {"TemplateBody",
                                   "Transform: AWS::Serverless-2016-10-31\n"
                                   "Resources: {X: {Type: 'AWS::S3::Bucket'}}"}}),
            "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_AUTO_EXPAND]");
}

Form With(Form form, const std::string& name, const std::string& value) {
  form.emplace_back(name, value);
  return form;
}

const Form kNamed = {{"StackName", "new"}};

const std::tuple<std::string, Form, std::string> kRefused[] = {
    {"Nonsense", {}, "InvalidAction: Could not find operation Nonsense for version 2010-05-15"},
    {"CreateStack", kNamed,
     "ValidationError: Either Template URL or Template Body must be specified."},
    {"CreateStack", With({{"StackName", "shop"}}, "TemplateBody", kTwoBuckets),
     "AlreadyExistsException: Stack [shop] already exists"},
    {"CreateStack", With({{"StackName", "1x"}}, "TemplateBody", kTwoBuckets),
     "ValidationError: 1 validation error detected: Value '1x' at 'stackName' failed to satisfy "
     "constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"},
    {"CreateStack", With(kNamed, "TemplateBody", "Resources: {}"),
     "ValidationError: Template format error: At least one Resources member must be defined."},
    {"CreateStack", With(kNamed, "TemplateBody", "Resources: {A: {Type: 'AWS::SQS::Queue'}}"),
     "ValidationError: Resource type AWS::SQS::Queue is not supported by Lifeboat "
     "(docs/compatibility.md lists what is)"},
    {"CreateStack",
     With(kNamed, "TemplateBody", "Transform: Other\nResources: {A: {Type: 'AWS::S3::Bucket'}}"),
     "ValidationError: No transform named Other found."},
    {"CreateStack", With(kNamed, "TemplateBody", kRole),
     "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_IAM]"},
    {"CreateStack", With(With(kNamed, "TemplateBody", kTwoBuckets), "RoleARN", "arn:x"),
     "ValidationError: Parameter RoleARN is not supported by Lifeboat (docs/compatibility.md lists "
     "what is)"},
    {"CreateStack", With(With(kNamed, "TemplateBody", kTwoBuckets), "OnFailure", "X"),
     "ValidationError: 1 validation error detected: Value 'X' at 'OnFailure' failed to satisfy "
     "constraint: Member must satisfy enum value set: [ROLLBACK, DELETE, DO_NOTHING]"},
    {"CreateStack",
     With(With(With(kNamed, "TemplateBody", kTwoBuckets), "OnFailure", "DELETE"), "DisableRollback",
          "true"),
     "ValidationError: You can specify either OnFailure or DisableRollback, but not both"},
    {"CreateStack",
     With(With(kNamed, "TemplateBody", kTwoBuckets), "Parameters.member.1.ParameterKey", "No"),
     "ValidationError: Parameters: [No] do not exist in the template"},
    {"CreateStack", With(kNamed, "TemplateBody", std::string(kMaxTemplateBodyBytes + 1, ' ')),
     "ValidationError: 1 validation error detected: Value at 'templateBody' failed to satisfy "
     "constraint: Member must have length less than or equal to 51200"},
    {"CreateStack", With(kNamed, "TemplateURL", "https://example.com/t"),
     "ValidationError: TemplateURL must be a supported URL: the address of an object in an S3 "
     "bucket"},
    {"CreateStack",
     With(With(kNamed, "TemplateURL", "https://s3.amazonaws.com/b/t"), "TemplateBody", "x"),
     "ValidationError: You can specify only one of Template URL and Template Body."},
    {"UpdateStack", With({{"StackName", "shop"}}, "TemplateBody", kTwoBuckets),
     "ValidationError: No updates are to be performed."},
    {"UpdateStack",
     With({{"StackName", "shop"}}, "TemplateBody", "Resources: {A: {Type: 'AWS::S3::Bucket'}}"),
     "ValidationError: Updating a stack is not supported by Lifeboat yet: delete the stack and "
     "create it anew."},
    {"UpdateStack", With(kNamed, "TemplateBody", kTwoBuckets),
     "ValidationError: Stack [new] does not exist"},
    {"DescribeStacks", kNamed, "ValidationError: Stack with id new does not exist"},
    {"GetTemplate", kNamed, "ValidationError: Stack with id new does not exist"},
    {"DescribeStackEvents", kNamed, "ValidationError: Stack [new] does not exist"},
    {"DescribeStackEvents",
     {},
     "ValidationError: 1 validation error detected: Value null at 'stackName' failed to satisfy "
     "constraint: Member must not be null"},
    {"DescribeStackEvents",
     {{"StackName", "shop"}, {"NextToken", "x"}},
     "ValidationError: Invalid NextToken"},
    {"DescribeStackResource",
     {{"StackName", "shop"}, {"LogicalResourceId", "X"}},
     "ValidationError: Resource X does not exist for stack shop"},
    {"CreateChangeSet",
     {{"StackName", "new"}, {"ChangeSetName", "c"}, {"TemplateBody", kTwoBuckets}},
     "ValidationError: Stack [new] does not exist"},
    {"CreateChangeSet",
     {{"StackName", "shop"},
      {"ChangeSetName", "c"},
      {"ChangeSetType", "CREATE"},
      {"TemplateBody", kTwoBuckets}},
     "ValidationError: Stack [shop] already exists and cannot be created again with the "
     "changeSet [c]."},
    {"CreateChangeSet",
     {{"StackName", "new"},
      {"ChangeSetName", "c"},
      {"ChangeSetType", "IMPORT"},
      {"TemplateBody", kTwoBuckets}},
     "ValidationError: Change set type IMPORT is not supported by Lifeboat (docs/compatibility.md "
     "lists what is)"},
    {"CreateChangeSet",
     {{"StackName", "new"},
      {"ChangeSetName", "c"},
      {"ChangeSetType", "CREATE"},
      {"TemplateBody", kRole}},
     "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_IAM]"},
    {"DescribeChangeSet",
     {{"ChangeSetName", "c"}, {"StackName", "none"}},
     "ValidationError: Stack [none] does not exist"},
    {"ExecuteChangeSet",
     {{"ChangeSetName", "arn:aws:cloudformation:x:y:changeSet/c/d"}},
     "ChangeSetNotFound: ChangeSet [arn:aws:cloudformation:x:y:changeSet/c/d] does not exist"},
};

TEST_F(ServiceTest, RefusesWithAwsTexts) {
  CreateAndSettle("shop", kTwoBuckets);
  for (const auto& [action, form, message] : kRefused) {
    std::string got = Error(action, form);
    for (size_t at = got.find("&quot;"); at != std::string::npos; at = got.find("&quot;")) {
      got.replace(at, 6, "\"");
    }
    EXPECT_EQ(got, message) << action;
  }
}

TEST_F(ServiceTest, ExportsAreUniqueAndHoldTheirStack) {
  CreateAndSettle("shop", kTwoBuckets);
  CreateAndSettle("twin", kTwoBuckets);
  EXPECT_EQ(StatusOf("twin"), "ROLLBACK_COMPLETE");
  const std::vector<std::string> events = Events("twin");
  EXPECT_NE(std::find(events.begin(), events.end(),
                      "twin ROLLBACK_IN_PROGRESS Export with name second-bucket is already "
                      "exported by stack shop. Rollback requested by user."),
            events.end());
  CreateAndSettle("user",
                  "Resources: {A: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Join ['-', "
                  "[!ImportValue second-bucket, copy]]}}}");
  EXPECT_EQ(StatusOf("user"), "CREATE_COMPLETE");
  EXPECT_EQ(Error("DeleteStack", {{"StackName", "shop"}}),
            "ValidationError: Export second-bucket cannot be deleted as it is in use by user");
  Send("DeleteStack", {{"StackName", "user"}});
  world_.Settle();
  EXPECT_EQ(Error("DeleteStack", {{"StackName", "shop"}}), "200");
}

TEST_F(ServiceTest, TemplatesComeFromBuckets) {
  world_.aws.On("s3 GET /code/t.yaml", 200, "Resources: {A: {Type: 'AWS::S3::Bucket'}}");
  world_.aws.On("s3 GET /code/gone", 404, "");
  for (const char* url :
       {"https://s3.eu-west-1.amazonaws.com/code/t.yaml",
        "https://code.s3.eu-west-1.amazonaws.com/t.yaml", "https://s3.amazonaws.com/code/t.yaml"}) {
    EXPECT_EQ(Error("ValidateTemplate", {{"TemplateURL", url}}), "200") << url;
  }
  EXPECT_EQ(world_.aws.calls.front().region, "eu-west-1");
  EXPECT_EQ(world_.aws.calls.back().region, "us-west-2");
  EXPECT_EQ(Error("ValidateTemplate", {{"TemplateURL", "https://s3.amazonaws.com/code/gone"}}),
            "ValidationError: S3 error: status 404 for https://s3.amazonaws.com/code/gone");
}

TEST_F(ServiceTest, SummariesAndValidation) {
  const std::string summary = Send("GetTemplateSummary", {{"TemplateBody", kTwoBuckets}});
  EXPECT_NE(summary.find("<ParameterKey>Secret</ParameterKey><DefaultValue>hush</DefaultValue>"
                         "<ParameterType>String</ParameterType><NoEcho>true<"),
            std::string::npos);
  EXPECT_EQ(Between(summary, "ResourceTypes"), "<member>AWS::S3::Bucket</member>");
  const std::string valid = Send("ValidateTemplate", {{"TemplateBody", kRole}});
  EXPECT_EQ(Between(valid, "Capabilities"), "<member>CAPABILITY_IAM</member>");
  EXPECT_EQ(Between(valid, "CapabilitiesReason"),
            "The following resource(s) require capabilities: [AWS::IAM::Role]");
}

// The process dies after every possible number of turns, comes back, and the stack gets as far as
// it would have got: no bucket twice, none forgotten.
TEST(CrashTest, AStackSurvivesACrashAtEveryTurn) {
  int crashes = 0;
  for (int crash_at = 0;; ++crash_at) {
    std::set<std::string> buckets;
    TestWorld world;
    world.aws.On("s3 HEAD /", [&](const RecordedCall& call) {
      return Result<http::Response>(
          http::Response{.status = buckets.contains(call.request.target) ? 200 : 404});
    });
    world.aws.On("s3 PUT /", [&](const RecordedCall& call) {
      EXPECT_TRUE(buckets.insert(call.request.target).second) << "made twice";
      return Result<http::Response>(http::Response{});
    });
    world.aws.On("s3 DELETE /", [&](const RecordedCall& call) {
      buckets.erase(call.request.target);
      return Result<http::Response>(http::Response{.status = 204});
    });
    world.Send({{"Action", "CreateStack"}, {"StackName", "shop"}, {"TemplateBody", kTwoBuckets}});
    bool settled = false;
    for (int turn = 0; turn < crash_at && !settled; ++turn) settled = !world.Turn();
    if (!settled) {
      world.Crash();
      world.Start();
      ++crashes;
    }
    world.Settle();
    const auto status_of = [&] {
      return Between(world.Send({{"Action", "DescribeStacks"}}), "StackStatus");
    };
    EXPECT_EQ(status_of(), "CREATE_COMPLETE") << crash_at;
    EXPECT_EQ(buckets.size(), 2u) << crash_at;

    world.Send({{"Action", "DeleteStack"}, {"StackName", "shop"}});
    for (int turn = 0; turn < crash_at; ++turn) world.Turn();
    world.Crash();
    world.Start();
    world.Settle();
    EXPECT_EQ(status_of(), "") << crash_at;
    EXPECT_TRUE(buckets.empty()) << crash_at;
    if (settled) break;
  }
  EXPECT_GE(crashes, 7);
}

}  // namespace
}  // namespace lifeboat::cloudformation
