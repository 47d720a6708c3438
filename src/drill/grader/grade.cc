#include "drill/grader/grade.h"

#include <algorithm>

#include "base/digest.h"
#include "drill/grader/run_grade.h"
#include "drill/grader/run_report.h"
#include "drill/grader/run_timeline.h"
#include "drill/grader/sanity.h"

namespace lifeboat::drill {
namespace {

/// From best to worst: status, then RTO (none is the worst), then RPO.
bool IsBetter(const RunGrade& a, const RunGrade& b) {
  const auto rank = [](const RunGrade& g) {
    return std::tuple(g.verdict.status, !g.rto().has_value(), g.rto().value_or(0), g.rpo.seconds);
  };
  return rank(a) < rank(b);
}

bool RpoKnown(const RunGrade& g) { return g.first().t0 && g.audit.ended; }

json::Array RunsTable(const std::vector<RunGrade>& grades) {
  json::Array out;
  for (const RunGrade& g : grades)
    out.push_back(json::Object{{"number", g.facts.run},
                               {"status", ToString(g.verdict.status)},
                               {"exit_code", g.verdict.exit_code},
                               {"rto_s", SecondsJson(g.rto())},
                               {"rpo_s", RpoKnown(g) ? SecondsJson(g.rpo.seconds) : json::Value()},
                               {"missing_count", static_cast<int64_t>(g.missing.writes.size())},
                               {"failback_rto_s", SecondsJson(g.outages.front().failback.rto())}});
  return out;
}

Spread SpreadOver(const std::vector<RunGrade>& grades) {
  Spread spread;
  spread.runs = static_cast<int64_t>(grades.size());
  for (const RunGrade& g : grades) {
    if (g.rto()) spread.rto.push_back(*g.rto());
    if (RpoKnown(g)) spread.rpo.push_back(g.rpo.seconds);
  }
  std::sort(spread.rto.begin(), spread.rto.end());
  std::sort(spread.rpo.begin(), spread.rpo.end());
  return spread;
}

json::Value SpreadJson(const Spread& spread) {
  const auto values = [](const std::vector<Micros>& sorted) -> json::Value {
    if (sorted.empty()) return nullptr;
    return json::Object{{"n", sorted.size()},
                        {"least_s", SecondsJson(sorted.front())},
                        {"median_s", SecondsJson(Median(sorted))},
                        {"greatest_s", SecondsJson(sorted.back())}};
  };
  return json::Object{
      {"runs", spread.runs}, {"rto", values(spread.rto)}, {"rpo", values(spread.rpo)}};
}

json::Value ArtifactEntry(std::string_view path, std::string_view content) {
  return json::Object{{"path", path}, {"sha256", Sha256Hex(content)}};
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

/// Without a last one that was cut off in the middle.
std::vector<std::string> WholeLines(std::string_view text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) break;
    lines.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

/// A control with several runs has behaved when each of them has.
int ExitCode(const std::vector<RunGrade>& grades, const RunGrade& worst) {
  int code = worst.verdict.exit_code;
  if (worst.facts.rules.control != "none")
    for (const RunGrade& g : grades) code = std::max(code, g.verdict.exit_code);
  return code;
}

}  // namespace

Result<Report> Grade(const std::vector<std::string>& lines) {
  Result<std::map<int, RunFacts>> runs = ReadFacts(lines);
  if (!runs.ok()) return runs.error();
  const FileCheck file = CheckFile(lines);
  std::vector<RunGrade> grades;
  for (auto& [number, facts] : *runs) grades.push_back(GradeRun(std::move(facts), file.broken));
  const RunGrade& worst = *std::max_element(grades.begin(), grades.end(), IsBetter);
  const Spread spread = SpreadOver(grades);
  const Integrity integrity{file.chain, file.chained};

  Report report;
  json::Object out{{"schema_version", kReportSchemaVersion}};
  for (auto& [key, value] : RunReport(worst)) out.Append(key, std::move(value));
  out.Append("runs", RunsTable(grades));
  out.Append("spread", SpreadJson(spread));
  std::vector<std::string> broken = file.broken;
  for (const RunGrade& g : grades)
    for (const std::string& one : CheckSanity(g.facts)) broken.push_back(one);
  out.Append("integrity", json::Object{{"chain", file.chain},
                                       {"chained", file.chained},
                                       {"signed", false},
                                       {"broken", TextsJson(broken)}});
  json::Array artifacts{ArtifactEntry("journal.jsonl", Joined(lines))};
  if (!worst.aftermath.fates.empty()) {
    report.artifacts.push_back({std::string(kMissingKeysFile), MissingWritesCsv(worst)});
    artifacts.push_back(ArtifactEntry(kMissingKeysFile, report.artifacts.back().content));
  }
  out.Append("artifacts", std::move(artifacts));
  for (const TimelineEntry& entry : BuildTimeline(worst))
    report.timeline.push_back(FormatEntry(entry));
  report.verdict = VerdictLines(worst, spread, integrity);
  report.exit_code = ExitCode(grades, worst);
  report.json = std::move(out);
  return report;
}

Result<Report> GradeText(std::string_view text) { return Grade(WholeLines(text)); }

Result<std::vector<std::string>> RtoAndRpoSoFar(std::string_view text) {
  Result<std::map<int, RunFacts>> runs = ReadFacts(WholeLines(text));
  if (!runs.ok()) return runs.error();
  std::vector<RunGrade> grades;
  grades.push_back(GradeRun(std::move(runs->rbegin()->second), {}));
  return RtoAndRpoLines(grades.front(), SpreadOver(grades));
}

}  // namespace lifeboat::drill
