// The operations of Lambda's API (model 2015-03-31), a function each, and the table that finds them
// by method and path.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "http/aws_error.h"
#include "http/message.h"
#include "json/value.h"
#include "lambda/core.h"

namespace lifeboat::lambda {

/// A call taken apart. `name` and `extra` are the variable parts of the path, decoded.
struct Call {
  http::Request request;
  std::string name;
  std::string extra;
  http::Params query;
  json::Value body;  ///< Null when the operation takes none.
};

/// Called once; the answer lacks only the request id.
using Answer = std::function<void(http::AwsResult<http::Response>)>;

struct Operation {
  std::string_view method;
  std::string_view path;  ///< `{name}` and `{extra}` stand for one segment each.
  void (*run)(Core&, const Call&, Answer);
  bool changes = false;    ///< Runs alone, after earlier changes.
  bool json_body = false;  ///< The body is parsed as a JSON object before it runs.
};

/// nullptr when there is none; fills the variable parts of `call`.
const Operation* FindOperation(std::string_view method, std::string_view path, Call& call);

void CreateFunction(Core&, const Call&, Answer);
void GetFunction(Core&, const Call&, Answer);
void GetFunctionConfiguration(Core&, const Call&, Answer);
void ListFunctions(Core&, const Call&, Answer);
void UpdateFunctionCode(Core&, const Call&, Answer);
void UpdateFunctionConfiguration(Core&, const Call&, Answer);
void DeleteFunction(Core&, const Call&, Answer);
void InvokeFunction(Core&, const Call&, Answer);
void AddPermission(Core&, const Call&, Answer);
void RemovePermission(Core&, const Call&, Answer);
void GetPolicy(Core&, const Call&, Answer);
void ListTags(Core&, const Call&, Answer);
void TagResource(Core&, const Call&, Answer);
void UntagResource(Core&, const Call&, Answer);

http::Response JsonResponse(int status, const json::Value& body);
http::Response EmptyResponse(int status);

}  // namespace lifeboat::lambda
