#include "drill/grader/sanity.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "drill/journal.h"

namespace lifeboat::drill {
namespace {

/// Keeps the first example of each contradiction.
class Contradictions {
 public:
  void Add(const std::string& rule, const std::string& example) {
    const auto [it, is_new] = first_.try_emplace(rule, example, 0);
    ++it->second.second;
    if (is_new) order_.push_back(rule);
  }
  void Unless(bool holds, const std::string& rule, const std::string& example) {
    if (!holds) Add(rule, example);
  }
  std::vector<std::string> Lines() const {
    std::vector<std::string> out;
    for (const std::string& rule : order_) {
      const auto& [example, count] = first_.at(rule);
      out.push_back(fmt::format("{} ({}{})", rule, example,
                                count > 1 ? fmt::format(", {} in all", count) : ""));
    }
    return out;
  }

 private:
  std::map<std::string, std::pair<std::string, int64_t>> first_;
  std::vector<std::string> order_;
};

bool Complete(const RunFacts& facts) {
  return facts.end() != nullptr && facts.end()->reason == "complete";
}

std::string NameOf(const Attempt& a) { return fmt::format("request {} attempt {}", a.id, a.n); }

void CheckAttempt(const RunFacts& facts, const Attempt& a, Contradictions& out) {
  const std::string name = NameOf(a);
  out.Unless(a.scheduled <= a.sent && a.sent <= a.done,
             "an attempt was not scheduled, sent and done in this order", name);
  out.Unless(a.done <= a.t, "an attempt was noted before it was done", name);
  const bool success = a.status >= 200 && a.status < 300;
  const bool not_executed =
      a.status == 400 || a.status == 403 || a.status == 404 || a.status == 409 || a.status == 429;
  out.Unless((a.outcome == Outcome::kAcknowledged) <= success &&
                 (a.status == 0 || success || (a.outcome == Outcome::kFailed) == not_executed) &&
                 (!success || a.outcome != Outcome::kFailed),
             "an outcome does not follow from its status",
             fmt::format("{}: {} with status {}", name, ToString(a.outcome), a.status));
  out.Unless(!(ClassOf(a.op) == RequestClass::kWrite) || a.seq >= 1, "a write has no number", name);
  out.Unless((ClassOf(a.op) == RequestClass::kWrite) || a.seq == 0,
             "a read has the number of a write", name);
  out.Unless(a.op == Op::kGet || !a.seen, "a write has seen something", name);
  out.Unless(a.outcome != Outcome::kAcknowledged || a.last,
             "an acknowledged request was tried again", name);
  out.Unless(a.outcome != Outcome::kAcknowledged || !a.region.empty(),
             "an answer came from nowhere", name);
  const CohortRule* cohort = facts.rules.FindCohort(a.cohort);
  out.Unless(cohort != nullptr || a.cohort == kSeedCohort || a.cohort == kPreflightCohort,
             "an attempt belongs to no cohort of the scenario", name + ", " + a.cohort);
  out.Unless(cohort == nullptr || facts.header.version < 2 || a.client < cohort->clients,
             "an attempt belongs to no client of its cohort",
             fmt::format("{}, client {}", name, a.client));
}

/// Attempts are sorted by request and number.
void CheckRequests(const RunFacts& facts, Contradictions& out) {
  const Attempt* before = nullptr;
  int64_t lowest = 0;
  for (const Attempt& a : facts.attempts) {
    const bool same = before != nullptr && before->id == a.id;
    if (before == nullptr) lowest = a.id;
    if (same) {
      out.Unless(a.n == before->n + 1, "the attempts of a request have a gap or come twice",
                 NameOf(a));
      out.Unless(!before->last, "a request goes on after its last attempt", NameOf(a));
      out.Unless(std::tie(a.cohort, a.client, a.op, a.key, a.seq, a.scheduled) ==
                     std::tie(before->cohort, before->client, before->op, before->key, before->seq,
                              before->scheduled),
                 "the attempts of one request are not of one request", NameOf(a));
      out.Unless(a.sent >= before->done, "a request was tried again before its attempt had ended",
                 NameOf(a));
    } else {
      out.Unless(a.n == 1, "the attempts of a request have a gap or come twice", NameOf(a));
      out.Unless(before == nullptr || before->last || !Complete(facts),
                 "a request has no last attempt", before == nullptr ? "" : NameOf(*before));
      out.Unless(before == nullptr || a.id == before->id + 1 || !Complete(facts),
                 "the requests' ids have a gap", NameOf(a));
    }
    before = &a;
  }
  out.Unless(facts.attempts.empty() || lowest == 1 || !Complete(facts),
             "the requests' ids have a gap", fmt::format("the first is {}", lowest));
}

void CheckNumbers(const RunFacts& facts, Contradictions& out) {
  std::map<std::pair<std::string, std::string>, std::set<int64_t>> numbers;
  for (const Attempt& a : facts.attempts)
    if ((ClassOf(a.op) == RequestClass::kWrite)) numbers[{a.key, a.Writer()}].insert(a.seq);
  if (!Complete(facts)) return;
  for (const auto& [id, seen] : numbers)
    out.Unless(*seen.begin() == 1 && *seen.rbegin() == static_cast<int64_t>(seen.size()),
               "the numbers of a writer have a gap", id.first);
  for (const Attempt& a : facts.attempts) {
    if (a.op != Op::kGet || !a.seen) continue;
    const auto it = numbers.find({a.key, a.seen_writer.empty() ? a.Writer() : a.seen_writer});
    out.Unless(it == numbers.end() || *a.seen <= *it->second.rbegin(),
               "a read has seen a number that nobody wrote", NameOf(a));
  }
}

void CheckFaults(const RunFacts& facts, Contradictions& out) {
  std::map<int64_t, std::map<std::string, Micros>> states;
  for (const FaultLine& line : facts.faults) {
    const auto [it, is_new] = states[line.index].try_emplace(line.state, line.t);
    out.Unless(is_new, "a fault has the same state twice",
               fmt::format("fault {}: {}", line.index, line.state));
  }
  const std::pair<const char*, const char*> kOrder[] = {
      {"asked", "in-force"}, {"in-force", "heal-asked"}, {"heal-asked", "cleared"}};
  for (const auto& [index, times] : states)
    for (const auto& [first, second] : kOrder) {
      const auto later = times.find(second);
      if (later == times.end()) continue;
      const auto earlier = times.find(first);
      out.Unless(earlier != times.end() && earlier->second <= later->second,
                 "a fault's states are not in their order",
                 fmt::format("fault {}: {} without {} before it", index, second, first));
    }
}

void CheckPhases(const RunFacts& facts, Contradictions& out) {
  const auto baseline = facts.PhaseStart("baseline");
  const auto fault = facts.PhaseStart("fault");
  const auto observe = facts.PhaseStart("observe");
  out.Unless(!fault || (baseline && *baseline <= *fault), "the phases are not in their order",
             "fault before baseline");
  out.Unless(!observe || (fault && *fault <= *observe), "the phases are not in their order",
             "observe before fault");
  for (const FaultLine& line : facts.faults)
    out.Unless(!fault || line.t >= *fault, "a fault stands before its phase",
               fmt::format("fault {}: {}", line.index, line.state));
}

void CheckAudit(const RunFacts& facts, Contradictions& out) {
  const auto began = facts.audit_began();
  const auto ended = facts.audit_ended();
  out.Unless(!ended || (began && *began <= *ended), "the audit ends before it begins", "audit-end");
  for (const AuditLine& line : facts.audits) {
    const bool inside =
        began && line.asked >= *began && line.t >= line.asked && (!ended || line.t <= *ended);
    out.Unless(inside, "a key was audited outside of the audit", line.key);
  }
}

void CheckTimes(const RunFacts& facts, Contradictions& out) {
  for (const DnsLine& line : facts.dns)
    out.Unless(line.asked <= line.t, "a name server answered before it was asked", line.server);
  out.Unless(facts.ends.size() <= 1, "a run ends twice", "end");
  if (facts.end() == nullptr) return;
  const Micros end = facts.end()->t;
  const auto check = [&](Micros t, const std::string& what) {
    out.Unless(t <= end, "a line is later than the run's end", what);
  };
  for (const Attempt& a : facts.attempts) check(a.t, NameOf(a));
  for (const FaultLine& line : facts.faults) check(line.t, "fault " + line.state);
  for (const DnsLine& line : facts.dns) check(line.t, "dns");
  for (const PhaseLine& line : facts.phases) check(line.t, "phase " + line.name);
  for (const AuditLine& line : facts.audits) check(line.t, "audit " + line.key);
}

/// The same key in the same region has one line for each item, and none beside
/// an absent one.
void CheckFinals(const RunFacts& facts, Contradictions& out) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> items;
  for (const FinalLine& line : facts.finals) {
    auto& have = items[{line.region, line.key}];
    out.Unless(have.insert(line.item).second, "an item has two final states",
               line.key + " in " + line.region);
    out.Unless(line.seen || line.item.empty(), "an absent item has an id",
               line.key + " in " + line.region);
  }
  for (const auto& [id, have] : items)
    out.Unless(have.size() == 1 || !have.contains(""), "a key is there and absent at once",
               id.second + " in " + id.first);
}

std::string RunKey(int64_t run) { return fmt::format("run {}", run); }

}  // namespace

