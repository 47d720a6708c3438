#include "lambda/api/operations.h"

#include <vector>

#include "base/bytes.h"

namespace lifeboat::lambda {
namespace {

constexpr Operation kOperations[] = {
    {"POST", "/2015-03-31/functions", CreateFunction, true, true},
    {"GET", "/2015-03-31/functions", ListFunctions},
    {"GET", "/2015-03-31/functions/{name}", GetFunction},
    {"DELETE", "/2015-03-31/functions/{name}", DeleteFunction, true},
    {"GET", "/2015-03-31/functions/{name}/configuration", GetFunctionConfiguration},
    {"PUT", "/2015-03-31/functions/{name}/configuration", UpdateFunctionConfiguration, true, true},
    {"PUT", "/2015-03-31/functions/{name}/code", UpdateFunctionCode, true, true},
    {"POST", "/2015-03-31/functions/{name}/invocations", InvokeFunction},
    {"POST", "/2015-03-31/functions/{name}/policy", AddPermission, true, true},
    {"GET", "/2015-03-31/functions/{name}/policy", GetPolicy},
    {"DELETE", "/2015-03-31/functions/{name}/policy/{extra}", RemovePermission, true},
    {"GET", "/2017-03-31/tags/{name}", ListTags},
    {"POST", "/2017-03-31/tags/{name}", TagResource, true, true},
    {"DELETE", "/2017-03-31/tags/{name}", UntagResource, true},
};

std::vector<std::string_view> Segments(std::string_view path) {
  while (path.ends_with("/")) path.remove_suffix(1);
  return Split(path, '/');
}

bool Matches(std::string_view pattern, std::string_view path, Call& call) {
  const auto wanted = Segments(pattern);
  const auto given = Segments(path);
  if (wanted.size() != given.size()) return false;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "{name}") {
      call.name = PercentDecode(given[i]);
    } else if (wanted[i] == "{extra}") {
      call.extra = PercentDecode(given[i]);
    } else if (wanted[i] != given[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

const Operation* FindOperation(std::string_view method, std::string_view path, Call& call) {
  for (const Operation& operation : kOperations) {
    if (operation.method == method && Matches(operation.path, path, call)) return &operation;
  }
  return nullptr;
}

http::Response JsonResponse(int status, const json::Value& body) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = json::Write(body);
  return response;
}

http::Response EmptyResponse(int status) {
  http::Response response;
  response.status = status;
  return response;
}

}  // namespace lifeboat::lambda
