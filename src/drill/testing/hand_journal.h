// Journals made by hand for the grader's tests. Times are seconds; what stands in a test is what
// stands in the journal.
#pragma once

#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/check.h"
#include "drill/journal.h"
#include "json/value.h"

namespace lifeboat::drill {

class HandJournal {
 public:
  /// One read and one write cohort `c` (counted) of one client; window 4 s of 1 s buckets, 2
  /// requests a second of each class, so 8 in a window. us-east-1 is lost, us-west-2 survives. RPO
  /// 5 s, RTO 10 s.
  explicit HandJournal(const std::string& control = "none") {
    json::Value scenario = json::Object{
        {"name", "hand"},
        {"era", "today"},
        {"regions", json::Array{"us-east-1", "us-west-2"}},
        {"lost_region", "us-east-1"},
        {"survivors", json::Array{"us-west-2"}},
        {"objectives", json::Object{{"rpo_s", 5}, {"rto_s", 10}}},
        {"assumed_lag", nullptr},
        {"target", json::Object{{"url", "https://api"}, {"table", "t"}}},
        {"workload", json::Object{{"read_rate", 2}, {"write_rate", 2}, {"timeout_s", 5}}},
        {"cohorts", json::Array{json::Object{{"name", "c"}, {"counted", true}}}},
        {"faults", json::Array{json::Object{
                       {"kind", "kill"}, {"region", "us-east-1"}, {"takes_region", true}}}},
        {"baseline", json::Object{{"for_s", 10}, {"success", 0.999}}},
        {"recovered_when", json::Object{{"window_s", 4},
                                        {"success", 0.99},
                                        {"bucket_s", 1},
                                        {"bucket_success", 0.95},
                                        {"p99_s", 2},
                                        {"min_samples", 8}}},
        {"expect", json::Object{{"resurrected", 0}, {"duplicates", 0}}}};
    Line("run", 0, {{"version", 2}, {"control", control}, {"scenario", std::move(scenario)}});
  }

  std::vector<std::string> lines;
  bool fills_finals = true;  ///< Sealed() says of keys without a final state that they are absent.
  double back_at = 33;       ///< From then on Traffic() is served by us-east-1 again.

  /// In the first line: replaces `from`, which must be there.
  void Change(const std::string& from, const std::string& to) {
    const size_t at = lines[0].find(from);
    Check(at != std::string::npos, from.c_str());
    lines[0].replace(at, from.size(), to);
  }
  /// Adds a cohort's members, such as `"name":"u","counted":false`.
  void AddCohort(const std::string& members) {
    Change("\"cohorts\":[", "\"cohorts\":[{" + members + "},");
  }

  /// The journal as a drill would have left it: a final state of every key, the last line last,
  /// with its counts and its chain.
  std::vector<std::string> Sealed() const {
    JournalChain chain;
    return Sealed(chain);
  }
  std::vector<std::string> Sealed(JournalChain& chain) const {
    HandJournal all = *this;
    if (fills_finals) all.FillFinals();
    std::vector<std::string> out;
    std::map<std::string, int64_t> counts;
    json::Value end;
    for (const std::string& line : all.lines) {
      const json::Value value = *json::Parse(line);
      if (value.GetString("type") == "end") {
        end = value;
        continue;
      }
      ++counts[value.GetString("type")];
      chain.Add(line);
      out.push_back(line);
    }
    if (end.is_null()) return out;
    json::Object counted;
    for (const auto& [type, count] : counts) counted.Append(type, count);
    end.if_object()->Set("counts", std::move(counted));
    end.if_object()->Set("chain", chain.hex());
    out.push_back(json::Write(end));
    chain.Add(out.back());
    return out;
  }

  static int64_t Us(double s) { return std::llround(s * 1e6); }

