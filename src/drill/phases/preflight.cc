// What must hold before a region is taken away, so that what the drill finds is the outage's doing.
#include <fmt/ranges.h>

#include "drill/dns_watch.h"
#include "drill/drift.h"
#include "drill/phases/phases.h"
#include "drill/phases/standby_trial.h"
#include "drill/standby_watch.h"
#include "drill/waiting.h"

namespace lifeboat::drill {
namespace {

constexpr Duration kLimit = Duration::Seconds(30);

class Preflight final : public Phase {
 public:
  Preflight(const Setting& setting, const PreflightParts& parts)
      : setting_(setting),
        parts_(parts),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "preflight"; }

  void Start(Done done) override {
    parts_.dns.Start();
    for (const std::string& region : setting_.scenario.survivors()) {
      if (StandbyServes()) {
        trials_.push_back(std::make_unique<StandbyTrial>(setting_, region, parts_.ids));
        trials_.back()->Start();
      } else if (const auto& item = setting_.scenario.api.item) {
        tables_.push_back(std::make_unique<TableTrial>(setting_, region));
        tables_.back()->Start(item->table, kLimit);
      }
    }
    TryCommand();
    waiting_.Start({[this] { return Complete(); }, [] { return "the pre-flight"; }, kLimit,
                    Duration::Millis(100)},
                   [this, done](bool) { End(done); });
  }

 private:
  /// With the other strategies the standby serves nobody before the failover.
  bool StandbyServes() const {
    return setting_.scenario.strategy == "warm-standby" ||
           setting_.scenario.strategy == "multi-site";
  }

  /// A failover by command needs one that can be started.
  void TryCommand() {
    const std::string& run = setting_.scenario.decision.run.run;
    const std::string program = run.substr(0, run.find_first_of(" \t\n;&|"));
    if (program.empty()) {
      command_tried_ = true;
      return;
    }
    Command command;
    command.name = "preflight-command";
    command.run = "command -v -- '" + program + "'";
    command.timeout = kLimit;
    command_ = setting_.host.stage.Run(
        command, [](const std::string&) {}, lifeline_.Guard([this](const Result<CommandEnd>& end) {
          command_tried_ = true;
          command_fits_ = end.ok() && end->exit == 0;
        }));
  }

  bool Complete() const {
    const auto is_done = [](const auto& trial) { return trial->done(); };
    return std::all_of(trials_.begin(), trials_.end(), is_done) &&
           std::all_of(tables_.begin(), tables_.end(), is_done) && command_tried_ &&
           parts_.dns.all_answer();
  }

  void End(const Done& done) {
    Note("names", "", parts_.dns.all_answer(),
         parts_.dns.all_answer() ? "every server answers with an address"
                                 : "a server gave no address for " + setting_.scenario.target.host);
    if (StandbyServes()) {
      for (const std::string& region : setting_.scenario.survivors())
        Note("health-checks", region, !parts_.standby.IsRed(region),
             parts_.standby.IsRed(region) ? "its health check is red" : "none is red");
      for (const auto& trial : trials_)
        Note("standby-serves", trial->region(), trial->done() && trial->trouble().empty(),
             !trial->done()             ? "no end of the trial requests"
             : trial->trouble().empty() ? "a write, a read and a delete through its own address"
                                        : trial->trouble());
    }
    for (const auto& trial : tables_)
      Note("table", trial->region(), trial->done() && trial->trouble().empty(),
           !trial->done()             ? "no answer to DescribeTable"
           : trial->trouble().empty() ? "its table is ACTIVE"
                                      : trial->trouble());
    const std::string& run = setting_.scenario.decision.run.run;
    if (!run.empty())
      Note("command", "", command_fits_,
           command_fits_ ? "the failover's command can be started"
                         : "the failover's command can't be started: " + run);
    NoteDrift();
    if (failures_.empty() || setting_.scenario.preflight_reports) return done({});
    done(Error{ErrorCode::kUnavailable, "pre-flight: " + failures_});
  }

  /// Nothing is noted of regions whose deployment can't be read.
  void NoteDrift() {
    const std::string& primary = setting_.scenario.world.primary;
    if (!setting_.deployments.regions.contains(primary)) return;
    for (const std::string& region : setting_.scenario.survivors()) {
      const auto drift = FindDrift(setting_.deployments, primary, region);
      Note("drift", region, drift.empty(),
           drift.empty() ? "deployed as in " + primary : fmt::format("{}", fmt::join(drift, ", ")));
    }
  }

  void Note(const std::string& check, const std::string& region, bool ok,
            const std::string& detail) {
    PreflightLine line;
    line.check = check;
    line.region = region;
    line.ok = ok;
    line.detail = detail;
    setting_.journal.Note(line);
    if (ok) return;
    failures_ += fmt::format("{}{}{}{}", failures_.empty() ? "" : "; ", region,
                             region.empty() ? "" : ": ", detail);
  }

  const Setting& setting_;
  PreflightParts parts_;
  Waiting waiting_;
  std::vector<std::unique_ptr<StandbyTrial>> trials_;
  std::vector<std::unique_ptr<TableTrial>> tables_;
  std::unique_ptr<RunningCommand> command_;
  bool command_tried_ = false;
  bool command_fits_ = false;
  std::string failures_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewPreflight(const Setting& setting, const PreflightParts& parts) {
  return std::make_unique<Preflight>(setting, parts);
}

}  // namespace lifeboat::drill
