#include "drill/grader/facts.h"

#include <tuple>

namespace lifeboat::drill {
namespace {

constexpr int kMaxRunNumber = 1'000'000;

Status AddRun(RunFacts& facts, const json::Value& line) {
  if (facts.has_header) return InvalidError("a second 'run' line of the same run");
  Result<RunLine> header = FromJson<RunLine>(line);
  if (!header.ok()) return header.error();
  if (header->version < 1 || header->version > kJournalVersion)
    return InvalidError(fmt::format("journal version {} is not known", header->version));
  Result<Rules> rules = RulesFromHeader(*header);
  if (!rules.ok()) return rules.error();
  facts.has_header = true;
  facts.header = std::move(header).value();
  facts.rules = std::move(rules).value();
  return {};
}

/// Adds the line to the member of RunFacts that holds its type.
template <auto kMember>
Status Add(RunFacts& facts, const json::Value& line) {
  auto& lines = facts.*kMember;
  using L = typename std::remove_reference_t<decltype(lines)>::value_type;
  Result<L> read = FromJson<L>(line);
  if (!read.ok()) return read.error();
  lines.push_back(std::move(read).value());
  return {};
}

using Adder = Status (*)(RunFacts&, const json::Value&);
const std::map<std::string, Adder, std::less<>>& Adders() {
  static const std::map<std::string, Adder, std::less<>> kAdders = {
      {"run", AddRun},
      {"phase", Add<&RunFacts::phases>},
      {"preflight", Add<&RunFacts::preflights>},
      {"seed", Add<&RunFacts::seeds>},
      {"attempt", Add<&RunFacts::attempts>},
      {"fault", Add<&RunFacts::faults>},
      {"dns", Add<&RunFacts::dns>},
      {"health", Add<&RunFacts::health>},
      {"decision", Add<&RunFacts::decisions>},
      {"command", Add<&RunFacts::commands>},
      {"place", Add<&RunFacts::places>},
      {"audit-begin", Add<&RunFacts::audit_begins>},
      {"audit", Add<&RunFacts::audits>},
      {"audit-end", Add<&RunFacts::audit_ends>},
      {"final", Add<&RunFacts::finals>},
      {"convergence", Add<&RunFacts::convergence>},
      {"host", Add<&RunFacts::hosts>},
      {"end", Add<&RunFacts::ends>},
  };
  return kAdders;
}

/// What version 1 doesn't say.
void FillDefaults(RunFacts& f) {
  for (FaultLine& line : f.faults) {
    if (line.takes_region) continue;
    line.takes_region = f.rules.FaultTakesRegion(line.index);
    if (*line.takes_region && line.region.empty()) line.region = f.rules.lost_region;
  }
}

/// 0 when there is none.
int RunNumber(const json::Value& line) {
  const json::Value* run = line.Find("run");
  const int64_t number = run == nullptr ? 0 : run->as_int();
  return number < 1 || number > kMaxRunNumber ? 0 : static_cast<int>(number);
}

template <class T, class Key>
void SortBy(std::vector<T>& lines, Key key) {
  std::sort(lines.begin(), lines.end(), [&](const T& a, const T& b) { return key(a) < key(b); });
}

/// The order of lines in the file has no meaning, so that of the facts must not
/// depend on it.
void SortFacts(RunFacts& f) {
  SortBy(f.phases, [](const PhaseLine& x) { return std::tie(x.t, x.name); });
  SortBy(f.attempts, [](const Attempt& x) { return std::tie(x.id, x.n); });
  SortBy(f.faults, [](const FaultLine& x) { return std::tie(x.t, x.index, x.state); });
  SortBy(f.dns, [](const DnsLine& x) { return std::tie(x.t, x.server, x.asked); });
  SortBy(f.health, [](const HealthLine& x) { return std::tie(x.t, x.check, x.healthy); });
  SortBy(f.audits,
         [](const AuditLine& x) { return std::tie(x.key, x.region, x.via, x.asked, x.t); });
  SortBy(f.finals, [](const FinalLine& x) { return std::tie(x.region, x.key, x.item, x.seen); });
  SortBy(f.preflights, [](const PreflightLine& x) { return std::tie(x.t, x.check, x.region); });
  SortBy(f.seeds, [](const SeedLine& x) { return std::tie(x.t, x.keys); });
  SortBy(f.decisions, [](const DecisionLine& x) { return std::tie(x.t, x.state); });
  SortBy(f.commands, [](const CommandLine& x) { return std::tie(x.t, x.name, x.state); });
  SortBy(f.places, [](const PlaceLine& x) { return std::tie(x.t, x.region); });
  SortBy(f.audit_begins, [](const AuditBeginLine& x) { return std::tie(x.t, x.region); });
  SortBy(f.audit_ends, [](const AuditEndLine& x) { return std::tie(x.t, x.reads); });
  SortBy(f.hosts, [](const HostLine& x) { return std::tie(x.t, x.phase); });
  SortBy(f.ends, [](const EndLine& x) { return std::tie(x.t, x.reason); });
  SortBy(f.convergence, [](const ConvergenceLine& x) { return std::tie(x.t, x.last, x.equal); });
}

}  // namespace

std::optional<Micros> RunFacts::audit_began() const {
  return audit_begins.empty() ? std::nullopt : std::optional(audit_begins.front().t);
}

std::optional<Micros> RunFacts::audit_ended() const {
  return audit_ends.empty() ? std::nullopt : std::optional(audit_ends.back().t);
}

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
    const int run = RunNumber(*line);
    if (run < 1) return bad("no 'run' number");
    RunFacts& facts = runs[run];
    facts.run = run;
    if (const Status added = adder->second(facts, *line); !added.ok())
      return bad(added.error().message);
  }
  for (auto& [number, facts] : runs) {
    if (!facts.has_header) return InvalidError(fmt::format("run {} has no 'run' line", number));
    FillDefaults(facts);
    SortFacts(facts);
  }
  if (runs.empty()) return InvalidError("the journal has no 'run' line");
  return runs;
}

}  // namespace lifeboat::drill
