// `lifeboat drill`: run, check, grade.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/ids.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/drill_folder.h"
#include "cli/interim_verdict.h"
#include "cli/target_headers.h"
#include "cli/terminal.h"
#include "cli/typed_lines.h"
#include "cli/version.h"
#include "drill/grader/grade.h"
#include "drill/runner.h"
#include "drill/scenario.h"
#include "http/content_coding.h"
#include "net/dialer.h"
#include "net/event_loop.h"
#include "net/files.h"
#include "world/drill_world.h"
#include "world/host_meter.h"
#include "world/runtimes_folder.h"

namespace lifeboat::cli {
namespace {

constexpr size_t kMaxScenarioBytes = 1 << 20;
/// Reports are made to be shown.
constexpr mode_t kReportFile = 0644;
constexpr size_t kMaxJournalBytes = size_t{4} << 30;
/// In a drill's folder.
constexpr char kJournalName[] = "/journal.jsonl";
constexpr char kCompressedName[] = "/journal.jsonl.gz";
constexpr char kReportName[] = "/report.json";

/// Appends lines to journal.jsonl; what is written survives a crash of ours, and is fsynced at the
/// end.
class JournalFile final : public drill::JournalSink {
 public:
  static Result<std::unique_ptr<JournalFile>> Create(const std::string& path) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kReportFile);
    if (fd < 0) return Error{ErrorCode::kIo, fmt::format("cannot write {}", path)};
    return std::unique_ptr<JournalFile>(new JournalFile(fd, path));
  }
  ~JournalFile() override {
    fsync(fd_);
    close(fd_);
  }
  void Append(std::string_view line) override {
    const std::string bytes = std::string(line) + "\n";
    if (const Status done = net::WriteAll(fd_, bytes, path_); !done) {
      // Without its journal a drill is worth nothing.
      std::exit(Fail(done.error().message));
    }
  }

 private:
  JournalFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  int fd_;
  std::string path_;
};

/// The journal's text, compressed or not. The plain one is there while a drill runs, and after a
/// crash.
Result<std::string> ReadJournal(const std::string& out) {
  if (std::filesystem::exists(out + kJournalName) ||
      !std::filesystem::exists(out + kCompressedName))
    return net::ReadFile(out + kJournalName, kMaxJournalBytes);
  const auto bytes = net::ReadFile(out + kCompressedName, kMaxJournalBytes);
  if (!bytes) return bytes.error();
  auto text = http::Decode(http::ContentCoding::kGzip, *bytes, kMaxJournalBytes);
  if (!text) return Error{text.error().code, out + kCompressedName + ": " + text.error().message};
  return text;
}

/// Replaces journal.jsonl by journal.jsonl.gz, a tenth of its size.
Status CompressJournal(const std::string& out) {
  const auto text = net::ReadFile(out + kJournalName, kMaxJournalBytes);
  if (!text) return text.error();
  const Status saved = net::WriteFileAtomically(out + kCompressedName,
                                                http::Encode(http::ContentCoding::kGzip, *text));
  if (!saved) return saved;
  std::error_code ignored;  // Both may stand side by side.
  std::filesystem::remove(out + kJournalName, ignored);
  return {};
}

Result<drill::Report> GradeFolder(const std::string& out) {
  const auto journal = ReadJournal(out);
  if (!journal) return journal.error();
  auto report = drill::GradeText(*journal);
  if (!report)
    return Error{report.error().code, out + kJournalName + ": " + report.error().message};
  return report;
}

Status SaveReport(const std::string& out, const drill::Report& report) {
  for (const drill::Artifact& artifact : report.artifacts) {
    const auto saved =
        net::WriteFileAtomically(out + "/" + artifact.path, artifact.content, kReportFile);
    if (!saved) return saved;
  }
  return net::WriteFileAtomically(out + "/report.json", drill::ReportJson(report), kReportFile);
}

void PrintVerdict(const CommonOptions& common, const drill::Report& report,
                  const std::string& out) {
  if (common.json) {
    fmt::print("{}", drill::ReportJson(report));
    return;
  }
  for (const std::string& line : report.verdict) fmt::print("{}\n", line);
  if (!common.quiet) fmt::print("report    {}/report.json\n", out);
}

/// Shows nothing; for --json, whose output is the report alone.
class Silent final : public drill::Display {
 public:
  void Line(const std::string&) override {}
  void Progress(const std::string&, Duration, Duration) override {}
};

