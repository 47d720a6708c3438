// What must hold before a region is taken away, so that what the drill finds is the outage's doing.
#include "client/lifeline.h"
#include "drill/attempt_ids.h"
#include "drill/dns_watch.h"
#include "drill/phases/phases.h"
#include "drill/standby_watch.h"
#include "drill/target_api/known_items.h"
#include "drill/waiting.h"
#include "drill/workload.h"

namespace lifeboat::drill {
namespace {

constexpr Duration kLimit = Duration::Seconds(30);

/// A write, a read and a delete through one standby's own name, or the public one at its address.
class StandbyTrial {
 public:
  StandbyTrial(const Setting& setting, const std::string& region, AttemptIds& ids)
      : setting_(setting),
        region_(region),
        url_(setting.scenario.UrlOf(region)),
        items_(setting.scenario.api),
        key_(fmt::format("preflight-{}{}", setting.key_prefix, region)),
        ids_(ids),
        resolver_(setting.host.dialer, setting.host.clock, {}, {}),
        session_(setting.host.dialer, setting.host.clock, resolver_, setting.places,
                 client::ConnectionPolicy::kKeepAlive) {
    resolver_.Pin(setting.places.Find(region)->address);
  }
  void Start() { Send(Op::kCreate); }
  bool done() const { return done_; }
  const std::string& region() const { return region_; }
  /// Empty when all went well.
  const std::string& trouble() const { return trouble_; }

 private:
  void Send(Op op) {
    PlannedRequest request;
    request.op = op;
    request.key = key_;
    request.seq = op == Op::kCreate ? 1 : op == Op::kDelete ? 2 : 0;
    const int64_t sent = setting_.Micros();
    session_.Send(url_,
                  MakeRequest(setting_.scenario.api, url_, op, items_.Values(key_, request.seq),
                              setting_.options.headers),
                  setting_.scenario.workload.timeout,
                  lifeline_.Guard([this, request, sent](const client::Exchange& exchange) {
                    OnAnswer(request, sent, exchange);
                  }));
  }

  void OnAnswer(const PlannedRequest& request, int64_t sent, const client::Exchange& exchange) {
    const Attempt a = Note(request, sent, exchange);
    if (a.outcome != Outcome::kAcknowledged && trouble_.empty())
      trouble_ = fmt::format("{} {}: {}", request.key, ToString(request.op),
                             a.status == 0 ? a.error : fmt::format("status {}", a.status));
    if (request.op == Op::kGet && trouble_.empty() && a.seen != 1)
      trouble_ = "what was written can't be read";
    if (!items_.HasId(key_)) {
      if (trouble_.empty()) trouble_ = "the answer to a create has no id where `target.id` says";
      done_ = true;
      return;
    }
    if (request.op == Op::kCreate && trouble_.empty()) return Send(Op::kGet);
    // The key is taken away again, also when something went wrong on the way.
    if (request.op != Op::kDelete) return Send(Op::kDelete);
    done_ = true;
  }

  Attempt Note(const PlannedRequest& request, int64_t sent, const client::Exchange& exchange) {
    Attempt a;
    a.id = ids_.Next();
    a.cohort = kPreflightCohort;
    a.op = request.op;
    a.key = request.key;
    a.seq = request.seq;
    a.scheduled = a.sent = sent;
    a.done = setting_.Micros();
    a.region = region_;
    a.outcome = Classify(exchange);
    a.error = exchange.response ? "" : exchange.error.message;
    AnswerFacts facts;
    if (exchange.response) {
      a.status = exchange.response->status;
      if (a.outcome == Outcome::kAcknowledged)
        facts = ReadAnswer(setting_.scenario.api, exchange.response->body);
    }
    if (a.op == Op::kGet)
      a.seen = facts.seq;
    else
      items_.OnWrite(key_, a.outcome == Outcome::kAcknowledged, facts, setting_.Now());
    setting_.journal.Note(a);
    return a;
  }

  const Setting& setting_;
  const std::string region_;
  const http::Url& url_;
  KnownItems items_;
  const std::string key_;
  AttemptIds& ids_;
  client::Resolver resolver_;
  client::HttpSession session_;
  bool done_ = false;
  std::string trouble_;
  client::Lifeline lifeline_;
};

class Preflight final : public Phase {
 public:
  Preflight(const Setting& setting, const PreflightParts& parts)
      : setting_(setting),
        parts_(parts),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "preflight"; }

  void Start(Done done) override {
    parts_.dns.Start();
    if (StandbyServes())
      for (const std::string& region : setting_.scenario.survivors()) {
        trials_.push_back(std::make_unique<StandbyTrial>(setting_, region, parts_.ids));
        trials_.back()->Start();
      }
    waiting_.Start({[this] { return Complete(); }, [] { return "the pre-flight"; }, kLimit,
                    Duration::Millis(100)},
                   [this, done](bool) { End(done); });
  }

 private:
  /// With the other strategies the standby serves nobody before the failover.
  bool StandbyServes() const {
    return setting_.scenario.strategy == "warm-standby" ||
           setting_.scenario.strategy == "multi-site";
  }

  bool Complete() const {
    const bool tried = std::all_of(trials_.begin(), trials_.end(),
                                   [](const auto& trial) { return trial->done(); });
    return tried && parts_.dns.all_answer();
  }

  void End(const Done& done) {
    Note("names", "", parts_.dns.all_answer(),
         parts_.dns.all_answer() ? "every server answers with an address"
                                 : "a server gave no address for " + setting_.scenario.target.host);
    if (StandbyServes()) {
      for (const std::string& region : setting_.scenario.survivors())
        Note("health-checks", region, !parts_.standby.IsRed(region),
             parts_.standby.IsRed(region) ? "its health check is red" : "none is red");
      for (const auto& trial : trials_)
        Note("standby-serves", trial->region(), trial->done() && trial->trouble().empty(),
             !trial->done()             ? "no end of the trial requests"
             : trial->trouble().empty() ? "a write, a read and a delete through its own address"
                                        : trial->trouble());
    }
    if (failures_.empty() || setting_.scenario.preflight_reports) return done({});
    done(Error{ErrorCode::kUnavailable, "pre-flight: " + failures_});
  }

  void Note(const std::string& check, const std::string& region, bool ok,
            const std::string& detail) {
    PreflightLine line;
    line.check = check;
    line.region = region;
    line.ok = ok;
    line.detail = detail;
    setting_.journal.Note(line);
    if (ok) return;
    failures_ += fmt::format("{}{}{}{}", failures_.empty() ? "" : "; ", region,
                             region.empty() ? "" : ": ", detail);
  }

  const Setting& setting_;
  PreflightParts parts_;
  Waiting waiting_;
  std::vector<std::unique_ptr<StandbyTrial>> trials_;
  std::string failures_;
};

}  // namespace

std::unique_ptr<Phase> NewPreflight(const Setting& setting, const PreflightParts& parts) {
  return std::make_unique<Preflight>(setting, parts);
}

}  // namespace lifeboat::drill
