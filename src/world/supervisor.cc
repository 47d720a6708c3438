#include "world/supervisor.h"

#include <signal.h>

#include <fmt/format.h>

#include <map>

#include "auth/peer_link.h"
#include "base/bytes.h"
#include "base/log.h"
#include "client/dialer.h"
#include "net/child_process.h"
#include "net/dialer.h"
#include "net/files.h"
#include "net/http_client.h"
#include "net/system.h"
#include "world/fault_file.h"
#include "world/log_tail.h"
#include "world/process_tree.h"

namespace lifeboat::world {
namespace {

constexpr Duration kReadyPoll = Duration::Millis(10);
constexpr Duration kCallTimeout = Duration::Seconds(2);
constexpr std::string_view kNameServer = kNameServerName;
constexpr std::string_view kControlPrefix = "/_lifeboat";

enum class State {
  kStopped,  ///< Not started yet, or ended because it was asked to.
  kKilled,   ///< By SIGKILL, ours or somebody else's.
  kEnded,    ///< By itself: see Process::ending.
  kStarting,
  kRunning,
  kFrozen,
};

std::string_view ToString(State state) {
  switch (state) {
    case State::kStopped:
      return "stopped";
    case State::kKilled:
      return "killed";
    case State::kEnded:
      return "ended";
    case State::kStarting:
      return "starting";
    case State::kRunning:
      return "running";
    case State::kFrozen:
      return "frozen";
  }
  return "";
}

/// One process of the world, running or not.
struct Process {
  std::string name;
  std::vector<std::string> arguments;
  client::Endpoint status_endpoint;
  State state = State::kStopped;
  std::string ending;  ///< kEnded: how.
  bool asked_to_end = false;
  uint64_t log_start = 0;  ///< Where this run's log begins.
  std::shared_ptr<net::ChildProcess> child;
  uint64_t incarnation = 0;  ///< Tells a late exit from the process that came after.
  std::vector<Supervisor::Done> on_ready;
  std::vector<std::function<void()>> on_gone;
  Instant ready_deadline;
  bool accept_loss = false;  ///< Of the next start.
  json::Value disk;          ///< What it said of its disk when it was ready.
  json::Value route53;       ///< And of its zones, in the region of the control plane.
};

Error Unknown(std::string_view name) {
  if (name == kNameServer) {
    return InvalidError("the name server is no region; use `lifeboat nameserver ACTION`");
  }
  return InvalidError(fmt::format("this world has no region '{}'", name));
}

/// `region us-east-1` or `nameserver`: how the CLI's commands name it.
std::string CommandFor(const Process& process, std::string_view action) {
  if (process.name == kNameServer) return fmt::format("lifeboat nameserver {}", action);
  return fmt::format("lifeboat region {} {}", action, process.name);
}

http::Response JsonAnswer(int status, const json::Value& value) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = json::Write(value) + "\n";
  return response;
}

http::Response ErrorAnswer(const Error& error) {
  return JsonAnswer(error.code == ErrorCode::kNotFound ? 404 : 400,
                    json::Object{{"message", error.message}});
}

/// Whether a process takes requests. The region of Route 53's control plane takes no changes of
/// zones while it asks the name servers what they hold.
bool IsReady(const Result<http::Response>& answer) {
  if (!answer.ok() || answer->status != 200) return false;
  const auto status = json::Parse(answer->body);
  const json::Value* zones = status.ok() ? status->FindPath({"route53", "state"}) : nullptr;
  return zones == nullptr || zones->as_string() != "asking";
}

/// Calls `done` once, after `count` parts have reported: with the first error, if there was one.
std::function<void(Status)> WhenAll(size_t count, Supervisor::Done done) {
  struct Waiting {
    size_t left;
    Status outcome;
    Supervisor::Done done;
  };
  auto waiting = std::make_shared<Waiting>(Waiting{count, {}, std::move(done)});
  return [waiting](Status part) {
    if (!part && waiting->outcome) waiting->outcome = part;
    if (--waiting->left == 0) waiting->done(waiting->outcome);
  };
}

}  // namespace

