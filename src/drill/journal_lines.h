// The lines of a journal: one struct a type, with the one list of its members that both writing and
// reading go by (docs/drill.md, "Journal"). Every line begins with `type`, `run` and `t`; `t` and
// all other times are microseconds since the run's first line.
//
// Version 2. A journal of version 1 is read too: what it lacks takes the defaults named here.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "drill/attempt.h"
#include "json/value.h"

namespace lifeboat::drill {

/// Of the first line of each run; raised when a line changes its meaning.
inline constexpr int kJournalVersion = 2;

/// Microseconds since the run's first line.
using Micros = int64_t;

// In each `Members`, f.Must is a member that has to be there, f.Has one that is always written but
// may lack when read, f.May one that is written only when it says something, and f.Null one that is
// written as null when it is empty.

/// The first line of a run. `scenario` is everything of the scenario that the grader goes by.
struct RunLine {
  static constexpr std::string_view kType = "run";
  Micros t = 0;
  int64_t version = kJournalVersion;
  std::string id;
  int64_t runs = 1;
  std::string started_at;
  int64_t seed = 0;
  std::string control;  ///< none, no-fault, no-recovery.
  std::string lifeboat;
  std::string deployment_digest;
  json::Value scenario;
  json::Value regions;
  std::vector<std::string> name_servers;
  std::vector<std::string> assumptions;

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("version", l.version);
    f.Has("id", l.id);
    f.Has("runs", l.runs);
    f.Has("started_at", l.started_at);
    f.Has("seed", l.seed);
    f.Has("control", l.control);
    f.Has("lifeboat", l.lifeboat);
    f.Has("deployment_digest", l.deployment_digest);
    f.Must("scenario", l.scenario);
    f.Has("regions", l.regions);
    f.Has("name_servers", l.name_servers);
    f.Has("assumptions", l.assumptions);
  }
};

/// A phase begins: set-up, seed, preflight, baseline, fault, observe, audit, sustained, heal,
/// failback, settle (version 1 also had warm-up, in place of seed).
struct PhaseLine {
  static constexpr std::string_view kType = "phase";
  Micros t = 0;
  std::string name;

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("name", l.name);
  }
};

/// One check before the fault.
struct PreflightLine {
  static constexpr std::string_view kType = "preflight";
  Micros t = 0;
  std::string check;   ///< What was checked: names, health-checks, standby-read, drift, ...
  std::string region;  ///< Empty when it belongs to none.
  bool ok = false;
  std::string detail;

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("check", l.check);
    f.Has("region", l.region);
    f.Must("ok", l.ok);
    f.Has("detail", l.detail);
  }
};

/// The seed keys were written, and seen equal in all regions or not.
struct SeedLine {
  static constexpr std::string_view kType = "seed";
  Micros t = 0;
  int64_t keys = 0;
  bool equal = false;
  std::string error;

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("keys", l.keys);
    f.Must("equal", l.equal);
    f.May("error", l.error);
  }
};

/// The cohorts of requests that are no traffic: never counted in windows, seconds or baseline.
inline constexpr std::string_view kSeedCohort = "seed";
inline constexpr std::string_view kPreflightCohort = "preflight";

/// One attempt of one request.
struct Attempt {
  static constexpr std::string_view kType = "attempt";
  Micros t = 0;
  int64_t id = 0;  ///< Of the request; its attempts share it.
  int64_t n = 1;   ///< Which attempt, from 1.
  bool last = true;
  std::string cohort;
  int64_t client = 0;  ///< In the cohort, from 0.
  /// The logical writer of the key: its numbers have no gaps. The key's cohort, or for shared keys
  /// `cohort/client`. Empty is the cohort.
  std::string writer;
  Op op = Op::kGet;
  std::string key;
  int64_t seq = 0;  ///< Of the logical write; 0 for reads.
  Micros scheduled = 0;
  Micros sent = 0;
  Micros done = 0;
  std::string region;  ///< Whose address was dialed; empty when none was.
  int64_t status = 0;  ///< 0 when there was no answer.
  Outcome outcome = Outcome::kUnknown;
  std::optional<int64_t> seen;  ///< The number that a read found; none with status 404: absent.
  std::string seen_writer;      ///< Of shared keys: whose number it is.
  std::optional<bool> match;    ///< The content read is what was written for that number.
  std::string error;

