// The API that Api events without an API of their own share: ServerlessRestApi, a deployment whose
// logical id changes with the body, and the stage Prod. The deployment's own StageName leaves a
// second stage named Stage, as SAM's does.
#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "cloudformation/sam/resources.h"

namespace lifeboat::cloudformation::sam {
namespace {

json::Value SortMembers(const json::Value& value) {
  if (const json::Object* object = value.if_object()) {
    std::map<std::string, const json::Value*> members;
    for (const auto& [name, member] : *object) members[name] = &member;
    json::Object sorted;
    for (const auto& [name, member] : members) sorted.Append(name, SortMembers(*member));
    return sorted;
  }
  if (const json::Array* array = value.if_array()) {
    json::Array sorted;
    for (const json::Value& element : *array) sorted.push_back(SortMembers(element));
    return sorted;
  }
  return value;
}

json::Value Integration(const std::string& function) {
  const std::string uri = fmt::format(
      "arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{{}.Arn}}/"
      "invocations",
      function);
  return json::Object{
      {"x-amazon-apigateway-integration",
       json::Object{
           {"httpMethod", "POST"}, {"type", "aws_proxy"}, {"uri", json::Object{{"Fn::Sub", uri}}}}},
      {"responses", json::Object()}};
}

json::Object MakePaths(const std::vector<ApiEvent>& events, Errors& errors) {
  json::Object paths;
  for (const ApiEvent& event : events) {
    const std::string method =
        event.method == "any" ? "x-amazon-apigateway-any-method" : event.method;
    json::Value& path = paths[event.path];
    if (path.is_null()) path = json::Object();
    if (path.Find(method)) {
      errors.AddResource(event.function,
                         fmt::format("Event with id [{}] is invalid. API method \"{}\" defined "
                                     "multiple times for path \"{}\".",
                                     event.event, event.method, event.path));
      continue;
    }
    path.if_object()->Append(method, Integration(event.function));
  }
  return paths;
}

// `/products/{id}` as permissions write it: `/products/*`.
std::string PathPattern(const std::string& path) {
  std::string out;
  for (size_t at = 0; at < path.size(); ++at) {
    const size_t end = path[at] == '{' ? path.find('}', at) : std::string::npos;
    if (end == std::string::npos) {
      out += path[at];
    } else {
      out += '*';
      at = end;
    }
  }
  if (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

json::Value MakePermission(const ApiEvent& event) {
  const std::string source = fmt::format(
      "arn:aws:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/${{__Stage__}}/"
      "{}{}",
      event.method == "any" ? "*" : ToUpper(event.method), PathPattern(event.path));
  const json::Object names{{"__ApiId__", RefTo(kImplicitApi)}, {"__Stage__", "*"}};
  return json::Object{
      {"Type", "AWS::Lambda::Permission"},
      {"Properties",
       json::Object{{"Action", "lambda:InvokeFunction"},
                    {"FunctionName", RefTo(event.function)},
                    {"Principal", "apigateway.amazonaws.com"},
                    {"SourceArn", json::Object{{"Fn::Sub", json::Array{source, names}}}}}}};
}

// `REGIONAL`, or {Type: REGIONAL}; null when nothing is said.
json::Value EndpointType(const json::Object& globals, Errors& errors) {
  const json::Value* api = globals.Find("Api");
  const json::Value* given = api ? api->Find("EndpointConfiguration") : nullptr;
  if (!given) return nullptr;
  if (given->is_string()) return *given;
  const json::Value* type = given->Find("Type");
  if (!type || given->as_object().size() != 1) {
    errors.AddResource(kImplicitApi, "EndpointConfiguration is not supported in this form.");
    return nullptr;
  }
  return *type;
}

}  // namespace

void AddImplicitApi(const std::vector<ApiEvent>& events, const json::Object& globals,
                    json::Object& out, Errors& errors) {
  json::Value body =
      json::Object{{"swagger", "2.0"},
                   {"info", json::Object{{"version", "1.0"}, {"title", RefTo("AWS::StackName")}}},
                   {"paths", MakePaths(events, errors)}};
  const std::string digest = HexEncode(Sha1(json::Write(SortMembers(body))));
  json::Object api{{"Body", std::move(body)}};
  const json::Value endpoint = EndpointType(globals, errors);
  if (!endpoint.is_null()) {
    api.Append("Parameters", json::Object{{"endpointConfigurationTypes", endpoint}});
    api.Append("EndpointConfiguration", json::Object{{"Types", json::Array{endpoint}}});
  }
  out.Set(std::string(kImplicitApi),
          json::Object{{"Type", "AWS::ApiGateway::RestApi"}, {"Properties", std::move(api)}});

  const std::string deployment = fmt::format("{}Deployment{}", kImplicitApi, digest.substr(0, 10));
  out.Set(
      deployment,
      json::Object{{"Type", "AWS::ApiGateway::Deployment"},
                   {"Properties", json::Object{{"Description", "RestApi deployment id: " + digest},
                                               {"RestApiId", RefTo(kImplicitApi)},
                                               {"StageName", "Stage"}}}});
  out.Set(fmt::format("{}{}Stage", kImplicitApi, kStageName),
          json::Object{{"Type", "AWS::ApiGateway::Stage"},
                       {"Properties", json::Object{{"DeploymentId", RefTo(deployment)},
                                                   {"RestApiId", RefTo(kImplicitApi)},
                                                   {"StageName", kStageName}}}});
  for (const ApiEvent& event : events) {
    out.Set(fmt::format("{}{}Permission{}", event.function, event.event, kStageName),
            MakePermission(event));
  }
}

}  // namespace lifeboat::cloudformation::sam