struct Supervisor::Impl {
  net::EventLoop& loop;
  Config config;
  Options options;
  net::Spawner spawner;
  std::unique_ptr<net::Dialer> dialer;
  std::unique_ptr<net::HttpClient> http;
  Prng prng = net::NewSystemPrng();
  auth::PeerLink peers;
  std::map<std::string, Process, std::less<>> processes;
  std::unique_ptr<FaultDesk> faults;

  Impl(net::EventLoop& l, Config c, Options o, Supervisor& self)
      : loop(l),
        config(std::move(c)),
        options(std::move(o)),
        peers(options.peer_key, std::string(auth::kSupervisorPeer), prng,
              [this](const std::string& to, http::Request request, Duration timeout,
                     auth::PeerLink::Done done) {
                http->Call(Find(to)->status_endpoint, std::move(request), timeout, std::move(done));
              }) {
    dialer = *net::Dialer::New(loop, "");
    http = std::make_unique<net::HttpClient>(loop, *dialer);
    std::vector<std::string> names;
    for (const RegionConfig& region : config.regions) names.push_back(region.name);
    faults = std::make_unique<FaultDesk>(loop, self, std::move(names));
    for (const RegionConfig& region : config.regions) {
      AddProcess(region.name, {"serve", "region", region.name}, {region.address, region.http_port});
    }
    AddProcess(std::string(kNameServer), {"serve", "nameserver"},
               {config.nameserver_address, config.nameserver_http_port});
  }

  void AddProcess(std::string name, std::vector<std::string> arguments, client::Endpoint status) {
    Process process;
    process.name = name;
    process.arguments = std::move(arguments);
    process.status_endpoint = std::move(status);
    processes.emplace(std::move(name), std::move(process));
  }

  Process* Find(std::string_view name) {
    const auto it = processes.find(name);
    return it == processes.end() ? nullptr : &it->second;
  }

  Process* FindRegion(std::string_view name) { return name == kNameServer ? nullptr : Find(name); }

  std::string Folder(const Process& process) const { return options.data_dir + "/" + process.name; }
  std::string LogFile(const Process& process) const { return Folder(process) + "/log"; }

  /// The state now. A process may have been stopped, or made to go on, behind our back.
  static State Seen(const Process& process) {
    if (process.state != State::kRunning && process.state != State::kFrozen) return process.state;
    if (!process.child || process.child->pid() == 0) return process.state;
    return IsStopped(process.child->pid()) ? State::kFrozen : State::kRunning;
  }

  /// `what` with what the process said last in this run, which is most often why.
  Error WithReason(const Process& process, std::string_view what) const {
    const std::string said = LastLine(LogFile(process), process.log_start);
    return {ErrorCode::kUnavailable,
            fmt::format("{} {}: {}; its log is {}", process.name, what,
                        said.empty() ? "it has said nothing" : said, LogFile(process))};
  }

  void Start(Process& process, Done done) {
    const State now = Seen(process);
    if (now == State::kRunning) return loop.Post([done = std::move(done)] { done({}); });
    if (now == State::kFrozen) {
      const Error error = InvalidError(fmt::format("{} is frozen; thaw it with `{}`", process.name,
                                                   CommandFor(process, "thaw")));
      return loop.Post([done = std::move(done), error] { done(error); });
    }
    process.on_ready.push_back(std::move(done));
    if (process.state == State::kStarting) return;
    process.state = State::kStarting;
    process.asked_to_end = false;
    process.log_start = SizeOfLog(LogFile(process));
    process.ready_deadline = loop.clock().Now() + kReadyTimeout;
    ++process.incarnation;
    if (const Status spawned = Spawn(process); !spawned) {
      loop.Post([this, &process, spawned] { FinishStart(process, spawned); });
      return;
    }
    PollReady(process.name, process.incarnation);
  }