  const std::string& Writer() const { return writer.empty() ? cohort : writer; }

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("id", l.id);
    f.Has("n", l.n);
    f.Has("last", l.last);
    f.Must("cohort", l.cohort);
    f.May("client", l.client);
    f.May("writer", l.writer);
    f.Must("op", l.op);
    f.Must("key", l.key);
    f.May("seq", l.seq);
    f.Must("scheduled", l.scheduled);
    f.Has("sent", l.sent);
    f.Must("done", l.done);
    f.Null("region", l.region);
    f.Has("status", l.status);
    f.Must("outcome", l.outcome);
    if (l.op == Op::kGet) f.Null("seen", l.seen);
    f.May("seen_writer", l.seen_writer);
    f.May("match", l.match);
    f.May("error", l.error);
  }
};

/// A fault changes its state: asked, in-force, failed, skipped (the control without a fault),
/// heal-asked, cleared.
struct FaultLine {
  static constexpr std::string_view kType = "fault";
  Micros t = 0;
  int64_t index = 0;  ///< Among the scenario's faults.
  std::string kind;
  std::string state;
  std::string what;  ///< `us-east-1 killed`
  /// Whether the kind takes a whole region. Version 1 doesn't say: kill and freeze do.
  std::optional<bool> takes_region;
  std::string region;        ///< That it takes; empty for none.
  int64_t group = 0;         ///< Outage group: 0 before the heal, from 1 on after the failback.
  std::string confirmed_by;  ///< The observation that confirmed it.
  std::string error;

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("index", l.index);
    f.Has("kind", l.kind);
    f.Must("state", l.state);
    f.Has("what", l.what);
    f.May("takes_region", l.takes_region);
    f.May("region", l.region);
    f.May("group", l.group);
    f.May("confirmed_by", l.confirmed_by);
    f.May("error", l.error);
  }
};

/// What a name server answered for the target's name; `error` when it did not.
struct DnsLine {
  static constexpr std::string_view kType = "dns";
  Micros t = 0;
  std::string server;
  Micros asked = 0;
  std::vector<std::string> addresses;
  std::vector<std::string> regions;  ///< Of the addresses that belong to one.
  int64_t ttl = 0;
  int64_t rcode = 0;
  std::optional<int64_t> negative_ttl;  ///< Seconds that an empty answer or NXDOMAIN is kept.
  std::string error;

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("server", l.server);
    f.Has("asked", l.asked);
    f.Has("addresses", l.addresses);
    f.Has("regions", l.regions);
    f.Has("ttl", l.ttl);
    f.Has("rcode", l.rcode);
    f.May("negative_ttl", l.negative_ttl);
    f.May("error", l.error);
  }
};

/// A health check changed its state by quorum.
struct HealthLine {
  static constexpr std::string_view kType = "health";
  Micros t = 0;
  std::string check;
  std::string name;
  std::string region;  ///< Whose health it tells; empty when that can't be told.
  bool healthy = false;
  int64_t checkers_healthy = 0;
  int64_t checkers = 0;

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("check", l.check);
    f.Has("name", l.name);
    f.Has("region", l.region);
    f.Must("healthy", l.healthy);
    f.Has("checkers_healthy", l.checkers_healthy);
    f.Has("checkers", l.checkers);
  }
};

/// decided, false-alarm, command-ended, ready, failback-decided, failback-command-ended.
struct DecisionLine {
  static constexpr std::string_view kType = "decision";
  Micros t = 0;
  std::string state;
  std::string by;  ///< health-check, operator, or a person's name.
  std::string source;

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("state", l.state);
    f.Has("by", l.by);
    f.Has("source", l.source);
  }
};

/// A command of the scenario starts or ends: setup, failover, failback, ready, background, fault,
/// detect.
struct CommandLine {
  static constexpr std::string_view kType = "command";
  Micros t = 0;
  std::string name;
  std::string state;  ///< start, end.
  std::optional<int64_t> exit;
  double seconds = 0;
  std::string output_sha256;
  std::string file;  ///< In the drill's folder, with its output.

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("name", l.name);
    f.Must("state", l.state);
    f.May("exit", l.exit);
    f.May("seconds", l.seconds);
    f.May("output_sha256", l.output_sha256);
    f.May("file", l.file);
  }
};

