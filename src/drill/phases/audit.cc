// The audit: every key that the run has written, or has tried to, is read on the survivor through
// the API and by ConsistentRead from the table, before the lost region comes back and mixes in.
#include <deque>

#include "base/bytes.h"
#include "client/aws_client.h"
#include "client/http_session.h"
#include "client/lifeline.h"
#include "drill/live_timeline.h"
#include "drill/phases/phases.h"
#include "drill/products.h"
#include "drill/workload.h"

namespace lifeboat::drill {
namespace {

constexpr int kAuditConcurrency = 16;
constexpr int kAuditTries = 4;
constexpr Duration kAuditTimeout = Duration::Seconds(5);
constexpr Duration kAuditRetryWait = Duration::Seconds(1);
constexpr Duration kAuditExpected = Duration::Minutes(5);  ///< For the progress line.
constexpr size_t kProgressEvery = 100;

class Audit final : public Phase {
 public:
  Audit(const Setting& setting, Workload& workload, LiveTimeline& timeline)
      : setting_(setting),
        workload_(workload),
        timeline_(timeline),
        survivor_(setting.scenario.survivors().front()),
        resolver_(setting.host.dialer, setting.host.clock, {}, {}),
        session_(setting.host.dialer, setting.host.clock, resolver_, setting.places,
                 client::ConnectionPolicy::kKeepAlive),
        table_(setting.host.dialer, setting.host.clock, setting.places, setting.world.credentials,
               survivor_) {
    resolver_.Pin(setting.places.Find(survivor_)->address);
  }
  std::string_view name() const override { return "audit"; }

  void Start(Done done) override {
    done_ = std::move(done);
    started_ = setting_.Now();
    AuditBeginLine begin;
    begin.region = survivor_;
    setting_.journal.Note(begin);
    for (const Workload::Key& key : workload_.keys()) {
      todo_.push_back({key.name, false, 0});
      todo_.push_back({key.name, true, 0});
      writes_ += key.last_seq;
    }
    all_ = todo_.size();
    if (todo_.empty()) return Finish();
    for (int i = 0; i < kAuditConcurrency; ++i) Next();
  }

 private:
  struct Item {
    std::string key;
    bool from_table = false;
    int tries = 0;
  };
  /// What one read found; an error when the key could not be read.
  struct Finding {
    std::optional<int64_t> seen;
    int status = 0;
    std::string error;
  };

  void Next() {
    if (todo_.empty()) return;
    Item item = std::move(todo_.front());
    todo_.pop_front();
    ++busy_;
    Read(std::move(item));
  }

  void Read(Item item) {
    ++item.tries;
    const int64_t asked = setting_.Micros();
    auto found =
        lifeline_.Guard([this, item, asked](Finding finding) { OnFinding(item, asked, finding); });
    if (item.from_table)
      ReadTable(item.key, std::move(found));
    else
      ReadApi(item.key, std::move(found));
  }

  template <class F>
  void ReadApi(const std::string& key, F found) {
    const PlannedRequest get{Op::kGet, 0, 0, key, 0};
    session_.Send(setting_.scenario.target, ProductRequest(setting_.scenario.target, get),
                  kAuditTimeout, [found](const client::Exchange& exchange) mutable {
                    if (!exchange.response) return found(Finding{{}, 0, exchange.error.message});
                    const http::Response& response = *exchange.response;
                    if (response.status == 404) return found(Finding{{}, 404, ""});
                    const auto seen = SequenceInProduct(response.body);
                    if (response.status == 200 && seen) return found(Finding{seen, 200, ""});
                    found(Finding{{},
                                  response.status,
                                  fmt::format("status {}{}", response.status,
                                              response.status == 200 ? " without drillSeq" : "")});
                  });
  }

  template <class F>
  void ReadTable(const std::string& key, F found) {
    json::Object input{{"TableName", setting_.scenario.table},
                       {"Key", json::Object{{"id", json::Object{{"S", key}}}}},
                       {"ConsistentRead", true}};
    table_.DynamoDb("GetItem", std::move(input), kAuditTimeout, [found](auto answer) mutable {
      if (!answer.ok())
        return found(
            Finding{{}, answer.error().status, answer.error().type + " " + answer.error().message});
      const json::Value* item = answer->Find("Item");
      if (item == nullptr) return found(Finding{{}, 200, ""});
      const auto product = ReadStoredProduct(*item);
      if (!product) return found(Finding{{}, 200, "the item has no drillSeq"});
      found(Finding{product->seq, 200, ""});
    });
  }

  void OnFinding(const Item& item, int64_t asked, const Finding& finding) {
    if (!finding.error.empty() && item.tries < kAuditTries) {
      setting_.host.scheduler.After(kAuditRetryWait, lifeline_.Guard([this, item] { Read(item); }));
      return;
    }
    AuditLine line;
    line.key = item.key;
    line.via = item.from_table ? "table" : "api";
    line.region = survivor_;
    line.asked = asked;
    line.seen = finding.seen;
    line.status = finding.status;
    line.error = finding.error;
    setting_.journal.Note(line);
    --busy_;
    if (todo_.size() % kProgressEvery == 0)
      setting_.host.display.Progress(
          fmt::format("the audit, {} of {} reads", all_ - todo_.size(), all_),
          setting_.Now() - started_, kAuditExpected);
    if (todo_.empty() && busy_ == 0) return Finish();
    Next();
  }

  void Finish() {
    AuditEndLine end;
    end.reads = static_cast<int64_t>(all_);
    setting_.journal.Note(end);
    timeline_.OnAudited(setting_.Micros(), writes_);
    workload_.ProvokeConflicts();
    done_({});
  }

  const Setting& setting_;
  Workload& workload_;
  LiveTimeline& timeline_;
  std::string survivor_;
  client::Resolver resolver_;
  client::HttpSession session_;
  client::AwsClient table_;
  std::deque<Item> todo_;
  size_t all_ = 0;
  int busy_ = 0;
  int64_t writes_ = 0;
  Instant started_;
  Done done_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewAudit(const Setting& setting, Workload& workload,
                                LiveTimeline& timeline) {
  return std::make_unique<Audit>(setting, workload, timeline);
}

}  // namespace lifeboat::drill
