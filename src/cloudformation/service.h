// CloudFormation of one region: templates in, stacks of resources out. Every resource is made
// through AWS's own APIs (AwsCaller), so a stack can do nothing that a user could not do by hand.
#pragma once

#include <memory>
#include <string>

#include "base/prng.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "cloudformation/aws_caller.h"
#include "http/message.h"
#include "storage/committer.h"
#include "storage/engine.h"

namespace lifeboat::cloudformation {

class Service {
 public:
  struct Options {
    std::string region;
    std::string account;
  };
  struct Dependencies {
    storage::Engine& engine;
    storage::Committer& committer;
    const Clock& clock;
    Scheduler& scheduler;
    Prng& prng;
    AwsCaller& aws;
  };

  /// Reads the stacks back. Call Resume() once every service that stacks need can be called.
  static Result<std::unique_ptr<Service>> Open(Options options, Dependencies dependencies);
  ~Service();

  /// Goes on with the stacks that were under way when the process ended.
  void Resume();

  /// A request of the Query protocol (version 2010-05-15) whose signature has been checked.
  void Handle(const http::Request& request, http::Reply reply);

 private:
  struct Impl;
  explicit Service(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::cloudformation
