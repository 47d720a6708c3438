// Background: the commands that go on all the time of a run: a backup job, a deploy. Each runs
// every so often, and never twice at once.
#pragma once

#include "client/lifeline.h"
#include "drill/commands.h"
#include "drill/setting.h"

namespace lifeboat::drill {

class Background {
 public:
  Background(const Setting& setting, Commands& commands) : setting_(setting), commands_(commands) {}
  void Start();
  void Stop() { running_ = false; }

 private:
  void Run(size_t index);

  const Setting& setting_;
  Commands& commands_;
  bool running_ = false;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
