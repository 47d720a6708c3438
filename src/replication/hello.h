// Hello: what a region says of its data folder to every other region when it starts, and what each
// keeps of it as a witness (docs/replication.md, section 9). So a region whose disk was lost or put
// back to an older state hears of it, and is told of its tables again.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/scheduler.h"
#include "replication/interfaces.h"
#include "replication/life.h"
#include "replication/sender.h"
#include "storage/committer.h"

namespace lifeboat::replication {

/// Whether a witness has to remember what he is told, who knew `before`.
bool IsNews(const Greeting& greeting, const Witness& before);

class Hello {
 public:
  struct Options {
    std::string self;
    /// Regions and other witnesses that are to be greeted; we may be among them.
    std::vector<std::string> regions;
    storage::LogId folder;    ///< Names the data folder.
    uint64_t generation = 0;  ///< Of this opening of it.
    uint64_t commit = 0;      ///< The last durable commit then; 0: not known.
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
  /// Every other region has said what it knows of our data folder.
  bool heard_all() const { return started_ && unheard_.empty(); }
  /// Who knows of something that our data folder lacks.
  const std::map<std::string, Witness>& contradictions() const { return contradictions_; }
  /// A region greets us. kUnavailable: it has to say it again.
  void Receive(const Greeting& greeting, std::function<void(Result<Witness>)> done);

 private:
  Result<Witness> LoadWitness(std::string_view region) const;
  void Greet(const std::string& region, GreetingStage stage);
  void OnAnswer(const std::string& region, GreetingStage stage, Result<http::Response> response);
  /// What follows from what a region remembers of us.
  Result<GreetingStage> Judge(const std::string& region, const Witness& witness);
  void Retry(const std::string& region, GreetingStage stage);

  const Options o_;
  Dependencies d_;
  std::map<std::string, Duration> backoffs_;
  bool started_ = false;
  std::set<std::string> unheard_;
  std::map<std::string, Witness> contradictions_;
  Life life_;
};

}  // namespace lifeboat::replication
