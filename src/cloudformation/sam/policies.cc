// Policies of a function: SAM's policy templates, statements, and ARNs of managed policies.
#include <fmt/format.h>

#include "cloudformation/intrinsics.h"
#include "cloudformation/sam/resources.h"

namespace lifeboat::cloudformation::sam {
namespace {

constexpr const char* kReadActions[] = {"dynamodb:GetItem", "dynamodb:Scan", "dynamodb:Query",
                                        "dynamodb:BatchGetItem", "dynamodb:DescribeTable"};
constexpr const char* kCrudActions[] = {"dynamodb:GetItem",        "dynamodb:DeleteItem",
                                        "dynamodb:PutItem",        "dynamodb:Scan",
                                        "dynamodb:Query",          "dynamodb:UpdateItem",
                                        "dynamodb:BatchWriteItem", "dynamodb:BatchGetItem",
                                        "dynamodb:DescribeTable",  "dynamodb:ConditionCheckItem"};

// The table and its indexes, in the stack's own region.
json::Array TableArns(const json::Value& table) {
  json::Array arns;
  for (const char* rest : {"", "/index/*"}) {
    const std::string arn = fmt::format(
        "arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/"
        "${{tableName}}{}",
        rest);
    arns.push_back(json::Object{{"Fn::Sub", json::Array{arn, json::Object{{"tableName", table}}}}});
  }
  return arns;
}

json::Value TableDocument(json::Array actions, const json::Value& table) {
  return json::Object{{"Statement", json::Array{json::Object{{"Action", std::move(actions)},
                                                             {"Effect", "Allow"},
                                                             {"Resource", TableArns(table)}}}}};
}

// A policy template, or null when there is none of that name.
json::Value ExpandTemplate(const std::string& name, const json::Value& parameters) {
  const json::Value* table = parameters.Find("TableName");
  if (!table) return nullptr;
  if (name == "DynamoDBReadPolicy") {
    return TableDocument(json::Array(std::begin(kReadActions), std::end(kReadActions)), *table);
  }
  if (name == "DynamoDBCrudPolicy") {
    return TableDocument(json::Array(std::begin(kCrudActions), std::end(kCrudActions)), *table);
  }
  return nullptr;
}

void TranslateOne(const std::string& id, const json::Value& policy, RolePolicies& out,
                  Errors& errors) {
  const json::Object* object = policy.if_object();
  if (!object || AsIntrinsic(*object)) {
    if (object || policy.as_string().starts_with("arn:")) {
      out.managed.push_back(policy);
    } else {
      errors.AddResource(
          id, fmt::format("The managed policy '{}' must be given by its ARN.", policy.as_string()));
    }
    return;
  }
  json::Value document = policy;
  if (!object->Has("Statement")) {
    const std::string name = object->size() == 1 ? object->begin()->first : "";
    document = name.empty() ? json::Value() : ExpandTemplate(name, object->begin()->second);
    if (document.is_null()) {
      errors.AddResource(id, fmt::format("The policy template '{}' is not supported, or its "
                                         "parameters are not complete.",
                                         name));
      return;
    }
  }
  out.documents.push_back(
      json::Object{{"PolicyName", fmt::format("{}RolePolicy{}", id, out.documents.size())},
                   {"PolicyDocument", std::move(document)}});
}

}  // namespace

RolePolicies TranslatePolicies(const std::string& logical_id, const json::Value& policies,
                               Errors& errors) {
  RolePolicies out;
  if (const json::Array* list = policies.if_array()) {
    for (const json::Value& policy : *list) TranslateOne(logical_id, policy, out, errors);
  } else {
    TranslateOne(logical_id, policies, out, errors);
  }
  return out;
}

}  // namespace lifeboat::cloudformation::sam
