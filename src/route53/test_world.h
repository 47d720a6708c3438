// What the tests of this folder share: a Service over the memory engine, and requests as text.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/prng.h"
#include "route53/service.h"
#include "route53/snapshot.h"
#include "route53/xml_element.h"
#include "storage/memory_engine.h"

namespace lifeboat::route53 {

/// Keeps tasks until a test lets time pass.
class ManualScheduler final : public Scheduler {
 public:
  void After(Duration delay, std::function<void()> task) override {
    tasks_.emplace_back(now_ + delay, std::move(task));
  }
  void Advance(Duration span) {
    now_ = now_ + span;
    std::vector<std::pair<Instant, std::function<void()>>> tasks;
    tasks.swap(tasks_);
    for (auto& [due, task] : tasks) {
      if (due <= now_) {
        task();
      } else {
        tasks_.emplace_back(due, std::move(task));
      }
    }
  }

 private:
  Instant now_;
  std::vector<std::pair<Instant, std::function<void()>>> tasks_;
};

struct TestWorld {
  TestWorld() { Reopen(); }

  /// Starts anew; the name server says that it holds nothing, so that changes are taken.
  void Reopen() {
    Start();
    Poll({});
  }
  /// Starts anew; no name server has said anything yet.
  void Start() {
    service.reset();
    service = Service::Open({}, {engine, committer, clock, scheduler, prng}).value();
    committer.Flush();
  }

  /// All that the disk holds, and a disk that holds it.
  storage::WriteBatch Image() const {
    storage::WriteBatch image;
    const auto it = engine.NewIterator(storage::Space::kMeta, "", "");
    for (it->Seek(""); it->Valid(); it->Next())
      image.Put(storage::Space::kMeta, std::string(it->key()), std::string(it->value()));
    return image;
  }
  void PutBack(storage::WriteBatch image) {
    storage::WriteBatch batch;
    batch.DeleteRange(storage::Space::kMeta, "", "\xff");
    batch.Append(std::move(image));
    EXPECT_TRUE(engine.Write(batch).ok());
  }

  /// Sends a request and lets its batch reach the disk.
  http::Response Send(std::string method, std::string path, std::string body = "") {
    http::Request request;
    request.method = std::move(method);
    request.target = "/2013-04-01" + path;
    request.body = std::move(body);
    std::optional<http::Response> answer;
    service->Handle(request, [&](http::Response response) { answer = std::move(response); });
    committer.Flush();
    return answer.value_or(http::Response{.status = 0});
  }

  /// Sends a poll of the name server; nullopt while it waits.
  std::shared_ptr<std::optional<http::Response>> Poll(const Held& held,
                                                      const std::string& server = "nameserver") {
    http::Request request;
    request.target = "/_lifeboat/route53/snapshot?server=" + server + "&epoch=" + held.epoch +
                     "&generation=" + held.generation + "&applied=" + std::to_string(held.number) +
                     "&digest=" + held.digest + "&wait_ms=20000";
    return SendPeer(std::move(request));
  }
  /// The name server gives back the snapshot `bytes`.
  http::Response GiveBack(const std::string& bytes, const std::string& server = "nameserver") {
    http::Request request;
    request.method = "POST";
    request.target = "/_lifeboat/route53/copy?server=" + server;
    request.body = bytes;
    return SendPeer(std::move(request))->value_or(http::Response{.status = 0});
  }
  std::shared_ptr<std::optional<http::Response>> SendPeer(const http::Request& request) {
    auto answer = std::make_shared<std::optional<http::Response>>();
    service->HandlePeer(request, [answer](http::Response response) { *answer = response; });
    committer.Flush();
    return answer;
  }

  /// Creates a zone and returns its id.
  std::string CreateZone(const std::string& name, const std::string& reference = "ref") {
    const http::Response response =
        Send("POST", "/hostedzone",
             "<CreateHostedZoneRequest><Name>" + name + "</Name><CallerReference>" + reference +
                 "</CallerReference></CreateHostedZoneRequest>");
    return TextAt(response, {"HostedZone", "Id"}).substr(std::string("/hostedzone/").size());
  }

  http::Response Change(const std::string& zone, const std::string& changes) {
    return Send("POST", "/hostedzone/" + zone + "/rrset/",
                "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/"
                "2013-04-01/\"><ChangeBatch><Changes>" +
                    changes + "</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>");
  }

  /// Text below the root element of an answer.
  static std::string TextAt(const http::Response& response, std::vector<std::string> path) {
    const size_t start = response.body.find('<', response.body.find("?>"));
    const size_t end = response.body.find_first_of(" >", start);
    const auto root = ParseXml(response.body, response.body.substr(start + 1, end - start - 1));
    if (!root.ok()) return "not XML: " + response.body;
    const XmlElement* at = &*root;
    for (const std::string& name : path) {
      at = at->Find(name);
      if (at == nullptr) return "";
    }
    return at->text;
  }
  static std::string Code(const http::Response& response) {
    return TextAt(response, {"Error", "Code"});
  }
  static std::string Message(const http::Response& response) {
    return TextAt(response, {"Error", "Message"});
  }

  storage::MemoryEngine engine;
  storage::ManualCommitter committer{engine};
  ManualClock clock;
  ManualScheduler scheduler;
  Prng prng{1};
  std::unique_ptr<Service> service;
};

/// One Change of plain records.
inline std::string RecordChange(const std::string& action, const std::string& name,
                                const std::string& type, const std::vector<std::string>& values,
                                const std::string& extra = "") {
  std::string records;
  for (const std::string& value : values)
    records += "<ResourceRecord><Value>" + value + "</Value></ResourceRecord>";
  return "<Change><Action>" + action + "</Action><ResourceRecordSet><Name>" + name +
         "</Name><Type>" + type + "</Type>" + extra + "<TTL>60</TTL><ResourceRecords>" + records +
         "</ResourceRecords></ResourceRecordSet></Change>";
}
inline std::string AliasChange(const std::string& action, const std::string& name,
                               const std::string& zone_id, const std::string& target,
                               const std::string& extra = "", const std::string& type = "A") {
  return "<Change><Action>" + action + "</Action><ResourceRecordSet><Name>" + name +
         "</Name><Type>" + type + "</Type>" + extra + "<AliasTarget><HostedZoneId>" + zone_id +
         "</HostedZoneId><DNSName>" + target +
         "</DNSName><EvaluateTargetHealth>true</EvaluateTargetHealth></AliasTarget>"
         "</ResourceRecordSet></Change>";
}
inline std::string FailoverFields(const std::string& identifier, const std::string& role,
                                  const std::string& check = "") {
  return "<SetIdentifier>" + identifier + "</SetIdentifier><Failover>" + role + "</Failover>" +
         (check.empty() ? "" : "<HealthCheckId>" + check + "</HealthCheckId>");
}

}  // namespace lifeboat::route53
