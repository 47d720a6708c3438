// A world for the tests of this folder: services that are scripted, time that stands still until
// it is moved, and a region process that can crash at any moment.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "cloudformation/aws_caller.h"
#include "cloudformation/service.h"
#include "storage/memory_engine.h"

namespace lifeboat::cloudformation {

/// Runs what is due when the clock is moved.
class ManualScheduler final : public Scheduler {
 public:
  explicit ManualScheduler(ManualClock& clock) : clock_(clock) {}
  void After(Duration delay, std::function<void()> task) override {
    tasks_.emplace(clock_.Now() + delay, std::move(task));
  }
  /// Moves the clock to the next task and runs it; false when there is none.
  bool RunNext() {
    if (tasks_.empty()) return false;
    const auto first = tasks_.begin();
    const std::function<void()> task = std::move(first->second);
    if (first->first > clock_.Now()) clock_.Advance(first->first - clock_.Now());
    tasks_.erase(first);
    task();
    return true;
  }
  void Clear() { tasks_.clear(); }

 private:
  ManualClock& clock_;
  std::multimap<Instant, std::function<void()>> tasks_;
};

struct RecordedCall {
  std::string service;
  std::string region;
  std::string action;  ///< `POST /restapis`, or the name of a target or Query action.
  http::Request request;
};

/// Answers calls from a table by `service action`; the longest prefix that matches counts. Answers
/// are given when Deliver() runs, never inside the call.
class FakeAws final : public AwsCaller {
 public:
  using Handler = std::function<Result<http::Response>(const RecordedCall&)>;

  void On(std::string prefix, Handler handler) {
    handlers_[std::move(prefix)] = std::move(handler);
  }
  void On(std::string prefix, int status, std::string body) {
    On(std::move(prefix), [status, body = std::move(body)](const RecordedCall&) {
      http::Response response{.status = status, .body = body};
      return Result<http::Response>(response);
    });
  }
  void Call(std::string_view service, std::string_view region, http::Request request,
            std::function<void(Result<http::Response>)> done) override {
    RecordedCall call{std::string(service), std::string(region), ActionOf(request), request};
    calls.push_back(call);
    pending_.emplace_back(std::move(call), std::move(done));
  }
  bool Deliver() {
    if (pending_.empty()) return false;
    auto [call, done] = std::move(pending_.front());
    pending_.erase(pending_.begin());
    done(Answer(call));
    return true;
  }
  size_t Count(std::string_view prefix) const {
    size_t count = 0;
    for (const RecordedCall& call : calls) {
      count += (call.service + " " + call.action).starts_with(prefix);
    }
    return count;
  }
  const RecordedCall* Last(std::string_view prefix) const {
    for (size_t i = calls.size(); i > 0; --i) {
      const RecordedCall& call = calls[i - 1];
      if ((call.service + " " + call.action).starts_with(prefix)) return &call;
    }
    return nullptr;
  }
  void DropPending() { pending_.clear(); }

  std::vector<RecordedCall> calls;

 private:
  static std::string ActionOf(const http::Request& request) {
    const std::string_view target = request.headers.Get("X-Amz-Target");
    if (!target.empty()) return std::string(target.substr(target.find('.') + 1));
    const std::string action(http::Params::Parse(request.body).Get("Action"));
    return !action.empty() ? action : request.method + " " + request.target;
  }
  Result<http::Response> Answer(const RecordedCall& call) const {
    const std::string name = call.service + " " + call.action;
    const Handler* best = nullptr;
    size_t length = 0;
    for (const auto& [prefix, handler] : handlers_) {
      if (!name.starts_with(prefix) || prefix.size() < length) continue;
      best = &handler;
      length = prefix.size();
    }
    if (best) return (*best)(call);
    return http::Response{.status = 400,
                          .body = R"({"__type":"Unscripted","message":")" + name + "\"}"};
  }

  std::map<std::string, Handler> handlers_;
  std::vector<std::pair<RecordedCall, std::function<void(Result<http::Response>)>>> pending_;
};

/// One region with CloudFormation in it.
class TestWorld {
 public:
  explicit TestWorld(std::string region = "us-west-2")
      : region_(std::move(region)),
        scheduler(clock),
        committer(std::make_unique<storage::ManualCommitter>(engine)) {
    Start();
  }

  /// The answer's body; runs nothing but the commit that the answer waits for.
  std::string Send(const std::vector<std::pair<std::string, std::string>>& params) {
    http::Request request{.method = "POST"};
    for (const auto& [name, value] : params) {
      if (!request.body.empty()) request.body += '&';
      request.body += PercentEncode(name) + "=" + PercentEncode(value);
    }
    std::string body;
    service->Handle(request, [&](http::Response response) {
      last_status = response.status;
      body = std::move(response.body);
    });
    for (int i = 0; i < 100 && body.empty(); ++i) {
      committer->Flush();
      if (body.empty()) aws.Deliver();
    }
    return body;
  }

  /// One commit, one answer, or one task: false when nothing is left to do.
  bool Turn() {
    if (committer->waiting() > 0) {
      committer->Flush();
      return true;
    }
    return aws.Deliver() || scheduler.RunNext();
  }
  void Settle() {
    for (int turns = 0; Turn(); ++turns) {
      Check(turns < 100'000, "the world settles");
    }
  }
  /// The process ends: what was not committed, every answer under way and every task is lost.
  void Crash() {
    service.reset();
    committer = std::make_unique<storage::ManualCommitter>(engine);
    aws.DropPending();
    scheduler.Clear();
  }
  void Start() {
    auto opened =
        Service::Open({region_, "000000000000"}, {engine, *committer, clock, scheduler, prng, aws});
    Check(opened.ok(), "the stored stacks are read back");
    service = std::move(*opened);
    service->Resume();
  }

 private:
  std::string region_;

 public:
  storage::MemoryEngine engine;
  ManualClock clock;
  ManualScheduler scheduler;
  std::unique_ptr<storage::ManualCommitter> committer;
  Prng prng{7};
  FakeAws aws;
  std::unique_ptr<Service> service;
  int last_status = 0;
};

/// The text between the first `<name>` and its end; empty when there is none.
inline std::string Between(const std::string& xml, const std::string& name) {
  const size_t begin = xml.find("<" + name + ">");
  if (begin == std::string::npos) return "";
  const size_t from = begin + name.size() + 2;
  return xml.substr(from, xml.find("</" + name + ">", from) - from);
}

}  // namespace lifeboat::cloudformation
