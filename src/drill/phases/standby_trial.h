// What the pre-flight tries at a standby, before the fault.
#pragma once

#include <memory>
#include <string>

#include "client/aws_client.h"
#include "client/lifeline.h"
#include "drill/attempt_ids.h"
#include "drill/region_contents.h"
#include "drill/setting.h"
#include "drill/target_api/known_items.h"
#include "drill/workload.h"

namespace lifeboat::drill {

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
  /// All requests have ended.
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

/// Whether the standby's table is there and ACTIVE, by DescribeTable.
class TableTrial {
 public:
  TableTrial(const Setting& setting, const std::string& region)
      : region_(region), client_(TableClient(setting, region)) {}
  void Start(const std::string& table, Duration timeout) {
    client_->DynamoDb("DescribeTable", json::Object{{"TableName", table}}, timeout,
                      lifeline_.Guard([this](const auto& answer) {
                        done_ = true;
                        if (!answer.ok()) {
                          trouble_ = fmt::format("its table can't be described: {}",
                                                 answer.error().message);
                          return;
                        }
                        const json::Value* table = answer->Find("Table");
                        const std::string status = table ? table->GetString("TableStatus") : "";
                        if (status != "ACTIVE") trouble_ = "its table is " + status;
                      }));
  }
  bool done() const { return done_; }
  const std::string& region() const { return region_; }
  /// Empty when all went well.
  const std::string& trouble() const { return trouble_; }

 private:
  const std::string region_;
  std::unique_ptr<client::AwsClient> client_;
  bool done_ = false;
  std::string trouble_;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