/// One `drill run`, from the scenario to the stopped world.
class DrillSession {
 public:
  DrillSession(const CommonOptions& common, const DrillRunOptions& options,
               drill::Scenario scenario, http::Headers headers, std::string out)
      : common_(common),
        options_(options),
        scenario_(std::move(scenario)),
        headers_(std::move(headers)),
        out_(std::move(out)),
        target_(world::NewDrillWorld(
            loop_, scenario_.world,
            {WorldFolder(), out_, std::filesystem::read_symlink("/proc/self/exe").string(),
             std::filesystem::absolute(options.file).parent_path().string(),
             std::string(kVersion)})) {}

  /// The runner's end; a world of the drill's own is down when this returns.
  Result<drill::RunEnd> Run() {
    const auto certificates = target_->TrustedCertificates();
    if (!certificates) return certificates.error();
    auto dialer = net::Dialer::New(loop_, *certificates);
    if (!dialer) return dialer.error();
    auto journal = JournalFile::Create(out_ + "/journal.jsonl");
    if (!journal) return journal.error();
    Terminal terminal(common_.quiet);
    Silent silent;
    drill::Display* display = common_.json ? static_cast<drill::Display*>(&silent) : &terminal;
    InterimVerdict interim(loop_, out_ + kJournalName);
    terminal.on_verified = [&] {
      interim.Start([&terminal](const std::vector<std::string>& lines) {
        for (const std::string& line : lines) terminal.Line(line);
        terminal.Line("FAILBACK  pending");
      });
    };
    world::LocalHostMeter meter;
    std::unique_ptr<TypedLines> typed;
    if (scenario_.asks_person()) {
      auto opened = TypedLines::Open(loop_);
      if (!opened) return opened.error();
      typed = std::move(*opened);
    }
    const drill::RunnerHost host{loop_.clock(), loop_,     **dialer, *target_, target_->faults(),
                                 *target_,      **journal, *display, &meter,   typed.get()};
    Prng prng = net::NewSystemPrng();
    world::ShareRuntimesFolder(common_.data_dir);
    const auto control = drill::ParseControl(options_.control.empty() ? "none" : options_.control);
    if (!control) return control.error();
    drill::Runner runner(host, scenario_, {*control, NewId(prng, 6, kLowerAlnum), headers_});
    drill::RunEnd end;
    runner.Start([&](drill::RunEnd ended) {
      end = std::move(ended);
      target_->Close([this] { loop_.Stop(); });
    });
    loop_.OnStopSignal([&](int) {
      // A second Ctrl-C does not wait: the processes of the world die with us.
      if (std::exchange(cancelled_, true)) std::_Exit(kExitInterrupted);
      runner.Cancel();
    });
    loop_.Run();
    return end;
  }

 private:
  std::string WorldFolder() const {
    return scenario_.world.use == drill::WorldSpec::Use::kRunning
               ? std::filesystem::absolute(common_.data_dir).string()
               : out_ + "/world";
  }

  const CommonOptions& common_;
  const DrillRunOptions& options_;
  const drill::Scenario scenario_;
  const http::Headers headers_;
  const std::string out_;
  net::EventLoop loop_;
  const std::unique_ptr<world::DrillWorld> target_;
  bool cancelled_ = false;
};

Result<drill::Scenario> LoadScenario(const std::string& file) {
  const auto text = net::ReadFile(file, kMaxScenarioBytes);
  if (!text) return text.error();
  auto scenario = drill::ParseScenario(*text, file);
  if (!scenario || scenario->report.people_file.empty()) return scenario;
  const std::string people =
      (std::filesystem::path(file).parent_path() / scenario->report.people_file).string();
  const auto names = net::ReadFile(people, kMaxScenarioBytes);
  if (!names) return names.error();
  auto read = drill::ParsePeople(*names, people);
  if (!read) return read.error();
  scenario->report.people = std::move(*read);
  return scenario;
}

/// Whoever drills what is not ours says its name.
Status CheckMeant(const drill::Scenario& scenario, const DrillRunOptions& options) {
  if (scenario.world.use != drill::WorldSpec::Use::kExternal) {
    if (options.yes_really.empty()) return {};
    return InvalidError("--yes-really is for external worlds; leave it out");
  }
  const std::string& name = scenario.world.external.name;
  if (options.yes_really == name) return {};
  return InvalidError(fmt::format(
      "this drill writes to {0}, takes a region of it away and is no rehearsal for those "
      "who use it; if that is meant, add `--yes-really {0}`",
      name));
}

bool HasRuns(const drill::Report& report) {
  const json::Value* runs = report.json.Find("runs");
  return runs != nullptr && runs->is_array() && !runs->as_array().empty();
}

