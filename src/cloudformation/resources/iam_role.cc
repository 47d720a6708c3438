// AWS::IAM::Role. Ref: the name. GetAtt: Arn, RoleId.
#include <pugixml.hpp>

#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/property_reader.h"
#include "cloudformation/resources/types.h"
#include "cloudformation/service_call.h"

namespace lifeboat::cloudformation {
namespace {

constexpr std::string_view kVersion = "2010-05-08";
constexpr size_t kMaxRoleNameChars = 64;

using Parameters = std::vector<std::pair<std::string, std::string>>;

// One call of the sequence that makes a role.
struct IamCall {
  std::string action;
  Parameters parameters;
};

struct RolePlan {
  std::string name;
  std::vector<IamCall> calls;  // CreateRole comes first.
};

std::string DocumentText(const json::Value* document) {
  if (!document) return "";
  const std::string* text = document->if_string();
  return text ? *text : json::Write(*document);
}

Result<RolePlan> Translate(const ResourceCall& call) {
  PropertyReader properties(call.properties);
  RolePlan plan;
  plan.name = properties.Text("RoleName").value_or(GeneratedName(call, kMaxRoleNameChars));
  Parameters create = {{"RoleName", plan.name}};
  const json::Value* trust = properties.Any("AssumeRolePolicyDocument");
  if (!trust) properties.Fail("Property AssumeRolePolicyDocument cannot be empty.");
  create.emplace_back("AssumeRolePolicyDocument", DocumentText(trust));
  if (auto path = properties.Text("Path")) create.emplace_back("Path", *path);
  if (auto text = properties.Text("Description")) create.emplace_back("Description", *text);
  int number = 0;
  for (const auto& [key, value] : properties.Tags("Tags")) {
    ++number;
    create.emplace_back(fmt::format("Tags.member.{}.Key", number), key);
    create.emplace_back(fmt::format("Tags.member.{}.Value", number), value);
  }
  plan.calls.push_back({"CreateRole", std::move(create)});
  for (const std::string& arn : properties.Texts("ManagedPolicyArns")) {
    plan.calls.push_back({"AttachRolePolicy", {{"RoleName", plan.name}, {"PolicyArn", arn}}});
  }
  for (PropertyReader& policy : properties.List("Policies")) {
    const std::string policy_name = policy.RequiredText("PolicyName");
    plan.calls.push_back({"PutRolePolicy",
                          {{"RoleName", plan.name},
                           {"PolicyName", policy_name},
                           {"PolicyDocument", DocumentText(policy.Any("PolicyDocument"))}}});
  }
  if (Status status = properties.Finish(); !status.ok()) return status.error();
  return plan;
}

std::string RoleMember(const std::string& body, const char* member) {
  pugi::xml_document document;
  document.load_buffer(body.data(), body.size());
  return document
      .find_node([](const pugi::xml_node& node) { return std::string_view(node.name()) == "Role"; })
      .child_value(member);
}

Made ReadRole(const std::string& name, const std::string& body) {
  return {name, {{"Arn", RoleMember(body, "Arn")}, {"RoleId", RoleMember(body, "RoleId")}}};
}

// One call as a step; `accepts` tells which refusals are as good as a success.
AsyncStep StepOf(const ResourceCall& call, IamCall iam, std::function<bool(const Fault&)> accepts) {
  return [call, iam = std::move(iam), accepts](std::function<void(Status)> next) {
    CallQuery(call, "iam", iam.action, kVersion, iam.parameters,
              [call, iam, accepts, next](Result<ServiceAnswer, Fault> answer) {
                if (!answer.ok() && !accepts(answer.error())) return next(answer.error().error);
                next({});
              });
  };
}

// Makes the role, or takes over the one that an earlier try has made. A generated name is ours
// alone; one that the template gives is ours when the role is younger than the first try.
AsyncStep CreateStep(const ResourceCall& call, IamCall iam) {
  return [call, iam = std::move(iam)](std::function<void(Status)> next) {
    const std::string name = iam.parameters[0].second;
    const auto take = [call, name, next] {
      call.initiated(name);
      next({});
    };
    CallQuery(call, "iam", iam.action, kVersion, iam.parameters,
              [=](Result<ServiceAnswer, Fault> answer) {
                if (answer.ok()) return take();
                const Fault conflict = answer.error();
                if (!call.repeated || conflict.code != "EntityAlreadyExists") {
                  return next(conflict.error);
                }
                if (call.physical_id == name || !call.properties.Has("RoleName")) return take();
                CallQuery(call, "iam", "GetRole", kVersion, {{"RoleName", name}},
                          [=](Result<ServiceAnswer, Fault> got) {
                            if (!got.ok()) return next(got.error().error);
                            const std::string made = RoleMember(got->response.body, "CreateDate");
                            IsMadeSince(call, made) ? take() : next(conflict.error);
                          });
              });
  };
}

void DescribeRole(const ResourceCall& call, const std::string& name, const MadeDone& done) {
  CallQuery(call, "iam", "GetRole", kVersion, {{"RoleName", name}},
            [name, done](Result<ServiceAnswer, Fault> answer) {
              if (!answer.ok()) return done(answer.error().error);
              done(ReadRole(name, answer->response.body));
            });
}

// A role can go only when it has no policies.
std::vector<IamCall> DeleteCalls(const ResourceCall& call) {
  std::vector<IamCall> calls;
  const Parameters role = {{"RoleName", call.physical_id}};
  PropertyReader properties(call.properties);
  for (const std::string& arn : properties.Texts("ManagedPolicyArns")) {
    calls.push_back({"DetachRolePolicy", role});
    calls.back().parameters.emplace_back("PolicyArn", arn);
  }
  for (PropertyReader& policy : properties.List("Policies")) {
    calls.push_back({"DeleteRolePolicy", role});
    calls.back().parameters.emplace_back("PolicyName", policy.RequiredText("PolicyName"));
  }
  calls.push_back({"DeleteRole", role});
  return calls;
}

class IamRole final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::IAM::Role"; }

  void Create(ResourceCall call, MadeDone done) const override {
    auto plan = Translate(call);
    if (!plan.ok()) return done(plan.error());
    // Attaching and putting policies may be repeated as they are.
    const auto accepts = [](const Fault&) { return false; };
    std::vector<AsyncStep> steps;
    for (IamCall& iam : plan->calls) {
      steps.push_back(iam.action == "CreateRole" ? CreateStep(call, std::move(iam))
                                                 : StepOf(call, std::move(iam), accepts));
    }
    RunInOrder(std::move(steps), [call, name = plan->name, done](Status status) {
      if (!status.ok()) return done(status.error());
      DescribeRole(call, name, done);
    });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    const auto accepts = [](const Fault& fault) { return fault.code == "NoSuchEntity"; };
    std::vector<AsyncStep> steps;
    for (IamCall& iam : DeleteCalls(call)) steps.push_back(StepOf(call, std::move(iam), accepts));
    RunInOrder(std::move(steps), done);
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeIamRole() { return std::make_unique<IamRole>(); }

}  // namespace lifeboat::cloudformation
