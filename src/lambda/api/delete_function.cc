#include "lambda/api/operations.h"
#include "lambda/errors.h"

namespace lifeboat::lambda {

void DeleteFunction(Core& core, const Call& call, Answer answer) {
  const auto found = core.Find(call.name);
  if (!found.ok()) return answer(found.error());
  const std::string name = (*found)->name;
  storage::WriteBatch batch;
  core.catalog().StageDelete(batch, name);
  core.Commit(
      std::move(batch), [&core, name] { core.ApplyDelete(name); },
      [answer](http::AwsResult<void> done) {
        if (!done.ok()) return answer(done.error());
        answer(EmptyResponse(204));
      });
}

}  // namespace lifeboat::lambda
