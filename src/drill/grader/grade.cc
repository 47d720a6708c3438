#include "drill/grader/grade.h"

#include <algorithm>

#include "base/digest.h"
#include "drill/grader/run_grade.h"
#include "drill/grader/run_report.h"
#include "drill/grader/run_timeline.h"

namespace lifeboat::drill {
namespace {

/// From best to worst: status, then RTO (none is the worst), then RPO.
bool IsBetter(const RunGrade& a, const RunGrade& b) {
  const auto rank = [](const RunGrade& g) {
    return std::tuple(g.verdict.status, !g.rto().has_value(), g.rto().value_or(0), g.rpo);
  };
  return rank(a) < rank(b);
}

json::Array RunsTable(const std::vector<RunGrade>& grades) {
  json::Array out;
  for (const RunGrade& g : grades) {
    const std::optional<Micros> rto = g.rto();
    out.push_back(json::Object{
        {"number", g.facts.run},
        {"status", ToString(g.verdict.status)},
        {"exit_code", g.verdict.exit_code},
        {"rto_s", rto ? json::Value(static_cast<double>(*rto) / 1e6) : json::Value()},
        {"rpo_s", g.rpo_known ? json::Value(static_cast<double>(g.rpo) / 1e6) : json::Value()},
        {"missing_count", static_cast<int64_t>(g.missing.writes.size())}});
  }
  return out;
}

json::Value ArtifactEntry(std::string_view path, std::string_view content) {
  return json::Object{{"path", path}, {"sha256", Sha256Hex(content)}};
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
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
  std::vector<RunGrade> grades;
  for (auto& [number, facts] : *runs) grades.push_back(GradeRun(std::move(facts)));
  const RunGrade& worst = *std::max_element(grades.begin(), grades.end(), IsBetter);

  Report report;
  json::Object out{{"schema_version", kReportSchemaVersion}};
  for (const auto& [key, value] : RunReport(worst)) out.Append(key, value);
  out.Append("runs", RunsTable(grades));
  json::Array artifacts{ArtifactEntry("journal.jsonl", Joined(lines))};
  if (!worst.missing.writes.empty()) {
    report.artifacts.push_back({std::string(kMissingKeysFile), MissingWritesCsv(worst)});
    artifacts.push_back(ArtifactEntry(kMissingKeysFile, report.artifacts.back().content));
  }
  out.Append("artifacts", std::move(artifacts));
  for (const TimelineEntry& entry : BuildTimeline(worst))
    report.timeline.push_back(FormatEntry(entry));
  report.verdict = VerdictLines(worst);
  report.exit_code = ExitCode(grades, worst);
  report.json = std::move(out);
  return report;
}

Result<Report> GradeText(std::string_view text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) break;  // Cut off in the middle of a line.
    lines.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return Grade(lines);
}

}  // namespace lifeboat::drill