  void Line(const std::string& type, double t, const json::Object& fields) {
    json::Object line{{"type", type}, {"run", 1}, {"t", Us(t)}};
    for (const auto& [key, value] : fields) line.Append(key, value);
    lines.push_back(json::Write(std::move(line)));
  }
  void Phase(double t, const std::string& name) { Line("phase", t, {{"name", name}}); }
  void Fault(double t, const std::string& state) { Fault(t, state, 0, "kill", "us-east-1"); }
  /// A fault that takes `region`, or none when it is empty.
  void Fault(double t, const std::string& state, int64_t index, const std::string& kind,
             const std::string& region, int64_t group = 0) {
    FaultLine line;
    line.index = index;
    line.kind = kind;
    line.state = state;
    line.what = kind + " " + state;
    line.takes_region = !region.empty();
    line.region = region;
    line.group = group;
    Line("fault", t, ToJson(line));
  }
  void Dns(double t, const std::string& region, const std::string& server = "ns") {
    Line("dns", t,
         {{"server", server},
          {"asked", Us(t)},
          {"addresses", json::Array{region == "us-east-1" ? "127.0.11.1" : "127.0.12.1"}},
          {"regions", json::Array{region}},
          {"ttl", 60}});
  }
  void Health(double t, const std::string& region, bool healthy) {
    Line("health", t,
         {{"check", "check-" + region},
          {"region", region},
          {"healthy", healthy},
          {"checkers_healthy", healthy ? 16 : 2},
          {"checkers", 16}});
  }

  struct Try {
    double sent = 0;
    double done = 0;
    Outcome outcome = Outcome::kAcknowledged;
    int status = 200;
    std::string region = "us-east-1";
  };
  /// One logical write with its attempts.
  void Write(Op op, const std::string& key, int64_t seq, const std::vector<Try>& tries,
             const std::string& cohort = "c", const std::string& writer = "") {
    Request(op, key, seq, tries, std::nullopt, cohort, writer);
  }
  /// An acknowledged write, sent 50 ms before.
  void Acked(Op op, const std::string& key, int64_t seq, double acked,
             const std::string& region = "us-east-1") {
    Write(op, key, seq, {{acked - 0.05, acked, Outcome::kAcknowledged, 200, region}});
  }
  /// A read that found `seen`, or 404.
  void Read(const std::string& key, std::optional<int64_t> seen, double sent,
            const std::string& cohort = "c", const std::string& region = "us-west-2",
            std::optional<bool> match = std::nullopt) {
    const Outcome outcome = seen ? Outcome::kAcknowledged : Outcome::kFailed;
    match_ = match;
    Request(Op::kGet, key, 0, {{sent, sent + 0.05, outcome, seen ? 200 : 404, region}}, seen,
            cohort);
    match_.reset();
  }
  void Audit(const std::string& key, std::optional<int64_t> seen, double t = 20) {
    for (const char* via : {"api", "table"}) AuditOne(key, via, seen, t);
  }
  void AuditOne(const std::string& key, const std::string& via, std::optional<int64_t> seen,
                double t = 20) {
    Line("audit", t + 0.01,
         {{"key", key},
          {"via", via},
          {"region", "us-west-2"},
          {"asked", Us(t)},
          {"seen", seen ? json::Value(*seen) : json::Value()},
          {"status", seen ? 200 : 404}});
  }
  void Final(const std::string& region, const std::string& key, int64_t seen,
             const std::string& item = "", const std::string& writer = "") {
    FinalLine line;
    line.region = region;
    line.key = key;
    line.item = item.empty() ? key : item;
    line.seen = seen;
    line.writer = writer;
    line.digest = std::to_string(seen);
    Line("final", 39, ToJson(line));
  }
  void FinalBoth(const std::string& key, int64_t seen) {
    Final("us-east-1", key, seen);
    Final("us-west-2", key, seen);
  }

