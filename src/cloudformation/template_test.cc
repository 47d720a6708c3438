// What a template is refused for, the order of its resources, and its parameters.
#include "cloudformation/template.h"

#include <gtest/gtest.h>

#include "cloudformation/parameters.h"
#include "cloudformation/references.h"

namespace lifeboat::cloudformation {
namespace {

std::string Message(const std::string& yaml) {
  const auto parsed = ParseTemplate(yaml);
  if (!parsed.ok()) return parsed.error().message;
  const Status status = ValidateTemplate(*parsed);
  return status.ok() ? "ok" : status.error().message;
}

constexpr const char* kFine = "Resources: {A: {Type: T}}\n";

TEST(TemplateTest, Refuses) {
  const std::pair<std::string, std::string> cases[] = {
      {kFine, "ok"},
      {"", "Template format error: YAML not well-formed. (1:1: the document is empty)"},
      {"a: [", "Template format error: YAML not well-formed."},
      {"[]", "Template format error: unsupported structure."},
      {"Resources: {A: {Type: T, Properties: {B: &p 1, C: *p}}}",
       "Template error: YAML aliases are not allowed in CloudFormation templates."},
      {"Resources: {A: &p {Type: T}, B: *p}",
       "Template error: YAML aliases are not allowed in CloudFormation templates."},
      {"Resources: {A: {Type: T, Properties: {B: &p 1}}}", "ok"},  // An anchor alone does no harm.
      {"Description: x", "Template format error: At least one Resources member must be defined."},
      {"Resources: {}", "Template format error: At least one Resources member must be defined."},
      {"Resources: []", "Template format error: Every Resources object must be a JSON object."},
      {"Foo: 1\nResources: {A: {Type: T}}",
       "Template format error: Invalid template property or properties [Foo]"},
      {"AWSTemplateFormatVersion: 2011-01-01\nResources: {A: {Type: T}}",
       "Template format error: unsupported value for AWSTemplateFormatVersion."},
      {"Mappings: {a-b: {c: {d: e}}}\nResources: {A: {Type: T}}",
       "Template format error: Mapping name a-b is non alphanumeric."},
      {"Parameters: {a-b: {Type: String}}\nResources: {A: {Type: T}}",
       "Template format error: Parameter name a-b is non alphanumeric."},
      {"Description: " + std::string(1025, 'x') + "\nResources: {A: {Type: T}}",
       "Template format error: 'Description' length is greater than 1024."},
      {"Resources: {" + std::string(256, 'A') + ": {Type: T}}",
       "Template format error: Resource name " + std::string(256, 'A') +
           " is longer than 255 characters."},
      {"Resources: {A: {}}",
       "Template format error: [/Resources/A] Every Resources object must contain a Type member."},
      {"Resources: {A-b: {Type: T}}",
       "Template format error: Resource name A-b is non alphanumeric."},
      {"Resources: {A: {Type: T, CreationPolicy: {}}}",
       "Template format error: Invalid resource attribute or unsupported attribute "
       "[CreationPolicy] on resource A"},
      {"Resources: {A: {Type: T, Properties: {B: null}}}",
       "[/Resources/A/Properties/B] 'null' values are not allowed in templates"},
      {"Resources: {A: {Type: T}}\nOutputs: {MyOutput: {Value: null}}",
       "[/Outputs/MyOutput/Value] 'null' values are not allowed in templates"},
      {"Resources: {A: {Type: T}}\nOutputs: {O: {Description: d}}",
       "Template format error: [/Outputs/O] Every Outputs object must contain a Value member."},
      {"Resources: {A: {Type: T, DeletionPolicy: Keep}}",
       "Template format error: Unrecognized DeletionPolicy Keep for resource A"},
      {"Resources: {A: {Type: T, DeletionPolicy: Snapshot}}",
       "Template error: resource A does not support DeletionPolicy Snapshot"},
      {"Resources: {A: {Type: T, Properties: {B: !Ref X}}}",
       "Template format error: Unresolved resource dependencies [X] in the Resources block of the "
       "template"},
      {"Resources: {A: {Type: T, DependsOn: [X, Y]}}",
       "Template format error: Unresolved resource dependencies [X, Y] in the Resources block of "
       "the template"},
      {"Resources: {A: {Type: T}}\nOutputs: {O: {Value: !Sub '${X}'}}",
       "Template format error: Unresolved resource dependencies [X] in the Outputs block of the "
       "template"},
      {"Resources: {A: {Type: T, Properties: {B: !GetAtt X.Arn}}}",
       "Template error: instance of Fn::GetAtt references undefined resource X"},
      {"Resources: {A: {Type: T, Condition: C}}",
       "Template format error: Unresolved condition dependency C in the Resources block of the "
       "template"},
      {"Resources: {A: {Type: T, Properties: {B: {Fn::Cidr: [a]}}}}",
       "Function Fn::Cidr in the Resources block is not supported by Lifeboat "
       "(docs/compatibility.md lists what is)"},
      {"Conditions: {C: !Equals [!Ref A, 1]}\nResources: {A: {Type: T}}",
       "Template format error: Unresolved dependencies [A]. Cannot reference resources in the "
       "Conditions block of the template"},
  };
  for (const auto& [yaml, message] : cases) {
    const std::string got = Message(yaml);
    EXPECT_TRUE(got.starts_with(message)) << yaml << "\n gives " << got;
  }
}

TEST(TemplateTest, HasLimits) {
  std::string yaml = "Resources:\n";
  for (int i = 0; i < 501; ++i) yaml += "  A" + std::to_string(i) + ": {Type: T}\n";
  EXPECT_EQ(Message(yaml),
            "Template format error: Number of Resources, 501, is greater than maximum allowed, "
            "500");
}

TEST(TemplateTest, KnowsItsCapabilities) {
  const auto capabilities = [](const std::string& yaml) {
    return FindRequiredCapabilities(*ParseTemplate(yaml)).capabilities;
  };
  EXPECT_TRUE(capabilities(kFine).empty());
  EXPECT_EQ(capabilities("Resources: {A: {Type: 'AWS::IAM::Role'}}"),
            std::vector<std::string>{"CAPABILITY_IAM"});
  EXPECT_EQ(capabilities("Resources: {A: {Type: 'AWS::IAM::Role', Properties: {RoleName: x}}}"),
            std::vector<std::string>{"CAPABILITY_NAMED_IAM"});
}

TEST(DependenciesTest, FollowReferencesInTheBranchesThatHold) {
  const auto parsed = ParseTemplate(
      "Resources:\n"
      "  Zone: {Type: T, Condition: Make}\n"
      "  Other: {Type: T}\n"
      "  Record: {Type: T, DependsOn: Other, Properties: {Z: !If [Make, !Ref Zone, z]}}\n"
      "  Check: {Type: T, Properties: {A: !Sub '${Record.Arn}', B: !Sub ['${Other}', {Other: "
      "1}]}}\n");
  using Edges = std::map<std::string, std::set<std::string>>;
  EXPECT_EQ(
      *FindDependencies(*parsed, {{"Make", true}}),
      (Edges{{"Zone", {}}, {"Other", {}}, {"Record", {"Zone", "Other"}}, {"Check", {"Record"}}}));
  EXPECT_EQ(*FindDependencies(*parsed, {{"Make", false}}),
            (Edges{{"Other", {}}, {"Record", {"Other"}}, {"Check", {"Record"}}}));
}

TEST(DependenciesTest, RefuseCircles) {
  const auto parsed = ParseTemplate(
      "Resources:\n"
      "  A: {Type: T, DependsOn: B}\n"
      "  B: {Type: T, Properties: {X: !Ref C}}\n"
      "  C: {Type: T, Properties: {X: !GetAtt A.Arn}}\n");
  EXPECT_EQ(FindDependencies(*parsed, {}).error().message,
            "Circular dependency between resources: [A, B, C]");
}

std::string Resolve(const std::string& declaration, std::vector<GivenParameter> given) {
  const auto parsed = ParseTemplate("Parameters: {P: " + declaration + "}\n" + kFine);
  EXPECT_TRUE(parsed.ok()) << declaration;
  const auto resolved = ResolveParameters(*parsed, given, {{"P", "before"}});
  if (!resolved.ok()) return resolved.error().message;
  return json::Write(resolved->values.at("P"));
}

TEST(ParametersTest, Resolve) {
  EXPECT_EQ(Resolve("{Type: String}", {{"P", "x"}}), R"("x")");
  EXPECT_EQ(Resolve("{Type: String, Default: d}", {}), R"("d")");
  EXPECT_EQ(Resolve("{Type: Number, Default: 10}", {}), R"("10")");
  EXPECT_EQ(Resolve("{Type: String}", {{"P", "", true}}), R"("before")");
  EXPECT_EQ(Resolve("{Type: CommaDelimitedList}", {{"P", "a, b"}}), R"(["a","b"])");
  EXPECT_EQ(Resolve("{Type: CommaDelimitedList, Default: ''}", {}), "[]");
  EXPECT_EQ(Resolve("{Type: List<Number>}", {{"P", "1,2"}}), R"(["1","2"])");
}

TEST(ParametersTest, Refuse) {
  EXPECT_EQ(Resolve("{Type: String}", {}), "Parameters: [P] must have values");
  EXPECT_EQ(Resolve("{Type: String}", {{"P", "x"}, {"Q", "y"}}),
            "Parameters: [Q] do not exist in the template");
  EXPECT_EQ(Resolve("{Type: Number}", {{"P", "x"}}), "Parameter 'P' must be a number");
  EXPECT_EQ(Resolve("{Type: Number, MinValue: 2}", {{"P", "1"}}),
            "Parameter 'P' must be a number not less than 2");
  EXPECT_EQ(Resolve("{Type: Number, MaxValue: 2}", {{"P", "3"}}),
            "Parameter 'P' must be a number not greater than 2");
  EXPECT_EQ(Resolve("{Type: String, MinLength: 2}", {{"P", "a"}}),
            "Parameter 'P' must contain at least 2 characters");
  EXPECT_EQ(Resolve("{Type: String, MaxLength: 2}", {{"P", "abc"}}),
            "Parameter 'P' must contain at most 2 characters");
  EXPECT_EQ(Resolve("{Type: String, AllowedValues: [a, 1]}", {{"P", "b"}}),
            "Parameter 'P' must be one of AllowedValues");
  EXPECT_EQ(Resolve("{Type: String, AllowedPattern: '[a-z]+'}", {{"P", "A"}}),
            "Parameter 'P' must match pattern [a-z]+");
  EXPECT_EQ(Resolve("{Type: String, AllowedPattern: a, ConstraintDescription: be a}", {{"P", "A"}}),
            "Parameter P failed to satisfy constraint: be a");
  EXPECT_TRUE(Resolve("{Type: String, AllowedPattern: '['}", {{"P", "A"}})
                  .starts_with("Parameter 'P' has an AllowedPattern that is not valid"));
  EXPECT_EQ(Resolve("{Type: String}", {{"P", std::string(4097, 'x')}}),
            "Parameter 'P' must be at most 4096 bytes long");
  EXPECT_EQ(Resolve("{Type: 'AWS::SSM::Parameter::Value<String>'}", {}),
            "Template format error: Unrecognized parameter type: "
            "AWS::SSM::Parameter::Value<String>");
  EXPECT_EQ(Resolve("{Type: String, Secret: 1}", {}),
            "Template format error: Invalid parameter property 'Secret' for parameter P");
}

TEST(ParametersTest, AHostilePatternEnds) {
  EXPECT_EQ(Resolve("{Type: String, AllowedPattern: '(a+)+b'}", {{"P", std::string(2000, 'a')}}),
            "Parameter 'P' must match pattern (a+)+b");
}

}  // namespace
}  // namespace lifeboat::cloudformation
