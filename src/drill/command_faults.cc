#include "drill/command_faults.h"

namespace lifeboat::drill {

bool CommandFaults::IsOurs(const fault::Fault& fault) const {
  return fault.info().doer == fault::Doer::kDrill || !CommandOf(fault, true).empty();
}

std::string CommandFaults::CommandOf(const fault::Fault& fault, bool begins) const {
  if (fault.kind == fault::Kind::kRun) return fault.Text(begins ? "start" : "stop");
  const ExternalRegion* region = world_.external.Find(fault.region());
  std::string name;
  if (fault.kind == fault::Kind::kKill) name = begins ? "kill" : "start";
  if (fault.kind == fault::Kind::kFreeze) name = begins ? "freeze" : "thaw";
  if (region == nullptr || !region->commands.contains(name)) return "";
  return region->commands.at(name);
}

Status CommandFaults::Supports(const fault::Fault& fault) const {
  return IsOurs(fault) ? Status() : others_.Supports(fault);
}

void CommandFaults::Apply(const fault::Fault& fault, Confirmed done) {
  if (!IsOurs(fault)) return others_.Apply(fault, std::move(done));
  Do(fault, true, "somebody else brings it, from now on", std::move(done));
}

void CommandFaults::Lift(const fault::Fault& fault, Confirmed done) {
  if (!IsOurs(fault)) return others_.Lift(fault, std::move(done));
  Do(fault, false, "somebody else ends it, from now on", std::move(done));
}

void CommandFaults::Do(const fault::Fault& fault, bool begins, std::string_view observed,
                       Confirmed done) {
  if (fault.kind == fault::Kind::kObserver) {
    return scheduler_.After({}, lifeline_.Guard([done = std::move(done),
                                                 text = std::string(observed)] { done(text); }));
  }
  Command command;
  command.name = fmt::format("{}-{}", fault.id, begins ? "start" : "stop");
  command.run = CommandOf(fault, begins);
  constexpr Duration kUsual = Duration::Minutes(1);
  command.timeout = fault.kind == fault::Kind::kRun ? fault.Time("timeout") : kUsual;
  const std::string name = command.name;
  commands_[name] = stage_.Run(
      command, [](const std::string&) {},
      lifeline_.Guard(
          [done = std::move(done), name, limit = command.timeout](const Result<CommandEnd>& end) {
            if (!end.ok()) return done(end.error());
            if (const std::string trouble = Trouble(*end, limit); !trouble.empty())
              return done(Error{ErrorCode::kUnavailable, fmt::format("{} {}", name, trouble)});
            done(std::string("its command has ended with status 0"));
          }));
}

}  // namespace lifeboat::drill