  /// What an audit and a fault need to be graded at all, without any traffic.
  static HandJournal Bare() {
    HandJournal j;
    j.Fault(9.8, "asked");
    j.Fault(10, "in-force");
    j.Line("audit-begin", 19.9, {});
    j.Line("audit-end", 25, {});
    j.Fault(30, "heal-asked");
    j.Convergence(39, true, true);
    return j;
  }
  /// Reads and writes at 2/s from `from` to `to`, all acknowledged unless scheduled in [bad_from,
  /// bad_to); by us-west-2 from bad_to to back_at, else by us-east-1. The writes create keys
  /// `<cohort><prefix>-<n>`, audited and in both regions at the end.
  void Traffic(double from, double to, double bad_from, double bad_to,
               const std::string& cohort = "c", const std::string& prefix = "") {
    for (int i = 0; from + i * 0.5 < to; ++i) {
      const double t = from + i * 0.5;
      const bool bad = t >= bad_from && t < bad_to;
      const std::string key = cohort + prefix + "-" + std::to_string(i);
      const Outcome outcome = bad ? Outcome::kFailed : Outcome::kAcknowledged;
      const bool west = t >= bad_to && t < back_at;
      const std::string region = west ? "us-west-2" : "us-east-1";
      const Try one{t, t + 0.05, outcome, bad ? 0 : 200, region};
      Request(Op::kCreate, key, 1, {one}, std::nullopt, cohort);
      const std::optional<int64_t> one_seen = bad ? std::nullopt : std::optional<int64_t>(1);
      Request(Op::kGet, cohort + prefix + "-0", 0,
              {{t + 0.1, t + 0.15, outcome, bad ? 0 : 200, region}}, one_seen, cohort);
      if (bad) continue;
      if (t < 20) Audit(key, 1);
      FinalBoth(key, 1);
    }
  }

  /// A drill that went as follows; tests add to it.
  ///   0   baseline; 10.0 T0 (asked 9.8); reads and writes fail when scheduled in [10, 15)
  ///   12  health check red; DNS answers us-west-2 from 12.5
  ///   20  audit, ended at 25; heal asked 30, healed 31; answers us-east-1 again from 33
  ///   34  converged; 38 the load stops; 39 final contents
  static HandJournal Usual() {
    HandJournal j;
    j.UsualEvents();
    j.Traffic(0, 38, 10, 15);
    return j;
  }
  void UsualEvents() {
    Phase(0, "baseline");
    Phase(9.5, "fault");
    Fault(9.8, "asked");
    Fault(10, "in-force");
    Health(1, "us-east-1", true);
    Health(12, "us-east-1", false);
    for (double t = 0; t < 38; t += 0.5) Dns(t, t < 12.5 || t >= 33 ? "us-east-1" : "us-west-2");
    Line("audit-begin", 19.9, {});
    Line("audit-end", 25, {});
    Fault(30, "heal-asked");
    Fault(31, "cleared");
    Convergence(34, false, true);
    Phase(38, "settle");
    Convergence(39, true, true);
    Line("end", 40, {{"reason", "complete"}});
  }
  void Convergence(double t, bool last, bool equal) {
    Line("convergence", t,
         {{"last", last},
          {"equal", equal},
          {"digests", json::Object{{"us-east-1", "x"}, {"us-west-2", equal ? "x" : "y"}}}});
  }

 private:
  void Request(Op op, const std::string& key, int64_t seq, const std::vector<Try>& tries,
               std::optional<int64_t> seen, const std::string& cohort,
               const std::string& writer = "") {
    ++id_;
    for (size_t i = 0; i < tries.size(); ++i) {
      const Try& one = tries[i];
      Attempt a;
      a.id = id_;
      a.n = static_cast<int>(i) + 1;
      a.last = i + 1 == tries.size();
      a.cohort = cohort;
      a.op = op;
      a.key = key;
      a.seq = seq;
      a.scheduled = Us(tries.front().sent);
      a.sent = Us(one.sent);
      a.done = Us(one.done);
      a.region = one.region;
      a.status = one.status;
      a.outcome = one.outcome;
      a.seen = seen;
      a.match = match_;
      a.writer = writer;
      Line("attempt", one.done, ToJson(a));
    }
  }
  /// Keys of attempts without a final line are absent in both regions at the end.
  void FillFinals() {
    std::set<std::string> keys;
    std::set<std::pair<std::string, std::string>> have;
    for (const std::string& line : lines) {
      const json::Value value = *json::Parse(line);
      if (value.GetString("type") == "attempt") keys.insert(value.GetString("key"));
      if (value.GetString("type") == "final")
        have.insert({value.GetString("region"), value.GetString("key")});
    }
    for (const std::string& key : keys)
      for (const char* region : {"us-east-1", "us-west-2"}) {
        if (have.contains({region, key})) continue;
        FinalLine line;
        line.region = region;
        line.key = key;
        Line("final", 39, ToJson(line));
      }
  }

  int64_t id_ = 0;
  std::optional<bool> match_;
};

}  // namespace lifeboat::drill
