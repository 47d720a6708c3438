// A command of a drill's scenario as a process of this machine.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "drill/stage.h"
#include "net/event_loop.h"
#include "net/spawner.h"

namespace lifeboat::world {

struct CommandPlace {
  std::string folder;                    ///< Where it starts.
  std::string output_dir;                ///< Where its output is kept, as <name>.log.
  std::vector<std::string> environment;  ///< `NAME=value`; all of it.
};

/// As drill::Stage::Run. The command reads nothing, and is ended with all that it has started when
/// its time is up or when the object goes.
std::unique_ptr<drill::RunningCommand> RunCommand(
    net::EventLoop& loop, net::Spawner& spawner, const CommandPlace& place,
    const drill::Command& command, std::function<void(std::string)> on_line,
    std::function<void(Result<drill::CommandEnd>)> done);

}  // namespace lifeboat::world
