// Core: what the operations of Lambda's API work on. One object, owned by Service; every operation
// is a function of its own in api/.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/aws_error.h"
#include "http/message.h"
#include "lambda/catalog.h"
#include "lambda/code_source.h"
#include "lambda/function_name.h"
#include "lambda/invoker.h"
#include "lambda/worker.h"
#include "storage/committer.h"

namespace lifeboat::lambda {

class Core {
 public:
  Core(WorkerContext context, storage::Engine& engine, storage::Committer& committer,
       CodeSource& code_source);

  const Home& home() const { return context_.home; }
  Catalog& catalog() { return catalog_; }
  WorkerContext& context() { return context_; }
  CodeSource& code_source() { return code_source_; }

  /// The function that `text` names; ResourceNotFoundException when it isn't here.
  http::AwsResult<const Function*> Find(std::string_view text) const;
  /// Gives `function` a new revision id and modification time.
  void Touch(Function& function);
  /// Makes `batch` durable, then runs `apply` (memory follows the disk), then `done`.
  void Commit(storage::WriteBatch batch, std::function<void()> apply,
              std::function<void(http::AwsResult<void>)> done);

  /// Memory and environments follow a durable change.
  void Apply(Function function, bool environments_change);
  void ApplyDelete(const std::string& name);

  /// Runs `function`; the caller's right to do so has been checked.
  void Run(const Function& function, InvokeRequest request, InvokeDone done);
  /// Accepts an event to be run apart from its caller, with retries. False: too many wait.
  bool RunEvent(const std::string& name, InvokeRequest request);

  const LogBuffer* FindLog(std::string_view name) const;
  std::string NewRequestId();

 private:
  /// Run, as the faults in force have it.
  void RunTroubled(const std::string& name, fault::Trouble trouble, InvokeRequest request,
                   InvokeDone done);
  void RunNow(const Function& function, InvokeRequest request, InvokeDone done);
  void TryEvent(const std::string& name, std::shared_ptr<InvokeRequest> request, int attempt);
  void OnEventDone(const std::string& name, std::shared_ptr<InvokeRequest> request, int attempt,
                   bool failed);
  size_t Concurrency() const;

  WorkerContext context_;
  Catalog catalog_;
  storage::Committer& committer_;
  CodeSource& code_source_;
  std::map<std::string, std::shared_ptr<Worker>, std::less<>> workers_;
  /// Of deleted functions, until their processes have ended.
  std::vector<std::shared_ptr<Worker>> leaving_;
  size_t events_ = 0;
  /// Callbacks that may come after our end hold it weakly.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lifeboat::lambda