  Status Spawn(Process& process) {
    if (const Status made = net::MakeFolders(Folder(process)); !made) return made;
    // The process obeys the faults that hold from its first moment on.
    const Status saved = SaveFaults(Folder(process), faults->table(), loop.clock().Now());
    if (!saved) return saved;
    net::ChildSpec spec;
    spec.argv = {options.binary};
    spec.argv.insert(spec.argv.end(), process.arguments.begin(), process.arguments.end());
    spec.argv.insert(spec.argv.end(), {"--data-dir", options.data_dir});
    if (std::exchange(process.accept_loss, false)) spec.argv.emplace_back("--accept-loss");
    spec.env = net::InheritedEnvironment();
    spec.log_file = LogFile(process);
    spec.on_exit = [this, name = process.name, incarnation = process.incarnation](
                       net::ChildExit exit) { OnExit(name, incarnation, exit); };
    auto child = net::ChildProcess::Start(loop, spawner, std::move(spec));
    if (!child) return child.error();
    process.child = *std::move(child);
    return {};
  }

  void PollReady(const std::string& name, uint64_t incarnation) {
    Process* process = Find(name);
    if (process->incarnation != incarnation || process->state != State::kStarting) return;
    http::Request request;
    request.target = "/_lifeboat/status";
    request.headers.Add("Host", process->status_endpoint.address);
    http->Call(process->status_endpoint, std::move(request), kCallTimeout,
               [this, name, incarnation](Result<http::Response> answer) {
                 if (answer.ok() && answer->status == 200) NoteStatus(name, answer->body);
                 OnStatusAnswer(name, incarnation, IsReady(answer));
               });
  }

  /// What a process says of itself when it is ready: what became of its disk and its zones.
  void NoteStatus(const std::string& name, const std::string& status) {
    const auto value = json::Parse(status);
    const json::Value* disk = value ? value->Find("disk") : nullptr;
    const json::Value* zones = value ? value->Find("route53") : nullptr;
    Find(name)->disk = disk ? *disk : json::Value();
    Find(name)->route53 = zones ? *zones : json::Value();
  }

  void OnStatusAnswer(const std::string& name, uint64_t incarnation, bool ready) {
    Process* process = Find(name);
    if (process->incarnation != incarnation || process->state != State::kStarting) return;
    if (ready) return FinishStart(*process, {});
    if (loop.clock().Now() > process->ready_deadline) {
      process->child->Signal(SIGKILL);
      return FinishStart(*process,
                         WithReason(*process, fmt::format("did not become ready in {}",
                                                          FormatDuration(kReadyTimeout))));
    }
    loop.After(kReadyPoll, [this, name, incarnation] { PollReady(name, incarnation); });
  }

  void FinishStart(Process& process, Status outcome) {
    process.state = outcome ? State::kRunning : State::kStopped;
    if (outcome) faults->OnRunning(process.name);
    Report(process, outcome);
  }

  static void Report(Process& process, const Status& outcome) {
    for (const Done& done : std::exchange(process.on_ready, {})) done(outcome);
  }

  static void NoteEnding(Process& process, net::ChildExit exit) {
    process.ending.clear();
    if (exit.signalled && exit.status == SIGKILL) {
      process.state = State::kKilled;
    } else if (process.asked_to_end) {
      process.state = State::kStopped;
    } else {
      process.state = State::kEnded;
      process.ending = fmt::format("{} {}", exit.signalled ? "signal" : "status", exit.status);
    }
  }

  void OnExit(const std::string& name, uint64_t incarnation, net::ChildExit exit) {
    Process* process = Find(name);
    if (process->incarnation != incarnation) return;
    const bool was_starting = process->state == State::kStarting;
    log::Info("{} ended ({} {})", name, exit.signalled ? "signal" : "status", exit.status);
    NoteEnding(*process, exit);
    loop.Post([ended = std::move(process->child)] {});  // Not while it calls us.
    if (was_starting) Report(*process, WithReason(*process, "ended while it started"));
    for (const auto& gone : std::exchange(process->on_gone, {})) gone();
  }

  /// Signals the process; `done` once it is gone.
  void End(Process& process, int signal, std::function<void()> done) {
    if (!process.child) return loop.Post(std::move(done));
    process.on_gone.push_back(std::move(done));
    process.asked_to_end = signal == SIGTERM;
    process.child->Signal(signal);
    // A stopped process takes no SIGTERM before it goes on.
    if (Seen(process) == State::kFrozen) SignalTree(process, SIGCONT);
    if (signal == SIGKILL) return;
    const uint64_t incarnation = process.incarnation;
    loop.After(kStopGrace, [this, name = process.name, incarnation] {
      Process* late = Find(name);
      if (late->incarnation == incarnation && late->child) late->child->Signal(SIGKILL);
    });
  }

