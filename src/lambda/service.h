// AWS Lambda of one region: REST-JSON requests in, answers out; functions run as processes. Runs on
// its owner's one thread and never blocks. What is acknowledged is durable: configurations and code
// outlive a restart, events that wait for a retry do not.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/prng.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "fault/effects.h"
#include "http/message.h"
#include "lambda/code_source.h"
#include "lambda/environment_variables.h"
#include "lambda/invoker.h"
#include "lambda/log_buffer.h"
#include "lambda/process_host.h"
#include "storage/committer.h"
#include "storage/engine.h"

namespace lifeboat::lambda {

class Service final : public Invoker {
 public:
  struct Options {
    std::string region;
    std::string account;
    /// Given to every function unless it sets them itself: AWS_ENDPOINT_URL_DYNAMODB and the like.
    std::map<std::string, std::string> variables;
    /// Credentials for a new environment of a function with that role. Called for each process.
    std::function<FunctionCredentials(std::string_view function, std::string_view role_arn)>
        credentials;
    Era era = Era::kToday;  ///< In a lab's era functions have runtimes that AWS has retired.
  };
  struct Dependencies {
    storage::Engine& engine;
    storage::Committer& committer;
    const Clock& clock;
    Scheduler& scheduler;
    Prng& prng;
    ProcessHost& processes;
    CodeSource& code_source;
    /// What becomes of the next invocation of a function; empty: no fault ever.
    std::function<fault::Trouble(std::string_view function)> trouble;
  };

  /// Reads the functions back from the engine.
  static Result<std::unique_ptr<Service>> Open(Options options, Dependencies dependencies);
  ~Service() override;

  /// A request whose signature has been checked. Adds x-amzn-RequestId.
  void Handle(const http::Request& request, http::Reply reply);

  void Invoke(InvokeRequest request, InvokeDone done) override;

  /// What a function logged lately; nullptr when it has not run since the region started.
  const LogBuffer* FindLog(std::string_view function) const;

 private:
  struct Impl;
  explicit Service(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::lambda
