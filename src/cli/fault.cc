#include "fault/fault.h"

#include <fmt/format.h>

#include "base/time.h"
#include "cli/commands.h"
#include "cli/control.h"

namespace lifeboat::cli {
namespace {

/// The body that the supervisor takes; it draws the id.
Result<json::Object> FaultBody(const FaultInjectOptions& options) {
  std::vector<fault::Written> written;
  json::Object body{{"kind", options.kind}};
  for (const auto& [key, text] : options.parameters) {
    if (text.empty()) continue;
    written.push_back({key, text});
    body.Set(key, text);
  }
  // The supervisor checks it again, with its regions.
  if (const auto fault = fault::Make(options.kind, written); !fault) return fault.error();
  if (!options.duration.empty()) {
    const auto duration = ParseDuration(options.duration);
    if (!duration) return duration.error();
    body.Set("remaining_ms", duration->millis());
  }
  return body;
}

}  // namespace

void PrintFault(const json::Value& fault) {
  std::string extra;
  if (const json::Value* left = fault.Find("remaining_ms"))
    extra += fmt::format(", {} s left", left->as_int() / 1000);
  if (const std::string& seen = fault.GetString("confirmed_by"); !seen.empty())
    extra += fmt::format(" ({})", seen);
  fmt::print("{:6} {:18} {}{}\n", fault.GetString("id"), fault.GetString("kind"),
             fault.GetString("what"), extra);
}

int FaultInject(const CommonOptions& common, const FaultInjectOptions& options) {
  const auto body = FaultBody(options);
  if (!body) return Fail(body.error().message);
  const auto done = CallSupervisor(common, "POST", "/faults", *body);
  if (!done) return Fail(done.error().message);
  if (common.json) {
    fmt::print("{}", json::WritePretty(*done));
  } else if (!common.quiet) {
    PrintFault(*done);
  }
  return kExitDone;
}

int FaultList(const CommonOptions& common) {
  const auto faults = CallSupervisor(common, "GET", "/faults");
  if (!faults) return Fail(faults.error().message);
  if (common.json) {
    fmt::print("{}", json::WritePretty(*faults));
    return kExitDone;
  }
  for (const json::Value& fault : faults->as_array()) PrintFault(fault);
  if (faults->as_array().empty() && !common.quiet) fmt::print("no fault is in force\n");
  return kExitDone;
}

int FaultClear(const CommonOptions& common, const FaultClearOptions& options) {
  if (options.all == !options.id.empty()) return Fail("give the id of a fault, or --all");
  const auto done =
      CallSupervisor(common, "DELETE", options.all ? "/faults" : "/faults/" + options.id);
  if (!done) return Fail(done.error().message);
  return kExitDone;
}

}  // namespace lifeboat::cli
