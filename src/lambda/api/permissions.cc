// AddPermission, RemovePermission and GetPolicy: the function's resource policy.
#include <algorithm>
#include <cctype>

#include "lambda/api/operations.h"
#include "lambda/errors.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

http::AwsResult<Statement> ReadStatement(const json::Value& body) {
  for (const std::string_view required : {"StatementId", "Action", "Principal"}) {
    if (body.GetString(required).empty()) {
      return ConstraintViolation("", required, "Member must not be null");
    }
  }
  for (const std::string_view unsupported :
       {"EventSourceToken", "PrincipalOrgID", "FunctionUrlAuthType"}) {
    if (!body.GetString(unsupported).empty()) return NotSupported(unsupported);
  }
  Statement s{body.GetString("StatementId"), body.GetString("Action"), body.GetString("Principal"),
              body.GetString("SourceArn"), body.GetString("SourceAccount")};
  const bool good_id =
      s.id.size() <= 100 && std::all_of(s.id.begin(), s.id.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '-' || c == '_';
      });
  if (!good_id) {
    return ConstraintViolation(s.id, "statementId",
                               "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)");
  }
  if (!s.action.starts_with("lambda:")) {
    return ConstraintViolation(
        s.action, "action",
        "Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])");
  }
  return s;
}

/// Stores `function`; environments go on, since a policy is not part of them.
void Store(Core& core, Function function, http::Response response, Answer answer) {
  core.Touch(function);
  storage::WriteBatch batch;
  core.catalog().StagePut(batch, function);
  core.Commit(
      std::move(batch), [&core, function] { core.Apply(function, false); },
      [answer, response = std::move(response)](http::AwsResult<void> done) {
        if (!done.ok()) return answer(done.error());
        answer(response);
      });
}

}  // namespace

void AddPermission(Core& core, const Call& call, Answer answer) {
  const auto found = core.Find(call.name);
  if (!found.ok()) return answer(found.error());
  const auto statement = ReadStatement(call.body);
  if (!statement.ok()) return answer(statement.error());
  Function function = **found;
  if (function.policy.Find(statement->id)) return answer(StatementExists(statement->id));
  function.policy.Add(*statement);
  const std::string arn = core.home().Arn(function.name);
  if (json::Write(function.policy.ToDocument(arn)).size() > kMaxPolicyBytes) {
    return answer(PolicyTooLarge());
  }
  const std::string text = json::Write(StatementDocument(*statement, arn));
  Store(core, std::move(function), JsonResponse(201, json::Object{{"Statement", text}}), answer);
}

void RemovePermission(Core& core, const Call& call, Answer answer) {
  const auto found = core.Find(call.name);
  if (!found.ok()) return answer(found.error());
  Function function = **found;
  if (!function.policy.Remove(call.extra)) {
    return answer(StatementNotFound(call.extra, core.home().Arn(function.name)));
  }
  Store(core, std::move(function), EmptyResponse(204), answer);
}

void GetPolicy(Core& core, const Call& call, Answer answer) {
  const auto found = core.Find(call.name);
  if (!found.ok()) return answer(found.error());
  const Function& function = **found;
  if (function.policy.statements().empty()) return answer(NoPolicy());
  const std::string text = json::Write(function.policy.ToDocument(core.home().Arn(function.name)));
  answer(JsonResponse(200, json::Object{{"Policy", text}, {"RevisionId", function.revision_id}}));
}

}  // namespace lifeboat::lambda