FileCheck CheckFile(const std::vector<std::string>& lines) {
  FileCheck out;
  out.chained = true;
  JournalChain chain;
  std::map<int64_t, std::map<std::string, int64_t>> counts;
  std::map<int64_t, int64_t> versions;
  std::set<int64_t> ended;
  for (const std::string& text : lines) {
    const Result<json::Value> line = json::Parse(text);
    if (!line.ok() || !line->is_object()) continue;  // ReadFacts complains.
    const json::Value* number = line->Find("run");
    const int64_t run = number == nullptr ? 0 : number->as_int();
    const std::string& type = line->GetString("type");
    const json::Value* version = line->Find("version");
    if (type == RunLine::kType) versions[run] = version == nullptr ? 0 : version->as_int();
    if (ended.contains(run) && versions[run] >= 2)
      out.broken.push_back(RunKey(run) + " goes on after its end");
    if (type == EndLine::kType && versions[run] >= 2) {
      const Result<EndLine> end = FromJson<EndLine>(*line);
      if (end.ok() && end->chain != chain.hex())
        out.broken.push_back(RunKey(run) + ": the chain of its last line is not that of the file");
      if (end.ok() && end->counts != counts[run])
        out.broken.push_back(RunKey(run) + ": its last line counts other lines than there are");
    }
    if (type == EndLine::kType) ended.insert(run);
    ++counts[run][type];
    chain.Add(text);
  }
  for (const auto& [run, version] : versions)
    out.chained = out.chained && version >= 2 && ended.contains(run);
  out.chain = chain.hex();
  return out;
}

std::vector<std::string> CheckSanity(const RunFacts& facts) {
  Contradictions out;
  for (const Attempt& a : facts.attempts) CheckAttempt(facts, a, out);
  CheckRequests(facts, out);
  CheckNumbers(facts, out);
  CheckFaults(facts, out);
  CheckPhases(facts, out);
  CheckAudit(facts, out);
  CheckTimes(facts, out);
  CheckFinals(facts, out);
  return out.Lines();
}

std::string ShortChain(const std::string& chain) {
  if (chain.size() < 6) return chain;
  return chain.substr(0, 4) + ".." + chain.substr(chain.size() - 2);
}

}  // namespace lifeboat::drill