  static void SignalTree(const Process& process, int signal) {
    for (const pid_t pid : ProcessTree(process.child->pid())) ::kill(pid, signal);
  }

  void SetFrozen(Process& process, bool frozen, Done done) {
    const State from = frozen ? State::kRunning : State::kFrozen;
    const State now = Seen(process);
    if (now != from) {
      const Error error = InvalidError(
          fmt::format("{} is {}, not {}", process.name, ToString(now), ToString(from)));
      return loop.Post([done = std::move(done), error] { done(error); });
    }
    SignalTree(process, frozen ? SIGSTOP : SIGCONT);
    AwaitFrozen(process.name, frozen, std::move(done));
  }

  void AwaitFrozen(const std::string& name, bool frozen, Done done) {
    Process* process = Find(name);
    if (!process->child) {
      return done(Error{ErrorCode::kUnavailable, fmt::format("{} has ended", name)});
    }
    // A function that started in between gets the signal in the next round.
    const std::vector<pid_t> tree = ProcessTree(process->child->pid());
    if (AllStopped(tree, frozen)) {
      process->state = frozen ? State::kFrozen : State::kRunning;
      return done({});
    }
    SignalTree(*process, frozen ? SIGSTOP : SIGCONT);
    loop.After(Duration::Millis(1), [this, name, frozen, done = std::move(done)]() mutable {
      AwaitFrozen(name, frozen, std::move(done));
    });
  }

  json::Value StatusOf(const Process& process) const {
    json::Object object{{"name", process.name}, {"state", ToString(Seen(process))}};
    if (process.state == State::kEnded) object.Set("ending", process.ending);
    object.Set("pid", process.child ? json::Value(process.child->pid()) : json::Value());
    if (process.child && process.disk.is_object()) object.Set("disk", process.disk);
    if (process.child && process.route53.is_object()) object.Set("route53", process.route53);
    return object;
  }
};

Supervisor::Supervisor(net::EventLoop& loop, Config config, Options options)
    : impl_(std::make_unique<Impl>(loop, std::move(config), std::move(options), *this)) {}

Supervisor::~Supervisor() {
  for (auto& [name, process] : impl_->processes) {
    if (process.child) process.child->Signal(SIGKILL);
  }
}

const Config& Supervisor::config() const { return impl_->config; }

void Supervisor::StartAll(Done done) {
  const auto part = WhenAll(impl_->processes.size(), std::move(done));
  for (auto& [name, process] : impl_->processes) impl_->Start(process, part);
}

void Supervisor::StopAll(std::function<void()> done) {
  const auto part = WhenAll(impl_->processes.size(), [done = std::move(done)](Status) { done(); });
  for (auto& [name, process] : impl_->processes) {
    impl_->End(process, SIGTERM, [part] { part({}); });
  }
}

void Supervisor::StartRegion(const std::string& region, Done done) {
  Process* process = impl_->FindRegion(region);
  if (!process) return done(Unknown(region));
  impl_->Start(*process, std::move(done));
}

void Supervisor::StartRegionAcceptingLoss(const std::string& region, Done done) {
  Process* process = impl_->FindRegion(region);
  if (!process) return done(Unknown(region));
  process->accept_loss = !process->child;
  impl_->Start(*process, std::move(done));
}

void Supervisor::KillRegion(const std::string& region, Done done) {
  Process* process = impl_->FindRegion(region);
  if (!process) return done(Unknown(region));
  impl_->End(*process, SIGKILL,
             [this, region, done = std::move(done)] { done(impl_->faults->OnKilled(region)); });
}

void Supervisor::StopRegion(const std::string& region, Done done) {
  Process* process = impl_->FindRegion(region);
  if (!process) return done(Unknown(region));
  impl_->End(*process, SIGTERM, [done = std::move(done)] { done({}); });
}

void Supervisor::FreezeRegion(const std::string& region, Done done) {
  Process* process = impl_->FindRegion(region);
  if (!process) return done(Unknown(region));
  impl_->SetFrozen(*process, true, std::move(done));
}

