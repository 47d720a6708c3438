// Hello: what a region says of its data folder to every other region when it starts, and what each
// keeps of it as a witness (docs/replication.md, section 9). So a region whose disk was lost or put
// back to an older state hears of it, and is told of its tables again.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/scheduler.h"
#include "replication/interfaces.h"
#include "replication/life.h"
#include "replication/sender.h"
#include "storage/committer.h"

namespace lifeboat::replication {

class Hello {
 public:
  struct Options {
    std::string self;
    std::vector<std::string> regions;  ///< That are to be greeted; ours may be among them.
    storage::LogId folder;             ///< Names the data folder.
    uint64_t generation = 0;           ///< Of this opening of it.
    uint64_t commit = 0;               ///< The last durable commit then; 0: not known.
  };
  struct Dependencies {
    storage::Engine& engine;
    storage::Committer& committer;
    PeerCaller& caller;
    Scheduler& scheduler;
    LinkFaults links;
    /// Adds to the batch what a region has to be told that has lost its tables.
    std::function<void(std::string_view region, storage::WriteBatch& batch)> reintroduce;
    /// What was added is durable.
    std::function<void()> flush;
  };
  Hello(Options options, Dependencies dependencies)
      : o_(std::move(options)), d_(std::move(dependencies)) {}

  /// Greets all regions, each until it has answered.
  void Start();
  /// A region greets us. kUnavailable: it has to say it again.
  void Receive(const Greeting& greeting, std::function<void(Result<Witness>)> done);

 private:
  Result<Witness> LoadWitness(std::string_view region) const;
  void Greet(const std::string& region, GreetingStage stage);
  void OnAnswer(const std::string& region, GreetingStage stage, Result<http::Response> response);
  /// What follows from what a region remembers of us.
  Result<GreetingStage> Judge(const std::string& region, const Witness& witness) const;
  void Retry(const std::string& region, GreetingStage stage);

  const Options o_;
  Dependencies d_;
  std::map<std::string, Duration> backoffs_;
  Life life_;
};

}  // namespace lifeboat::replication
