#include "drill/runner.h"

#include "client/lifeline.h"
#include "client/places.h"
#include "drill/command_faults.h"
#include "drill/curtain.h"
#include "drill/health_regions.h"
#include "drill/journal.h"
#include "drill/lag_keeper.h"
#include "drill/run_header.h"
#include "drill/run_parts.h"

namespace lifeboat::drill {

class Runner::Impl {
 public:
  Impl(const RunnerHost& host, Scenario scenario, RunOptions options)
      : scenario_(std::move(scenario)),
        faults_(host.stage, host.faults, host.scheduler, scenario_.world),
        curtain_(host.display),
        host_{host.clock,  host.scheduler, host.dialer, host.stage, faults_,
              host.health, host.journal,   curtain_,    host.meter, host.prompt},
        options_(std::move(options)),
        journal_(host_.journal, host_.clock),
        lag_(host_, scenario_),
        health_regions_(host_.dialer) {}

  void Start(std::function<void(RunEnd)> done) {
    done_ = std::move(done);
    if (scenario_.asks_person() && host_.prompt == nullptr) {
      host_.scheduler.After({}, lifeline_.Guard([this] {
        End(InvalidError("a decision by prompt needs a terminal to type on"));
      }));
      return;
    }
    host_.display.Progress("the world to start", {}, kOpenExpected);
    host_.stage.Open(scenario_.world, lifeline_.Guard([this](Result<World> world) {
      if (!world.ok()) return End(world.error());
      world_ = std::move(world).value();
      places_ = client::Places(world_.regions);
      health_regions_.Use(places_, world_.name_servers);
      if (const Status status = CheckWorld(); !status.ok()) return End(status);
      SetUp();
    }));
  }

  void Cancel() {
    if (ended_ || cancelled_) return;
    cancelled_ = true;
    host_.scheduler.After({}, lifeline_.Guard([this] { End({}); }));
  }

 private:
  static constexpr Duration kOpenExpected = Duration::Minutes(1);
  /// After this a drill that was told to end does so, whatever became of its faults.
  static constexpr Duration kLiftLimit = Duration::Seconds(20);

  Status CheckWorld() const {
    for (const std::string& region : scenario_.world.regions)
      if (places_.Find(region) == nullptr)
        return InvalidError(fmt::format("the world has no region {}", region));
    if (world_.name_servers.empty()) return InvalidError("the world has no name server");
    for (size_t i = 0; i < scenario_.faults.size(); ++i)
      if (const Status s = host_.faults.Supports(WithId(scenario_.faults[i], i)); !s.ok()) return s;
    return {};
  }

  void SetUp() {
    if (!scenario_.setup) return Identify();
    Command setup = *scenario_.setup;
    setup.environment[std::string(kControlVariable)] = ToString(options_.control);
    host_.display.Progress("set-up: " + setup.run, {}, setup.timeout);
    const Instant started = host_.clock.Now();
    command_ = host_.stage.Run(
        setup, lifeline_.Guard([this, started, limit = setup.timeout](const std::string& line) {
          host_.display.Progress("set-up: " + line, host_.clock.Now() - started, limit);
        }),
        lifeline_.Guard([this, limit = setup.timeout](const Result<CommandEnd>& end) {
          if (cancelled_) return;
          const std::string trouble = end.ok() ? Trouble(*end, limit) : end.error().message;
          if (!trouble.empty()) return End(InvalidError("the set-up " + trouble));
          Identify();
        }));
  }

  void Identify() {
    host_.stage.Identify(lifeline_.Guard([this](Deployments deployments) {
      if (cancelled_) return;
      deployments_ = std::move(deployments);
      WatchAndLag();
    }));
  }

  void WatchAndLag() {
    host_.health.Watch(lifeline_.Guard([this](const HealthEvent& event) { OnHealth(event); }));
    lag_.Apply(lifeline_.Guard([this](Status status) {
      if (cancelled_) return;
      if (!status.ok())
        return End(Error{status.error().code, "the assumed lag: " + status.error().message});
      NextRun();
    }));
  }

  void OnHealth(const HealthEvent& event) {
    health_regions_.Resolve(event, lifeline_.Guard([this](const HealthEvent& resolved) {
      latest_health_[resolved.check_id] = resolved;
      if (parts_) NoteHealth(resolved);
    }));
  }

  void NoteHealth(const HealthEvent& event) {
    journal_.NoteAt(event.at, HealthLineOf(event));
    parts_->OnHealth(journal_.Micros(event.at), event);
  }

