#include "drill/grader/facts.h"

#include <tuple>

namespace lifeboat::drill {
namespace {

int64_t Int(const json::Value& line, std::string_view key) {
  const json::Value* value = line.Find(key);
  return value == nullptr ? 0 : value->as_int();
}

bool Bool(const json::Value& line, std::string_view key) {
  const json::Value* value = line.Find(key);
  return value != nullptr && value->as_bool();
}

std::vector<std::string> Texts(const json::Value& line, std::string_view key) {
  std::vector<std::string> out;
  if (const json::Value* value = line.Find(key))
    for (const json::Value& text : value->as_array()) out.push_back(text.as_string());
  return out;
}

std::optional<int64_t> OptionalInt(const json::Value& line, std::string_view key) {
  const json::Value* value = line.Find(key);
  if (value == nullptr || !value->is_int()) return std::nullopt;
  return value->as_int();
}

Status AddRun(RunFacts& facts, const json::Value& line) {
  if (!facts.header.is_null()) return InvalidError("a second 'run' line of the same run");
  if (Int(line, "version") != 1)
    return InvalidError(fmt::format("journal version {} is not known", Int(line, "version")));
  Result<Rules> rules = RulesFromHeader(line);
  if (!rules.ok()) return rules.error();
  facts.header = line;
  facts.rules = std::move(rules).value();
  return {};
}

Status AddAttempt(RunFacts& facts, const json::Value& line) {
  Result<Attempt> attempt = AttemptFromJson(line);
  if (!attempt.ok()) return attempt.error();
  facts.attempts.push_back(std::move(attempt).value());
  return {};
}

Status AddFault(RunFacts& facts, const json::Value& line) {
  facts.faults.push_back({Int(line, "t"), Int(line, "index"), line.GetString("state"),
                          line.GetString("what"), line.GetString("error")});
  return {};
}

Status AddDns(RunFacts& facts, const json::Value& line) {
  facts.dns.push_back({Int(line, "t"), Int(line, "asked"), line.GetString("server"),
                       Texts(line, "addresses"), Texts(line, "regions"), Int(line, "ttl"),
                       line.GetString("error")});
  return {};
}

Status AddHealth(RunFacts& facts, const json::Value& line) {
  facts.health.push_back({Int(line, "t"), line.GetString("check"), line.GetString("name"),
                          line.GetString("region"), Bool(line, "healthy"),
                          Int(line, "checkers_healthy"), Int(line, "checkers")});
  return {};
}

Status AddAudit(RunFacts& facts, const json::Value& line) {
  facts.audits.push_back({Int(line, "t"), Int(line, "asked"), line.GetString("key"),
                          line.GetString("via"), line.GetString("region"),
                          OptionalInt(line, "seen"), line.GetString("error")});
  return {};
}

Status AddFinal(RunFacts& facts, const json::Value& line) {
  facts.finals.push_back({line.GetString("region"), line.GetString("item"), line.GetString("key"),
                          Int(line, "seen"), line.GetString("digest")});
  return {};
}

Status AddConvergence(RunFacts& facts, const json::Value& line) {
  ConvergenceLine out{Int(line, "t"),    Bool(line, "last"),     Bool(line, "equal"),
                      Int(line, "keys"), Int(line, "differing"), {}};
  if (const json::Value* digests = line.Find("digests"))
    for (const auto& [region, digest] : digests->as_object())
      out.digests[region] = digest.as_string();
  facts.convergence.push_back(std::move(out));
  return {};
}

Status AddPhase(RunFacts& facts, const json::Value& line) {
  facts.phases.push_back({Int(line, "t"), line.GetString("name")});
  return {};
}

Status AddAuditBegin(RunFacts& facts, const json::Value& line) {
  facts.audit_began = Int(line, "t");
  return {};
}

Status AddAuditEnd(RunFacts& facts, const json::Value& line) {
  facts.audit_ended = Int(line, "t");
  return {};
}

Status AddEnd(RunFacts& facts, const json::Value& line) {
  facts.end = EndLine{Int(line, "t"), line.GetString("reason"), line.GetString("error")};
  return {};
}

using Adder = Status (*)(RunFacts&, const json::Value&);
const std::map<std::string, Adder, std::less<>>& Adders() {
  static const std::map<std::string, Adder, std::less<>> kAdders = {
      {"run", AddRun},
      {"phase", AddPhase},
      {"attempt", AddAttempt},
      {"fault", AddFault},
      {"dns", AddDns},
      {"health", AddHealth},
      {"audit-begin", AddAuditBegin},
      {"audit", AddAudit},
      {"audit-end", AddAuditEnd},
      {"final", AddFinal},
      {"convergence", AddConvergence},
      {"end", AddEnd},
  };
  return kAdders;
}

template <class T, class Key>
void SortBy(std::vector<T>& lines, Key key) {
  std::sort(lines.begin(), lines.end(), [&](const T& a, const T& b) { return key(a) < key(b); });
}

/// The order of lines in the file has no meaning, so that of the facts must not depend on it.
void SortFacts(RunFacts& f) {
  SortBy(f.phases, [](const PhaseLine& x) { return std::tie(x.t, x.name); });
  SortBy(f.attempts, [](const Attempt& x) { return std::tie(x.id, x.n); });
  SortBy(f.faults, [](const FaultLine& x) { return std::tie(x.t, x.index, x.state); });
  SortBy(f.dns, [](const DnsLine& x) { return std::tie(x.t, x.server, x.asked); });
  SortBy(f.health, [](const HealthLine& x) { return std::tie(x.t, x.check, x.healthy); });
  SortBy(f.audits, [](const AuditLine& x) { return std::tie(x.key, x.via, x.asked, x.t); });
  SortBy(f.finals, [](const FinalLine& x) { return std::tie(x.region, x.item, x.key); });
  SortBy(f.convergence, [](const ConvergenceLine& x) { return std::tie(x.t, x.last, x.equal); });
}

}  // namespace

std::optional<Micros> RunFacts::PhaseStart(std::string_view name) const {
  for (const PhaseLine& phase : phases)
    if (phase.name == name) return phase.t;
  return std::nullopt;
}

const FaultLine* RunFacts::FindFault(int64_t index, std::string_view state) const {
  for (const FaultLine& fault : faults)
    if (fault.index == index && fault.state == state) return &fault;
  return nullptr;
}

Result<std::map<int, RunFacts>> ReadFacts(const std::vector<std::string>& lines) {
  std::map<int, RunFacts> runs;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const auto bad = [&](const std::string& why) {
      return InvalidError(fmt::format("journal line {}: {}", i + 1, why));
    };
    const Result<json::Value> line = json::Parse(lines[i]);
    if (!line.ok()) return bad(line.error().message);
    if (!line->is_object()) return bad("not a JSON object");
    const auto adder = Adders().find(line->GetString("type"));
    if (adder == Adders().end()) continue;  // A later version's line.
    const int run = static_cast<int>(Int(*line, "run"));
    if (run < 1) return bad("no 'run' number");
    RunFacts& facts = runs[run];
    facts.run = run;
    if (const Status added = adder->second(facts, *line); !added.ok())
      return bad(added.error().message);
  }
  for (auto& [number, facts] : runs) {
    if (facts.header.is_null())
      return InvalidError(fmt::format("run {} has no 'run' line", number));
    SortFacts(facts);
  }
  if (runs.empty()) return InvalidError("the journal has no 'run' line");
  return runs;
}

}  // namespace lifeboat::drill
