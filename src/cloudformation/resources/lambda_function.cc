// AWS::Lambda::Function. Ref: the name. GetAtt: Arn.
#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/inline_code.h"
#include "cloudformation/property_reader.h"
#include "cloudformation/resources/types.h"
#include "cloudformation/service_call.h"

namespace lifeboat::cloudformation {
namespace {

constexpr size_t kMaxFunctionNameChars = 64;

std::string FunctionTarget(std::string_view name) {
  return "/2015-03-31/functions/" + PercentEncode(name);
}

json::Object ReadEnvironment(PropertyReader properties) {
  json::Object variables;
  const json::Value* given = properties.Any("Variables");
  if (!given) return {};
  PropertyReader reader = properties.Nested("Variables");
  for (const auto& [name, value] : given->as_object()) {
    variables.Append(name, reader.RequiredText(name));
  }
  return {{"Variables", std::move(variables)}};
}

json::Object ReadCode(PropertyReader code, std::string_view runtime) {
  json::Object source = code.TextMembers({"S3Bucket", "S3Key", "S3ObjectVersion"});
  const auto text = code.Text("ZipFile");
  if (source.empty() && !text) code.Fail("Property Code cannot be empty.");
  if (!text) return source;
  if (!source.empty())
    code.Fail("Please do not provide other FunctionCode parameters with ZipFile");
  const Result<std::string> package = MakeInlinePackage(runtime, *text);
  if (!package.ok()) code.Fail(package.error().message);
  return {{"ZipFile", package.ok() ? Base64Encode(*package) : ""}};
}

Result<json::Object> Translate(const ResourceCall& call) {
  PropertyReader properties(call.properties);
  json::Object body{
      {"FunctionName",
       properties.Text("FunctionName").value_or(GeneratedName(call, kMaxFunctionNameChars))}};
  for (auto& [name, value] :
       properties.TextMembers({"Runtime", "Handler", "Role", "Description", "PackageType"})) {
    body.Append(name, value);
  }
  for (const char* name : {"Timeout", "MemorySize"}) {
    if (const auto number = properties.Integer(name)) body.Append(name, static_cast<long>(*number));
  }
  const json::Value* runtime = body.Find("Runtime");
  body.Append("Code", ReadCode(properties.Nested("Code"), runtime ? runtime->as_string() : ""));
  if (properties.Has("Environment")) {
    body.Append("Environment", ReadEnvironment(properties.Nested("Environment")));
  }
  json::Array architectures;
  for (std::string& name : properties.Texts("Architectures")) architectures.push_back(name);
  if (!architectures.empty()) body.Append("Architectures", std::move(architectures));
  json::Object tags;
  for (auto& [key, value] : properties.Tags("Tags")) tags.Set(key, value);
  if (!tags.empty()) body.Append("Tags", std::move(tags));
  if (Status status = properties.Finish(); !status.ok()) return status.error();
  return body;
}

// A function is PENDING until its package is unpacked.
void AwaitActive(const ResourceCall& call, const std::string& name, int attempt,
                 const MadeDone& done) {
  CallRest(call, "lambda", "GET", FunctionTarget(name), nullptr,
           [=](Result<ServiceAnswer, Fault> answer) {
             if (!answer.ok()) return done(answer.error().error);
             const json::Value* configuration = answer->json.Find("Configuration");
             const std::string state = configuration ? configuration->GetString("State") : "";
             if (state == "Active") {
               return done(Made{name, {{"Arn", configuration->GetString("FunctionArn")}}});
             }
             if (state == "Failed") {
               return done(InvalidError(configuration->GetString("StateReason")));
             }
             PollLater(
                 call, attempt, [=](int next) { AwaitActive(call, name, next, done); }, done);
           });
}

// After a repeated try: a generated name is ours alone; one that the template gives is ours when
// the function is younger than the first try.
void TakeOver(const ResourceCall& call, const std::string& name, const Error& conflict,
              const MadeDone& done) {
  const auto take = [=] {
    call.initiated(name);
    AwaitActive(call, name, 1, done);
  };
  if (call.physical_id == name || !call.properties.Has("FunctionName")) return take();
  CallRest(call, "lambda", "GET", FunctionTarget(name), nullptr,
           [=](Result<ServiceAnswer, Fault> answer) {
             if (!answer.ok()) return done(answer.error().error);
             const json::Value* value = answer->json.FindPath({"Configuration", "LastModified"});
             std::string modified = value ? value->as_string() : "";
             // Lambda writes the zone as +0000.
             if (modified.ends_with("+0000")) modified.replace(modified.size() - 5, 5, "Z");
             const bool is_ours = IsMadeSince(call, modified);
             is_ours ? take() : done(conflict);
           });
}

class LambdaFunction final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::Lambda::Function"; }

  void Create(ResourceCall call, MadeDone done) const override {
    auto body = Translate(call);
    if (!body.ok()) return done(body.error());
    const std::string name = body->Find("FunctionName")->as_string();
    CallRest(call, "lambda", "POST", "/2015-03-31/functions", std::move(*body),
             [=](Result<ServiceAnswer, Fault> answer) {
               if (answer.ok()) {
                 call.initiated(name);
                 return AwaitActive(call, name, 1, done);
               }
               const Fault& fault = answer.error();
               if (call.repeated && fault.code == "ResourceConflictException") {
                 return TakeOver(call, name, fault.error, done);
               }
               done(fault.error);
             });
  }

  void Delete(ResourceCall call, DeletedDone done) const override {
    CallRest(call, "lambda", "DELETE", FunctionTarget(call.physical_id), nullptr,
             [done](Result<ServiceAnswer, Fault> answer) {
               if (answer.ok() || answer.error().code == "ResourceNotFoundException") {
                 return done({});
               }
               done(answer.error().error);
             });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeLambdaFunction() { return std::make_unique<LambdaFunction>(); }

}  // namespace lifeboat::cloudformation