  void NextRun() {
    if (run_ == scenario_.runs) return End({});
    ++run_;
    journal_.BeginRun(run_);
    const RunLine header = RunHeader(host_, scenario_, options_, world_, deployments_);
    journal_.NoteAt(journal_.start(), header);
    const Result<Rules> rules = RulesFromHeader(header);
    Check(rules.ok(), "the header that we wrote can be read");
    for (const std::string& line : HeaderLines(scenario_, options_, run_)) host_.display.Line(line);
    parts_ = std::make_unique<RunParts>(
        Setting{host_, scenario_, options_, world_, places_, deployments_, journal_, run_,
                fmt::format("drill-{}-{}-", options_.run_id, run_)},
        lag_, curtain_, *rules);
    for (const auto& [check, event] : latest_health_) NoteHealth(event);
    next_phase_ = 0;
    NextPhase();
  }

  void NextPhase() {
    EndPhase();
    if (next_phase_ == parts_->phases.size()) return EndRun();
    Phase& phase = *parts_->phases[next_phase_++];
    phase_name_ = phase.name();
    phase_began_ = host_.clock.Now();
    if (host_.meter != nullptr) times_ = host_.meter->Read();
    PhaseLine line;
    line.name = phase.name();
    journal_.Note(line);
    // The next phase never starts inside a callback of the one before.
    phase.Start(lifeline_.Guard([this](Status status) {
      host_.scheduler.After({}, lifeline_.Guard([this, status] {
        if (cancelled_ || ended_) return;
        if (!status.ok()) return End(status);
        NextPhase();
      }));
    }));
  }

  /// Notes how the machine did in the phase that has ended, and how long that took.
  void EndPhase() {
    if (phase_name_.empty()) return;
    HostLine line;
    line.phase = phase_name_;
    line.late_p99_s = parts_->generator.TakeLateness().seconds();
    if (host_.meter != nullptr) {
      const HostTimes now = host_.meter->Read();
      const double total = std::max(now.total - times_.total, 1e-9);
      line.cpu_percent = 100 * (now.busy - times_.busy) / total;
      line.steal_percent = 100 * (now.steal - times_.steal) / total;
    }
    journal_.Note(line);
    where_time_went_ += fmt::format("{}{} {:.1f}", where_time_went_.empty() ? "" : " | ",
                                    phase_name_, (host_.clock.Now() - phase_began_).seconds());
    phase_name_.clear();
  }

  void EndRun() {
    host_.display.Line("TIME      " + std::exchange(where_time_went_, ""));
    journal_.End("complete");
    parts_.reset();
    NextRun();
  }

  /// Ends the drill: commands end, the load stops, every fault is lifted.
  void End(const Status& status) {
    if (ended_) return;
    ended_ = true;
    status_ = status;
    command_.reset();
    curtain_.Open();
    if (!parts_) return Finish();
    parts_->Halt();
    host_.display.Progress("the faults to be lifted", {}, kLiftLimit);
    // The run's parts go with Finish, so it never runs inside a call of theirs.
    parts_->faults.LiftEverything(lifeline_.Guard(
        [this] { host_.scheduler.After({}, lifeline_.Guard([this] { Finish(); })); }));
    host_.scheduler.After(kLiftLimit, lifeline_.Guard([this] { Finish(); }));
  }

  void Finish() {
    if (!done_) return;
    const auto done = std::exchange(done_, nullptr);
    // A run that stands open gets its last line, so that the grader knows why there is no more.
    // Nothing is noted after it: what is still under way goes first.
    const bool run_is_open = parts_ != nullptr;
    parts_.reset();
    if (run_is_open)
      journal_.End(cancelled_ ? "interrupted" : "error",
                   status_.ok() ? "" : status_.error().message);
    host_.scheduler.After({}, [done, end = RunEnd{cancelled_, status_}] { done(end); });
  }

  Scenario scenario_;
  CommandFaults faults_;
  Curtain curtain_;
  /// With `faults_` before the injector and `curtain_` before the display that we were given.
  RunnerHost host_;
  RunOptions options_;
  Journal journal_;
  LagKeeper lag_;
  HealthRegions health_regions_;
  World world_;
  client::Places places_;
  int run_ = 0;
  Deployments deployments_;
  std::unique_ptr<RunningCommand> command_;
  std::unique_ptr<RunParts> parts_;
  size_t next_phase_ = 0;
  std::string phase_name_;
  Instant phase_began_;
  HostTimes times_;
  std::string where_time_went_;
  std::map<std::string, HealthEvent> latest_health_;  ///< By check.
  bool cancelled_ = false;
  bool ended_ = false;
  Status status_;
  std::function<void(RunEnd)> done_;
  client::Lifeline lifeline_;
};

Runner::Runner(const RunnerHost& host, Scenario scenario, RunOptions options)
    : impl_(std::make_unique<Impl>(host, std::move(scenario), std::move(options))) {}
Runner::~Runner() = default;
void Runner::Start(std::function<void(RunEnd)> done) { impl_->Start(std::move(done)); }
void Runner::Cancel() { impl_->Cancel(); }

}  // namespace lifeboat::drill