/// From now on a region's data stands in another table.
struct PlaceLine {
  static constexpr std::string_view kType = "place";
  Micros t = 0;
  std::string region;
  std::string table;
  std::string from;
  std::string command;

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("region", l.region);
    f.Must("table", l.table);
    f.Has("from", l.from);
    f.Has("command", l.command);
  }
};

struct AuditBeginLine {
  static constexpr std::string_view kType = "audit-begin";
  Micros t = 0;
  std::string region;  ///< Version 1: the one survivor that is audited.

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.May("region", l.region);
  }
};

struct AuditEndLine {
  static constexpr std::string_view kType = "audit-end";
  Micros t = 0;
  int64_t reads = 0;

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Has("reads", l.reads);
  }
};

/// One key as one survivor shows it.
struct AuditLine {
  static constexpr std::string_view kType = "audit";
  Micros t = 0;
  std::string key;
  std::string via;  ///< api, table.
  std::string region;
  Micros asked = 0;
  std::optional<int64_t> seen;  ///< Nothing: absent.
  std::string writer;           ///< Of shared keys: whose number it is.
  std::optional<bool> match;    ///< The content is what was written for that number.
  int64_t status = 0;
  std::string error;  ///< Why the key could not be read.

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("key", l.key);
    f.Must("via", l.via);
    f.Has("region", l.region);
    f.Must("asked", l.asked);
    f.Null("seen", l.seen);
    f.May("writer", l.writer);
    f.May("match", l.match);
    f.Has("status", l.status);
    f.May("error", l.error);
  }
};

/// One look at all regions. Before the last one keys written since the heal are left out.
struct ConvergenceLine {
  static constexpr std::string_view kType = "convergence";
  Micros t = 0;
  bool last = false;  ///< With the load stopped: over all keys.
  bool equal = false;
  int64_t keys = 0;
  int64_t differing = 0;
  std::map<std::string, std::string> digests;  ///< By region.

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Has("last", l.last);
    f.Must("equal", l.equal);
    f.Has("keys", l.keys);
    f.Has("differing", l.differing);
    f.Has("digests", l.digests);
  }
};

/// What one region holds of one key at the end: a line for each key and each region that should
/// hold it. More than one is a duplicate. Version 1 has lines of items only.
struct FinalLine {
  static constexpr std::string_view kType = "final";
  Micros t = 0;
  std::string region;
  std::string key;
  std::string item;             ///< The item's id; empty when it is absent.
  std::optional<int64_t> seen;  ///< Nothing: absent.
  std::string writer;           ///< Of shared keys: whose number it is.
  std::string digest;
  std::string error;  ///< Why it could not be read.

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("region", l.region);
    f.Must("key", l.key);
    f.Null("item", l.item);
    f.Null("seen", l.seen);
    f.May("writer", l.writer);
    f.May("digest", l.digest);
    f.May("error", l.error);
  }
};

/// How the drill's own machine did in a phase; at its end.
struct HostLine {
  static constexpr std::string_view kType = "host";
  Micros t = 0;
  std::string phase;
  double cpu_percent = 0;
  double steal_percent = 0;
  double late_p99_s = 0;  ///< Of the generator: sent after scheduled.

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("phase", l.phase);
    f.Has("cpu_percent", l.cpu_percent);
    f.Has("steal_percent", l.steal_percent);
    f.Has("late_p99_s", l.late_p99_s);
  }
};

/// The last line of a run.
struct EndLine {
  static constexpr std::string_view kType = "end";
  Micros t = 0;
  std::string reason;  ///< complete, interrupted, error.
  std::string error;
  std::map<std::string, int64_t> counts;  ///< By type, of the run's lines before this one.
  std::string chain;                      ///< The chain (journal.h) before this line, in hex.

  template <class F, class L>
  static void Members(F& f, L& l) {
    f.Must("reason", l.reason);
    f.May("error", l.error);
    f.May("counts", l.counts);
    f.May("chain", l.chain);
  }
};

template <class L>
concept JournalLine = requires(L line) {
  { L::kType } -> std::convertible_to<std::string_view>;
  { line.t } -> std::convertible_to<Micros>;
};

/// The line's members after `type`, `run` and `t`.
template <JournalLine L>
json::Object ToJson(const L& line);
/// Members that are not known are left out. An error names the member that lacks or that is of
/// another kind than it must be.
template <JournalLine L>
Result<L> FromJson(const json::Value& value);

}  // namespace lifeboat::drill
