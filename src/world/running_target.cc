#include "world/running_target.h"

#include <fmt/format.h>

#include "net/dialer.h"
#include "net/files.h"
#include "net/http_client.h"
#include "world/data_folder.h"
#include "world/fault_desk.h"
#include "world/world_stage.h"

namespace lifeboat::world {
namespace {

constexpr size_t kMaxWorldFile = 1 << 20;
/// Starting a region is the longest thing that is asked of a supervisor.
constexpr Duration kOrderTimeout = Duration::Seconds(60);

/// Faults by the control API, which gives them ids of its own.
class ControlFaults final : public drill::FaultInjector {
 public:
  explicit ControlFaults(net::EventLoop& loop)
      : loop_(loop), dialer_(*net::Dialer::New(loop, "")), http_(loop, *dialer_) {}

  void Use(const Config& config, std::string token) {
    endpoint_ = {config.edge_address, config.edge_port, false, ""};
    token_ = std::move(token);
  }

  Status Supports(const fault::Fault& fault) const override { return FaultDesk::Supports(fault); }

  void Apply(const fault::Fault& fault, Confirmed done) override {
    json::Value body = fault::ToJson(fault, loop_.clock().Now());
    body.if_object()->Erase("id");
    const auto old = ids_.find(fault.id);
    auto inject = [this, id = fault.id, body = json::Write(body), done = std::move(done)] {
      Call("POST", "", body, [this, id, done](Result<json::Value> answer) {
        if (!answer) return done(answer.error());
        ids_[id] = answer->GetString("id");
        done(answer->GetString("confirmed_by"));
      });
    };
    if (old == ids_.end()) return inject();
    Call("DELETE", "/" + old->second, "", [inject](const Result<json::Value>&) { inject(); });
  }

  void Lift(const fault::Fault& fault, Confirmed done) override {
    const auto id = ids_.find(fault.id);
    if (id == ids_.end())
      return loop_.Post([done = std::move(done)] { done(std::string("it was not in force")); });
    Call("DELETE", "/" + id->second, "", [done = std::move(done)](Result<json::Value> answer) {
      if (!answer) return done(answer.error());
      done(std::string("the world has seen its end"));
    });
    ids_.erase(id);
  }

 private:
  void Call(const char* method, const std::string& id, std::string body,
            std::function<void(Result<json::Value>)> done) {
    http::Request request;
    request.method = method;
    request.target = "/_lifeboat/faults" + id;
    request.headers.Add("Host", fmt::format("{}:{}", endpoint_.address, endpoint_.port));
    request.headers.Add("Authorization", "Bearer " + token_);
    request.body = std::move(body);
    http_.Call(endpoint_, std::move(request), kOrderTimeout,
               [done = std::move(done)](Result<http::Response> answer) {
                 if (!answer) return done(answer.error());
                 auto value = json::Parse(answer->body.empty() ? "{}" : answer->body);
                 if (!value) return done(value.error());
                 // A region that was started by hand has ended the fault that killed it.
                 constexpr int kNotFound = 404, kRefused = 400;
                 if (answer->status == kNotFound) return done(json::Value());
                 if (answer->status >= kRefused)
                   return done(InvalidError(value->GetString("message")));
                 done(*std::move(value));
               });
  }

  net::EventLoop& loop_;
  std::unique_ptr<net::Dialer> dialer_;
  net::HttpClient http_;
  client::Endpoint endpoint_;
  std::string token_;
  std::map<std::string, std::string> ids_;  ///< The world's, by the drill's.
};

class RunningTarget final : public WorldStage {
 public:
  RunningTarget(net::EventLoop& loop, DrillWorldOptions options)
      : WorldStage(loop, std::move(options)), loop_(loop), faults_(loop) {}

  void Open(const drill::WorldSpec& spec, std::function<void(Result<drill::World>)> done) override {
    const Status taken = Take(spec);
    loop_.Post([this, taken, done = std::move(done)] {
      if (!taken) return done(taken.error());
      done(Describe());
    });
  }
  drill::FaultInjector& faults() override { return faults_; }
  Result<std::string> TrustedCertificates() override {
    auto pem = net::ReadFile(options().data_dir + "/ca/ca.pem", kMaxWorldFile);
    return pem ? pem : Result<std::string>(NotUp());
  }
  void Close(std::function<void()> done) override {
    Stop();
    loop_.Post(std::move(done));
  }

 private:
  Error NotUp() const {
    const std::string& folder = options().data_dir;
    return {ErrorCode::kUnavailable,
            fmt::format("no world runs in {0}; start one with `lifeboat up --data-dir {0}`, or "
                        "name its folder with --data-dir",
                        folder)};
  }

  Status Take(const drill::WorldSpec& spec) {
    const std::string& folder = options().data_dir;
    if (!FindSupervisor(folder)) return NotUp();
    const std::string path = folder + "/world.json";
    const auto text = net::ReadFile(path, kMaxWorldFile);
    if (!text) return text.error();
    auto found = ParseConfig(*text, path);
    if (!found) return found.error();
    if (found->era != spec.era)
      return InvalidError(fmt::format("the world in {} has era {}; write `era: {}`", folder,
                                      found->era, found->era));
    auto token = ReadToken(folder);
    if (!token) return token.error();
    Use(*std::move(found));
    faults_.Use(config(), *std::move(token));
    return {};
  }

  net::EventLoop& loop_;
  ControlFaults faults_;
};

}  // namespace

std::unique_ptr<DrillWorld> NewRunningTarget(net::EventLoop& loop, DrillWorldOptions options) {
  return std::make_unique<RunningTarget>(loop, std::move(options));
}

}  // namespace lifeboat::world
