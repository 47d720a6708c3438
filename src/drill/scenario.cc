#include "drill/scenario.h"

#include <cmath>

#include "base/digest.h"
#include "drill/external_reader.h"
#include "drill/scenario_checks.h"
#include "drill/scenario_reader.h"
#include "drill/target_api/target_reader.h"

namespace lifeboat::drill {
namespace {

constexpr Duration kDefaultSetupTimeout = Duration::Minutes(10);

void ReadWorld(Section section, Scenario& out) {
  if (section.Raw("external") != nullptr) {
    ReadExternal(section.Sub("external"), out.world);
  } else {
    section.Require("regions", "for instance `regions: [us-east-1, us-west-2]`");
    if (section.OneOf("use", {"own", "running"}) == "running")
      out.world.use = WorldSpec::Use::kRunning;
    if (const json::Value* regions = section.Raw("regions"))
      for (const json::Value& region : regions->as_array())
        out.world.regions.push_back(region.as_string());
    out.world.era = section.OneOf("era", {"today", "lab"}).value_or("today");
  }
  out.world.primary =
      section.Text("primary").value_or(out.world.regions.empty() ? "" : out.world.regions.front());
  CheckRegions(section, out.world);
  section.Close();
}

void ReadObjectives(Section section, Scenario& out) {
  section.Require("rpo", "for instance `rpo: 15m`");
  section.Require("rto", "for instance `rto: 30m`");
  out.rpo = section.Time("rpo").value_or(Duration{});
  out.rto = section.Time("rto").value_or(Duration{});
  out.failback_rto = section.Time("failback").value_or(out.rto);
  out.bad = section.Time("bad");
  section.Close();
}

void ReadAssumptions(Section section, Scenario& out) {
  const json::Value* lag = section.Raw("replication_lag");
  if (lag != nullptr && lag->is_object()) {
    Section spread = section.Sub("replication_lag");
    if (spread.Raw("csv") != nullptr)
      spread.Complain("csv",
                      "a CSV of measured lags is not supported yet; write {p50: 0.8s, max: "
                      "5s}");
    spread.Require("p50", "for instance `p50: 0.8s`");
    spread.Require("max", "for instance `max: 5s`");
    const auto p50 = spread.Time("p50"), max = spread.Time("max");
    if (p50 && max && *p50 > *max)
      spread.Complain("max", "'max' is below 'p50'; write a greater 'max'");
    if (p50 && max) out.assumed_lag = AssumedLag{*p50, *max};
    spread.Close();
  } else if (lag != nullptr) {
    if (const auto fixed = section.Time("replication_lag")) out.assumed_lag = {*fixed, *fixed};
  }
  section.Close();
}

void ReadSetup(Section section, Scenario& out) {
  if (!section.present()) return;
  section.Require("run", "for instance `run: ./deploy.sh`");
  Command setup;
  setup.name = "setup";
  setup.run = section.Text("run").value_or("");
  setup.timeout = section.Time("timeout").value_or(kDefaultSetupTimeout);
  if (const json::Value* environment = section.Raw("env")) {
    if (!environment->is_object())
      section.Complain("env", "'env' must be a mapping; write NAME: value");
    for (const auto& [name, value] : environment->as_object())
      setup.environment[name] = value.is_string() ? value.as_string() : json::Write(value);
  }
  out.setup = std::move(setup);
  section.Close();
}

void ReadTarget(Section section, Scenario& out) {
  section.Require("url", "for instance `url: https://api.techmoda-example.com`");
  out.target_url = section.Text("url").value_or("");
  if (!out.target_url.empty()) {
    if (const auto url = ParseTargetUrl(out.target_url))
      out.target = *url;
    else
      section.Complain("url", fmt::format("'{}' is no URL; write https://name or https://name/path",
                                          out.target_url));
  }
  section.Require("item", kItemExample);
  out.api = ReadTargetApi(section, out.world.regions);
  section.Close();
}

void ReadWorkload(Section section, Scenario& out) {
  WorkloadSpec& w = out.workload;
  w.seed = static_cast<uint64_t>(section.Integer("seed", 0, INT64_MAX).value_or(1));
  w.timeout = section.Time("timeout").value_or(w.timeout);
  w.max_late = section.Time("max_late").value_or(w.max_late);
  Section reads = section.Sub("reads");
  w.read_rate = reads.RatePerSecond("rate").value_or(w.read_rate);
  reads.Close();
  Section writes = section.Sub("writes");
  w.write_rate = writes.RatePerSecond("rate").value_or(w.write_rate);
  const auto percent = [&](std::string_view key, int fallback) {
    const auto share = writes.Percent(key);
    return share ? static_cast<int>(std::lround(*share * 100)) : fallback;
  };
  w.create_percent = percent("create", w.create_percent);
  w.update_percent = percent("update", w.update_percent);
  w.delete_percent = percent("delete", w.delete_percent);
  CheckWorkload(reads, writes, w);
  writes.Close();
  section.Close();
}

void ReadDnsPolicy(Section& section, client::CohortPolicy& policy) {
  const std::string text = section.Text("dns").value_or("ttl");
  if (text == "none") {
    policy.dns = client::DnsPolicy::kNone;
  } else if (text == "ttl") {
    policy.dns = client::DnsPolicy::kTtl;
  } else if (text == "forever") {
    policy.dns = client::DnsPolicy::kForever;
  } else {
    policy.dns = client::DnsPolicy::kTtlPlus;
    const Result<Duration> extra =
        text.starts_with("ttl+") ? ParseDuration(text.substr(4)) : InvalidError("");
    if (extra.ok())
      policy.dns_extra = *extra;
    else
      section.Complain("dns", fmt::format("'{}' is no value for 'dns'; write none, ttl, ttl+30s or "
                                          "forever",
                                          text));
  }
}

void ReadBackoff(Section& section, client::CohortPolicy& policy) {
  policy.backoff_min = Duration::Millis(100);
  policy.backoff_max = Duration::Seconds(2);
  const std::optional<std::string> text = section.Text("backoff");
  if (!text) return;
  const size_t dash = text->find('-');
  const Result<Duration> low = ParseDuration(text->substr(0, dash));
  const Result<Duration> high =
      dash == std::string::npos ? InvalidError("") : ParseDuration(text->substr(dash + 1));
  if (!low.ok() || !high.ok() || *low > *high || low->ns <= 0) {
    section.Complain("backoff",
                     fmt::format("'{}' is no value for 'backoff'; write the least and the "
                                 "greatest wait, for instance 100ms-2s",
                                 *text));
    return;
  }
  policy.backoff_min = *low;
  policy.backoff_max = *high;
}

/// `keys: {shared: pool, count: 30, ops: [put, put_if, increment]}`
std::optional<SharedKeysSpec> ReadSharedKeys(Section section) {
  if (!section.present()) return std::nullopt;
  SharedKeysSpec keys;
  section.Require("shared", "the name of the pool, for instance `shared: pool`");
  section.Require("count", "how many keys the pool has, for instance `count: 30`");
  keys.pool = section.Text("shared").value_or("");
  keys.count = static_cast<int>(section.Integer("count", 1, kMaxSharedKeys).value_or(1));
  const json::Value* ops = section.Raw("ops");
  if (ops == nullptr) keys.ops = {Op::kPut};
  if (ops != nullptr && ops->is_array())
    for (const json::Value& name : ops->as_array())
      if (const auto op = name.is_string() ? ParseOp(name.as_string()) : std::nullopt)
        if (op == Op::kPut || op == Op::kPutIf || op == Op::kIncrement) keys.ops.push_back(*op);
  if (keys.ops.empty() || (ops != nullptr && keys.ops.size() != ops->as_array().size())) {
    section.Complain("ops", "'ops' is a list; write put, put_if, increment or several of them");
    keys.ops = {Op::kPut};
  }
  section.Close();
  return keys;
}

/// A share that is not given is found by ShareOut.
CohortSpec ReadCohort(Section section, const WorldSpec& world) {
  CohortSpec cohort;
  section.Require("name", "for instance `name: browser`");
  cohort.policy.name = section.Text("name").value_or("");
  ReadDnsPolicy(section, cohort.policy);
  const auto connections = section.OneOf("connections", {"per-request", "keep-alive"});
  cohort.policy.connections = connections == "per-request" ? client::ConnectionPolicy::kPerRequest
                                                           : client::ConnectionPolicy::kKeepAlive;
  constexpr int kMaxAttempts = 10;
  cohort.policy.attempts =
      static_cast<int>(section.Integer("attempts", 1, kMaxAttempts).value_or(1));
  ReadBackoff(section, cohort.policy);
  cohort.counted = section.YesNo("counted").value_or(true);
  cohort.clients =
      static_cast<int>(section.Integer("clients", 1, kMaxClients).value_or(cohort.clients));
  cohort.share = section.Percent("share").value_or(-1);
  if (const auto lifetime = section.Time("lifetime")) {
    cohort.policy.lifetime = *lifetime;
    if (connections == "per-request" || lifetime->ns <= 0)
      section.Complain("lifetime",
                       "'lifetime' is how long a connection is kept; write it beside "
                       "`connections: keep-alive`, for instance 10m");
  }
  cohort.shared = ReadSharedKeys(section.Sub("keys"));
  cohort.via = section.Text("via").value_or("");
  if (!cohort.via.empty()) CheckRegionName(section, "via", cohort.via, world);
  section.Close();
  return cohort;
}

void ReadRecovered(Section section, Scenario& out) {
  RecoveryRule& rule = out.recovered;
  rule.window = section.Time("window").value_or(rule.window);
  rule.success = section.Percent("success").value_or(rule.success);
  Section bucket = section.Sub("bucket");
  rule.bucket = bucket.Time("size").value_or(rule.bucket);
  rule.bucket_success = bucket.Percent("success").value_or(rule.bucket_success);
  bucket.Close();
  rule.p99 = section.Time("p99").value_or(rule.p99);
  CheckWindow(section, rule);
  section.Close();
}

Command ReadCommand(Section& section, std::string_view key, std::string name) {
  Command command;
  command.name = std::move(name);
  command.run = section.Text(key).value_or("");
  command.timeout = section.Time("timeout").value_or(kDefaultSetupTimeout);
  if (command.timeout.ns <= 0)
    section.Complain("timeout", "a command needs time; write for instance `timeout: 10m`");
  return command;
}

void ReadDecision(Section section, Scenario& out) {
  DecisionSpec& d = out.decision;
  const std::string by =
      section.OneOf("by", {"health-check", "operator", "prompt"}).value_or("health-check");
  if (by == "health-check") {
    section.Close();
    return;
  }
  d.by = by == "prompt" ? DecisionSpec::By::kPrompt : DecisionSpec::By::kOperator;
  if (by == "prompt") {
    d.blind = section.YesNo("blind").value_or(true);
  } else {
    section.Require("reaction", "for instance `reaction: 5m`");
    section.Require("run", "for instance `run: ./failover.sh`");
    d.reaction = section.Time("reaction").value_or(Duration{});
    Section detect = section.Sub("detect");
    d.first_failures = detect.Time("first-failures");
    detect.Close();
  }
  if (section.Raw("run") != nullptr) d.run = ReadCommand(section, "run", "failover");
  if (section.Raw("ready") != nullptr) d.ready = ReadCommand(section, "ready", "ready");
  section.Close();
}

void ReadFailback(Section section, Scenario& out) {
  FailbackSpec& f = out.failback;
  const std::string by =
      section.OneOf("by", {"health-check", "operator", "prompt", "none"}).value_or("health-check");
  out.failback_watch = section.Time("watch").value_or(out.failback_watch);
  if (by == "none") f.by = FailbackSpec::By::kNone;
  if (by != "operator" && by != "prompt") {
    section.Close();
    return;
  }
  f.by = by == "prompt" ? FailbackSpec::By::kPrompt : FailbackSpec::By::kOperator;
  if (by == "operator") section.Require("run", "for instance `run: ./failback.sh`");
  if (section.Raw("run") != nullptr) f.run = ReadCommand(section, "run", "failback");
  if (const json::Value* when = section.Raw("when")) {
    const json::Array* list = when->if_array();
    bool known = list != nullptr;
    for (const json::Value& condition : list == nullptr ? json::Array{} : *list)
      known = known && condition.is_string() &&
              (condition.as_string() == "lag-zero" || condition.as_string() == "digests-equal");
    if (!known)
      section.Complain("when", "'when' is a list; write lag-zero, digests-equal or both of them");
    f.when_equal = list != nullptr && !list->empty();
  }
  section.Close();
}

BackgroundSpec ReadBackground(Section section) {
  BackgroundSpec spec;
  section.Require("run", "for instance `run: ./backup.sh`");
  section.Require("every", "for instance `every: 60s`");
  spec.command = ReadCommand(section, "run", "background");
  spec.every = section.Time("every").value_or(Duration::Seconds(1));
  if (spec.every < Duration::Seconds(1))
    section.Complain("every", "write one second at least, for instance `every: 60s`");
  section.Close();
  return spec;
}

void ReadExpect(Section section, Scenario& out) {
  for (const std::string_view key : {"resurrected", "duplicates", "ghosts", "overwritten", "lost",
                                     "stale", "read-your-writes", "non-monotonic"})
    if (const auto limit = section.Integer(key, 0, INT64_MAX))
      out.expect[std::string(key)] = *limit;
  section.Close();
}

void ReadReport(Section section, Scenario& out) {
  out.report.function = section.Text("function").value_or("");
  out.report.criticality = section.Text("criticality").value_or("");
  out.report.people_file = section.Text("people").value_or("");
  section.Close();
}

void ReadRest(Section& root, Scenario& out) {
  ReadReport(root.Sub("report"), out);
  Section baseline = root.Sub("baseline");
  out.baseline = baseline.Time("for").value_or(Duration::Seconds(60));
  out.baseline_success = baseline.Percent("success").value_or(out.baseline_success);
  baseline.Close();
  ReadDecision(root.Sub("decision"), out);
  ReadFailback(root.Sub("failback"), out);
  for (Section& entry : root.List("background", kMaxBackground))
    out.background.push_back(ReadBackground(entry));
  out.preflight_reports = root.OneOf("preflight", {"stop", "report"}) == "report";
  Section repeat = root.Sub("repeat");
  out.runs = static_cast<int>(repeat.Integer("runs", 1, kMaxRuns).value_or(1));
  repeat.OneOf("verdict", {"worst"});
  repeat.Close();
  out.observe_for = root.Time("observe_for").value_or(out.observe_for);
  out.early_verdict = root.YesNo("early_verdict").value_or(true);
}

void ReadRoot(Section& root, Scenario& out) {
  root.Require("lifeboat", "`lifeboat: 1`");
  root.Integer("lifeboat", 1, 1);
  for (const auto& [key, instead] :
       {std::pair("name", "for instance `name: warm-standby`"),
        std::pair("world", "for instance `world: {regions: [us-east-1, us-west-2]}`"),
        std::pair("objectives", "for instance `objectives: {rpo: 15m, rto: 30m}`"),
        std::pair("target",
                  "for instance `target: {url: https://api.example.com, requests: ..., item: "
                  "...}`; docs/your-api.md shows one"),
        std::pair("clients", "at least one client cohort"),
        std::pair("faults", "at least one fault")})
    root.Require(key, instead);
  out.name = root.Text("name").value_or("");
  out.strategy =
      root.OneOf("strategy", {"backup-restore", "pilot-light", "warm-standby", "multi-site"})
          .value_or("warm-standby");
  if (out.strategy == "backup-restore") {
    root.Complain("strategy",
                  "'backup-restore' is not supported by Lifeboat yet: there are no backups to "
                  "restore; write pilot-light, warm-standby or multi-site");
  }
  ReadWorld(root.Sub("world"), out);
  ReadObjectives(root.Sub("objectives"), out);
  ReadAssumptions(root.Sub("assume"), out);
  ReadSetup(root.Sub("setup"), out);
  ReadTarget(root.Sub("target"), out);
  ReadWorkload(root.Sub("workload"), out);
  for (Section& cohort : root.List("clients", kMaxCohorts))
    out.cohorts.push_back(ReadCohort(cohort, out.world));
  ShareOut(root, out.cohorts);
  for (Section& fault : root.List("faults", kMaxFaults)) ReadFault(fault, out.world, out.faults);
  ReadRecovered(root.Sub("recovered_when"), out);
  ReadExpect(root.Sub("expect"), out);
  ReadRest(root, out);
  root.Close();
}

}  // namespace

bool Scenario::takes_region() const {
  return std::any_of(faults.begin(), faults.end(),
                     [](const FaultSpec& fault) { return fault::TakesRegion(fault.what); });
}

bool Scenario::has_second_outage() const {
  return std::any_of(faults.begin(), faults.end(),
                     [](const FaultSpec& fault) { return fault.after_failback; });
}

std::string Scenario::lost_region() const {
  const auto early = [](const FaultSpec& fault) { return !fault.after_failback; };
  for (const FaultSpec& fault : faults)
    if (early(fault) && fault::TakesRegion(fault.what)) return fault.what.region();
  const auto found = std::find_if(faults.begin(), faults.end(), early);
  const fault::Fault& first = (found == faults.end() ? faults.front() : *found).what;
  return first.region().empty() ? std::string(first.from()) : first.region();
}

const http::Url& Scenario::UrlOf(const std::string& region) const {
  const auto own = api.regional.find(region);
  return own == api.regional.end() ? target : own->second;
}

std::vector<std::string> Scenario::survivors() const {
  std::vector<std::string> out;
  for (const std::string& region : world.regions)
    if (region != lost_region()) out.push_back(region);
  return out;
}

Result<Scenario> ParseScenario(std::string_view text, const std::string& file) {
  const Result<json::YamlDocument> document = json::ParseYaml(text);
  if (!document.ok()) return InvalidError(fmt::format("{}:{}", file, document.error().message));
  Complaints complaints(*document, file);
  Scenario scenario;
  Section root(&document->value, "", complaints);
  if (root.present()) {
    ReadRoot(root, scenario);
    CheckTogether(root, scenario);
    CheckExternal(root, scenario);
  }
  if (!complaints.empty()) return InvalidError(complaints.Text());
  scenario.digest = Sha256Hex(text);
  return scenario;
}

Result<json::Value> ParsePeople(std::string_view text, const std::string& file) {
  const Result<json::YamlDocument> document = json::ParseYaml(text);
  if (!document.ok()) return InvalidError(fmt::format("{}:{}", file, document.error().message));
  Complaints complaints(*document, file);
  Section root(&document->value, "", complaints);
  if (root.present())
    for (const std::string& role : root.Keys()) root.Text(role);
  if (!complaints.empty()) return InvalidError(complaints.Text());
  return document->value;
}

}  // namespace lifeboat::drill
