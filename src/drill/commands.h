// Commands: runs commands of the scenario and journals when each started and how it ended.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "client/lifeline.h"
#include "drill/setting.h"

namespace lifeboat::drill {

class Commands {
 public:
  explicit Commands(const Setting& setting) : setting_(setting) {}

  /// `done` runs once, not inside the call; its error says how the command failed. Commands that
  /// still run end with this object.
  void Run(Command command, std::function<void(Status)> done);
  /// Ends all of them, without a call.
  void StopAll() { running_.clear(); }

 private:
  void OnEnd(int64_t id, const Command& command, const Result<CommandEnd>& end,
             const std::function<void(Status)>& done);

  const Setting& setting_;
  std::map<int64_t, std::unique_ptr<RunningCommand>> running_;
  int64_t next_id_ = 1;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
