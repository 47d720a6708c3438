#include "drill/runner.h"

#include "client/lifeline.h"
#include "client/places.h"
#include "drill/command_faults.h"
#include "drill/journal.h"
#include "drill/lag_keeper.h"
#include "drill/run_header.h"
#include "drill/run_parts.h"

namespace lifeboat::drill {

class Runner::Impl {
 public:
  Impl(const RunnerHost& host, Scenario scenario, RunOptions options)
      : faults_(host.stage, host.faults, host.scheduler),
        host_{host.clock, host.scheduler, host.dialer,  host.stage,
              faults_,    host.health,    host.journal, host.display},
        scenario_(std::move(scenario)),
        options_(std::move(options)),
        journal_(host_.journal, host_.clock),
        lag_(host_, scenario_) {}

  void Start(std::function<void(RunEnd)> done) {
    done_ = std::move(done);
    host_.display.Progress("the world to start", {}, kOpenExpected);
    host_.stage.Open(scenario_.world, lifeline_.Guard([this](Result<World> world) {
      if (!world.ok()) return End(world.error());
      world_ = std::move(world).value();
      places_ = client::Places(world_.regions);
      if (const Status status = CheckWorld(); !status.ok()) return End(status);
      SetUp();
    }));
  }

  void Cancel() {
    if (ended_ || cancelled_) return;
    cancelled_ = true;
    command_.reset();
    parts_.reset();
    host_.scheduler.After({}, lifeline_.Guard([this] { End({}); }));
  }

 private:
  static constexpr Duration kOpenExpected = Duration::Minutes(1);

  Status CheckWorld() const {
    for (const std::string& region : scenario_.world.regions)
      if (places_.Find(region) == nullptr)
        return InvalidError(fmt::format("the world has no region {}", region));
    if (world_.name_servers.empty()) return InvalidError("the world has no name server");
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
    host_.stage.Identify(lifeline_.Guard([this](const std::string& digest) {
      if (cancelled_) return;
      deployment_digest_ = digest;
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
    if (!parts_) {
      before_run_.push_back(event);
      return;
    }
    NoteHealth(event);
  }

  void NoteHealth(const HealthEvent& event) {
    journal_.NoteAt(event.at, HealthLineOf(event));
    parts_->timeline.OnHealth(journal_.Micros(event.at), event);
  }

  void NextRun() {
    if (run_ == scenario_.runs) return End({});
    ++run_;
    journal_.BeginRun(run_);
    const RunLine header = RunHeader(host_, scenario_, options_, world_, deployment_digest_);
    journal_.NoteAt(journal_.start(), header);
    const Result<Rules> rules = RulesFromHeader(header);
    Check(rules.ok(), "the header that we wrote can be read");
    for (const std::string& line : HeaderLines(scenario_, options_, run_)) host_.display.Line(line);
    parts_ = std::make_unique<RunParts>(
        Setting{host_, scenario_, options_, world_, places_, journal_, run_,
                fmt::format("drill-{}-{}-", options_.run_id, run_)},
        lag_, *rules);
    for (const HealthEvent& event : before_run_) NoteHealth(event);
    before_run_.clear();
    next_phase_ = 0;
    NextPhase();
  }

  void NextPhase() {
    if (next_phase_ == parts_->phases.size()) return EndRun();
    Phase& phase = *parts_->phases[next_phase_++];
    PhaseLine line;
    line.name = phase.name();
    journal_.Note(line);
    // The next phase never starts inside a callback of the one before.
    phase.Start(lifeline_.Guard([this](Status status) {
      host_.scheduler.After({}, lifeline_.Guard([this, status] {
        if (cancelled_) return;
        if (!status.ok()) return End(status);
        NextPhase();
      }));
    }));
  }

  void EndRun() {
    journal_.End("complete");
    parts_.reset();
    NextRun();
  }

  void End(Status status) {
    if (ended_) return;
    ended_ = true;
    // A run that stands open gets its last line, so that the grader knows why there is no more.
    const bool run_is_open = run_ > 0 && (parts_ || cancelled_);
    if (run_is_open && (cancelled_ || !status.ok()))
      journal_.End(cancelled_ ? "interrupted" : "error", status.ok() ? "" : status.error().message);
    parts_.reset();
    const auto done = std::move(done_);
    host_.scheduler.After({}, [done, end = RunEnd{cancelled_, status}] { done(end); });
  }

  CommandFaults faults_;
  RunnerHost host_;  ///< With `faults_` before the injector that we were given.
  Scenario scenario_;
  RunOptions options_;
  Journal journal_;
  LagKeeper lag_;
  World world_;
  client::Places places_;
  int run_ = 0;
  std::string deployment_digest_;
  std::unique_ptr<RunningCommand> command_;
  std::unique_ptr<RunParts> parts_;
  size_t next_phase_ = 0;
  std::vector<HealthEvent> before_run_;
  bool cancelled_ = false;
  bool ended_ = false;
  std::function<void(RunEnd)> done_;
  client::Lifeline lifeline_;
};

Runner::Runner(const RunnerHost& host, Scenario scenario, RunOptions options)
    : impl_(std::make_unique<Impl>(host, std::move(scenario), std::move(options))) {}
Runner::~Runner() = default;
void Runner::Start(std::function<void(RunEnd)> done) { impl_->Start(std::move(done)); }
void Runner::Cancel() { impl_->Cancel(); }

}  // namespace lifeboat::drill