void Supervisor::ThawRegion(const std::string& region, Done done) {
  Process* process = impl_->FindRegion(region);
  if (!process) return done(Unknown(region));
  impl_->SetFrozen(*process, false, [this, region, done = std::move(done)](Status thawed) mutable {
    if (!thawed) return done(thawed);
    impl_->faults->OnRunning(region);
    impl_->faults->Push(std::move(done));
  });
}

void Supervisor::StartNameServer(Done done) {
  impl_->Start(*impl_->Find(kNameServer), std::move(done));
}

void Supervisor::KillNameServer(Done done) {
  impl_->End(*impl_->Find(kNameServer), SIGKILL, [done = std::move(done)] { done({}); });
}

void Supervisor::StopNameServer(Done done) {
  impl_->End(*impl_->Find(kNameServer), SIGTERM, [done = std::move(done)] { done({}); });
}

void Supervisor::FreezeNameServer(Done done) {
  impl_->SetFrozen(*impl_->Find(kNameServer), true, std::move(done));
}

void Supervisor::ThawNameServer(Done done) {
  impl_->SetFrozen(*impl_->Find(kNameServer), false,
                   [this, done = std::move(done)](Status thawed) mutable {
                     if (!thawed) return done(thawed);
                     impl_->faults->OnRunning(std::string(kNameServer));
                     impl_->faults->Push(std::move(done));
                   });
}

std::string Supervisor::FolderOf(const std::string& region) const {
  const Process* process = impl_->FindRegion(region);
  return process == nullptr ? std::string() : impl_->Folder(*process);
}

std::vector<std::string> Supervisor::Running() const {
  std::vector<std::string> running;
  for (const auto& [name, process] : impl_->processes) {
    if (process.state == State::kRunning) running.push_back(name);
  }
  return running;
}

void Supervisor::Ask(const std::string& process, http::Request request, Duration timeout,
                     std::function<void(Result<http::Response>)> done) {
  impl_->peers.Call(process, std::move(request), timeout, std::move(done));
}

FaultDesk& Supervisor::faults() { return *impl_->faults; }

json::Value Supervisor::DescribeStatus() const {
  json::Array regions;
  for (const RegionConfig& region : impl_->config.regions) {
    json::Value value = impl_->StatusOf(impl_->processes.at(region.name));
    value.if_object()->Set("address", region.address);
    value.if_object()->Set("http_port", region.http_port);
    value.if_object()->Set("https_port", region.https_port);
    regions.push_back(std::move(value));
  }
  json::Value server = impl_->StatusOf(impl_->processes.at(std::string(kNameServer)));
  server.if_object()->Set("address", impl_->config.nameserver_address);
  server.if_object()->Set("port", impl_->config.dns_port);
  server.if_object()->Set("http_port", impl_->config.nameserver_http_port);
  return json::Object{{"edge_url", fmt::format("http://{}:{}", impl_->config.edge_address,
                                               impl_->config.edge_port)},
                      {"era", impl_->config.era},
                      {"any_credentials", impl_->config.any_credentials},
                      {"regions", std::move(regions)},
                      {"name_servers", json::Array{std::move(server)}},
                      {"faults", impl_->faults->ToJson()}};
}

namespace {

/// `/regions/us-east-1/kill`
struct RegionAction {
  std::string region;
  std::string action;
};
std::optional<RegionAction> ReadRegionAction(std::string_view path) {
  const auto parts = Split(path, '/');
  if (parts.size() != 4 || !parts[0].empty() || parts[1] != "regions") return std::nullopt;
  return RegionAction{std::string(parts[2]), std::string(parts[3])};
}

http::Response NoSuchAction(std::string_view action) {
  return ErrorAnswer(InvalidError(fmt::format(
      "there is no action '{}'; there are start, stop, kill, freeze and thaw", action)));
}

}  // namespace

