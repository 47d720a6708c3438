#include "drill/commands.h"

namespace lifeboat::drill {

void Commands::Run(Command command, std::function<void(Status)> done) {
  command.environment[std::string(kControlVariable)] = ToString(setting_.options.control);
  CommandLine line;
  line.name = command.name;
  line.state = "start";
  setting_.journal.Note(line);
  const int64_t id = next_id_++;
  running_[id] = setting_.host.stage.Run(
      command, [](const std::string&) {},
      lifeline_.Guard(
          [this, id, command, done](const auto& end) { OnEnd(id, command, end, done); }));
}

void Commands::OnEnd(int64_t id, const Command& command, const Result<CommandEnd>& end,
                     const std::function<void(Status)>& done) {
  CommandLine line;
  line.name = command.name;
  line.state = "end";
  std::string trouble;
  if (end.ok()) {
    line.exit = end->exit;
    line.seconds = end->took.seconds();
    line.output_sha256 = end->output_sha256;
    line.file = end->file;
    trouble = Trouble(*end, command.timeout);
  } else {
    trouble = end.error().message;
  }
  setting_.journal.Note(line);
  // The object is inside its own callback: it goes a turn later.
  setting_.host.scheduler.After({}, lifeline_.Guard([this, id] { running_.erase(id); }));
  if (trouble.empty()) return done({});
  done(Error{ErrorCode::kUnavailable, fmt::format("{} {}", command.name, trouble)});
}

}  // namespace lifeboat::drill