/// What a stored report says that its journal doesn't, and which version wrote it.
std::string DescribeDifferences(const std::string& folder, const std::string& saved,
                                const drill::Report& report) {
  std::string text = fmt::format("{}{} is not what its journal says", folder, kReportName);
  const auto stored = json::Parse(saved);
  if (!stored) return text + ": " + stored.error().message;
  const json::Value* version = stored->FindPath({"run", "version"});
  text +=
      fmt::format(" (written by lifeboat {}, this is {})",
                  version == nullptr ? "of an unknown version" : version->as_string(), kVersion);
  for (const std::string& line : drill::Differences(*stored, report.json)) text += "\n  " + line;
  return text;
}

}  // namespace

int DrillRun(const CommonOptions& common, const DrillRunOptions& options) {
  if (options.target != "local") {
    return Fail(
        "--target aws is not supported yet; what is not ours is drilled as `world: {external: "
        "...}`");
  }
  auto scenario = LoadScenario(options.file);
  if (!scenario) return Fail(scenario.error().message);
  if (options.runs > 0) scenario->runs = options.runs;
  if (const Status files = CheckCommandFiles(*scenario, options.file); !files)
    return Fail(files.error().message);
  const auto headers = TargetHeaders(scenario->api);
  if (!headers) return Fail(headers.error().message);
  if (scenario->asks_person() && (common.json || !TypedLines::Possible()))
    return Fail(
        "a decision by prompt needs a terminal to ask and to type on; run it there without "
        "--json, or write `by: operator` with a `reaction`");
  if (const Status meant = CheckMeant(*scenario, options); !meant)
    return Fail(meant.error().message);
  const auto out = MakeDrillFolder(options, scenario->name);
  if (!out) return Fail(out.error().message);
  if (const Status kept = KeepScenario(*out, options.file, *scenario); !kept)
    return Fail(kept.error().message);
  PointLatest(options, *out);
  log::SetLevel(log::Level::kWarn);
  const auto end = DrillSession(common, options, *scenario, *headers, *out).Run();
  if (!end) return Fail(end.error().message);
  // After a failure its logs may say why.
  if (end->status && !options.keep_world) RemoveWorld(*out);
  const auto report = GradeFolder(*out);
  if (report) {
    if (const Status saved = SaveReport(*out, *report); !saved) {
      return Fail(saved.error().message);
    }
    if (const Status packed = CompressJournal(*out); !packed) return Fail(packed.error().message);
    PrintVerdict(common, *report, *out);
  }
  if (end->interrupted)
    return Fail(scenario->world.use == drill::WorldSpec::Use::kOwn
                    ? "interrupted; the world is stopped"
                    : "interrupted; the faults are lifted",
                kExitInterrupted);
  if (!report) return Fail(end->status ? report.error().message : end->status.error().message);
  if (!end->status) {
    // A drill that ended early is inconclusive; one whose set-up failed did not run at all.
    return Fail(fmt::format("{}\nThe logs are in {}/world", end->status.error().message, *out),
                HasRuns(*report) ? report->exit_code : kExitUsage);
  }
  return report->exit_code;
}

int DrillCheck(const CommonOptions& common, const std::string& file) {
  const auto scenario = LoadScenario(file);
  if (!scenario) return Fail(scenario.error().message);
  if (const Status files = CheckCommandFiles(*scenario, file); !files)
    return Fail(files.error().message);
  if (const auto headers = TargetHeaders(scenario->api); !headers)
    return Fail(headers.error().message);
  if (common.json) {
    fmt::print("{}", json::WritePretty(drill::ScenarioEcho(*scenario)));
  } else if (!common.quiet) {
    fmt::print("{}: {} is sound; {} run(s)\n", file, scenario->name, scenario->runs);
  }
  return kExitDone;
}

int DrillGrade(const CommonOptions& common, const std::string& folder) {
  const auto report = GradeFolder(folder);
  if (!report) return Fail(report.error().message);
  const auto saved = net::ReadFile(folder + kReportName, kMaxJournalBytes);
  if (saved && *saved != drill::ReportJson(*report))
    return Fail(DescribeDifferences(folder, *saved, *report), kExitInconclusive);
  if (!saved) {
    if (const Status done = SaveReport(folder, *report); !done) {
      return Fail(done.error().message);
    }
  }
  if (!common.json) {
    for (const std::string& line : report->timeline) fmt::print("{}\n", line);
  }
  PrintVerdict(common, *report, folder);
  return report->exit_code;
}

}  // namespace lifeboat::cli