void Supervisor::Handle(http::Request request, http::Reply reply,
                        const std::function<void()>& on_down) {
  std::string_view path = http::SplitTarget(request.target).path;
  path.remove_prefix(std::min(path.size(), kControlPrefix.size()));
  const auto answer_faults = [this, reply](Status done) {
    reply(done ? JsonAnswer(200, impl_->faults->ToJson()) : ErrorAnswer(done.error()));
  };
  if (request.method == "GET" && path == "/status") return reply(JsonAnswer(200, DescribeStatus()));
  if (request.method == "GET" && path == "/faults") return answer_faults({});
  if (request.method == "DELETE" && path == "/faults")
    return impl_->faults->ClearAll(answer_faults);
  if (request.method == "DELETE" && path.starts_with("/faults/")) {
    return impl_->faults->Clear(std::string(path.substr(8)),
                                [answer_faults](const Result<std::string>& seen) {
                                  answer_faults(seen ? Status() : Status(seen.error()));
                                });
  }
  if (request.method == "POST" && path == "/faults") return HandleInject(request, std::move(reply));
  if (request.method == "POST" && path == "/down") {
    if (!on_down) {
      return reply(JsonAnswer(409, json::Object{{"message",
                                                 "a drill runs in this world, and ends "
                                                 "it; Ctrl-C ends the drill"}}));
    }
    reply(JsonAnswer(200, json::Object{{"state", "stopping"}}));
    return on_down();
  }
  if (request.method == "POST") {
    if (const auto action = ReadRegionAction(path)) {
      return HandleRegion(action->region, action->action, std::move(reply));
    }
    if (constexpr std::string_view kPrefix = "/nameserver/"; path.starts_with(kPrefix)) {
      return HandleNameServer(std::string(path.substr(kPrefix.size())), std::move(reply));
    }
  }
  reply(
      ErrorAnswer({ErrorCode::kNotFound, fmt::format("there is no {} {}", request.method, path)}));
}

void Supervisor::HandleRegion(const std::string& region, const std::string& action,
                              http::Reply reply) {
  using Method = void (Supervisor::*)(const std::string&, Done);
  static const std::map<std::string, Method> methods = {
      {"start", &Supervisor::StartRegion},
      {"start-accepting-loss", &Supervisor::StartRegionAcceptingLoss},
      {"kill", &Supervisor::KillRegion},
      {"stop", &Supervisor::StopRegion},
      {"freeze", &Supervisor::FreezeRegion},
      {"thaw", &Supervisor::ThawRegion}};
  const auto it = methods.find(action);
  if (it == methods.end()) return reply(NoSuchAction(action));
  (this->*it->second)(region, [this, region, reply = std::move(reply)](Status done) {
    reply(done ? JsonAnswer(200, impl_->StatusOf(*impl_->Find(region)))
               : ErrorAnswer(done.error()));
  });
}

void Supervisor::HandleNameServer(const std::string& action, http::Reply reply) {
  using Method = void (Supervisor::*)(Done);
  static const std::map<std::string, Method> methods = {{"start", &Supervisor::StartNameServer},
                                                        {"kill", &Supervisor::KillNameServer},
                                                        {"stop", &Supervisor::StopNameServer},
                                                        {"freeze", &Supervisor::FreezeNameServer},
                                                        {"thaw", &Supervisor::ThawNameServer}};
  const auto it = methods.find(action);
  if (it == methods.end()) return reply(NoSuchAction(action));
  (this->*it->second)([this, reply = std::move(reply)](Status done) {
    reply(done ? JsonAnswer(200, impl_->StatusOf(*impl_->Find(kNameServer)))
               : ErrorAnswer(done.error()));
  });
}

void Supervisor::HandleInject(const http::Request& request, http::Reply reply) {
  const auto body = json::Parse(request.body);
  auto fault = impl_->faults->Read(body ? *body : json::Value());
  if (!fault) return reply(ErrorAnswer(fault.error()));
  json::Value echo = impl_->faults->ToJson(*fault);
  impl_->faults->Inject(*std::move(fault),
                        [reply = std::move(reply), echo](const Result<std::string>& seen) mutable {
                          if (!seen) return reply(ErrorAnswer(seen.error()));
                          echo.if_object()->Set("confirmed_by", *seen);
                          reply(JsonAnswer(200, echo));
                        });
}

}  // namespace lifeboat::world
