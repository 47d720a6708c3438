#include "drill/command_faults.h"

namespace lifeboat::drill {
namespace {

bool IsOurs(const fault::Fault& fault) { return fault.info().doer == fault::Doer::kDrill; }

}  // namespace

Status CommandFaults::Supports(const fault::Fault& fault) const {
  return IsOurs(fault) ? Status() : others_.Supports(fault);
}

void CommandFaults::Apply(const fault::Fault& fault, Confirmed done) {
  if (!IsOurs(fault)) return others_.Apply(fault, std::move(done));
  Do(fault, "start", "somebody else brings it, from now on", std::move(done));
}

void CommandFaults::Lift(const fault::Fault& fault, Confirmed done) {
  if (!IsOurs(fault)) return others_.Lift(fault, std::move(done));
  Do(fault, "stop", "somebody else ends it, from now on", std::move(done));
}

void CommandFaults::Do(const fault::Fault& fault, std::string_view which, std::string_view observed,
                       Confirmed done) {
  if (fault.kind == fault::Kind::kObserver) {
    return scheduler_.After({}, lifeline_.Guard([done = std::move(done),
                                                 text = std::string(observed)] { done(text); }));
  }
  Command command;
  command.name = fmt::format("{}-{}", fault.id, which);
  command.run = fault.Text(which);
  command.timeout = fault.Time("timeout");
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
