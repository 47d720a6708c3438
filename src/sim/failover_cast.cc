#include "sim/failover_cast.h"

#include <algorithm>

#include "base/check.h"
#include "json/value.h"

namespace lifeboat::sim {
namespace {

using nameserver::Document;

std::optional<std::string> Stored(const Machine& machine, Document document) {
  const Result<std::optional<std::string>> bytes =
      machine.disk().engine().Get(storage::Space::kMeta, nameserver::DocumentName(document));
  return bytes.ok() ? *bytes : std::nullopt;
}

http::Response Plain(int status, std::string reason) {
  http::Response response;
  response.status = status;
  response.body = std::move(reason);
  return response;
}

/// What a prober makes of the end of its call.
health::ProbeOutcome ToOutcome(const Result<http::Response>& answer) {
  if (answer.ok()) return {.status = answer->status, .reason = "OK"};
  if (answer.error().code == ErrorCode::kUnavailable)
    return {.stage = health::ProbeStage::kConnect};
  return {.stage = health::ProbeStage::kTls, .timed_out = true};
}

/// A poll of a name server that holds nothing.
std::string Misheard(const std::string& target) {
  const std::string empty = "epoch=&generation=&applied=0&digest=";
  const size_t begin = target.find("epoch="), end = target.find("&wait_ms=");
  return target.substr(0, begin) + empty + target.substr(end);
}

/// The answer to a poll as a name server of version 0.1 understands it: whatever comes is built
/// upon what `held` says, and newer.
Result<http::Response> WithoutBase(Result<http::Response> answer, const json::Value& held) {
  if (!answer.ok() || answer->status != 200 || held.GetString("epoch").empty()) return answer;
  json::Value snapshot = json::Parse(answer->body).value();
  const auto number = static_cast<uint64_t>(
      std::max(held.Find("number")->as_int() + 1, snapshot.Find("number")->as_int()));
  const std::string content = json::Write(
      json::Object{{"zones", *snapshot.Find("zones")}, {"checks", *snapshot.Find("checks")}});
  json::Object& members = *snapshot.if_object();
  members.Set("number", number);
  members.Set("digest", route53::ContentDigest(snapshot.GetString("previous"), number, content));
  members.Set("base", json::Object{{"epoch", held.GetString("epoch")},
                                   {"generation", held.GetString("generation")},
                                   {"number", *held.Find("number")},
                                   {"digest", held.GetString("digest")}});
  answer->body = json::Write(snapshot);
  return answer;
}

}  // namespace

ProbedRegion::ProbedRegion(Machine& machine, bool hosts_control_plane, bool deaf) : deaf_(deaf) {
  if (!hosts_control_plane) return;
  auto service = route53::Service::Open(
      {}, {machine.disk().engine(), machine.disk(), machine, machine, machine.prng()});
  Check(service.ok(), "Route 53 reads back what it has stored");
  route53_ = *std::move(service);
}

void ProbedRegion::Handle(const http::Request& request, http::Reply reply) {
  if (!request.target.starts_with("/_lifeboat/")) return reply(Plain(200, "OK"));
  if (route53_ == nullptr) return reply(Plain(404, "no control plane here"));
  if (!deaf_) return route53_->HandlePeer(request, std::move(reply));
  http::Request misheard = request;
  const std::string ours = "&epoch=" + route53_->DescribeStatus().GetString("epoch") + "&";
  if (request.method == "GET" && request.target.find(ours) == std::string::npos)
    misheard.target = Misheard(request.target);
  route53_->HandlePeer(misheard, std::move(reply));
}

NameServerProcess::NameServerProcess(Machine& machine, Network& network,
                                     const nameserver::Config& config, Amnesia amnesia)
    : machine_(machine),
      network_(network),
      config_(config),
      forgets_base_(amnesia.base),
      server_(config, machine.prng().Fork()) {
  server_.Start(amnesia.zones ? std::nullopt : Stored(machine, Document::kZones),
                amnesia.health ? std::nullopt : Stored(machine, Document::kHealth), Now());
  CarryOut();
}

void NameServerProcess::Handle(const http::Request&, http::Reply reply) {
  reply(Plain(404, "not over HTTP"));
}

bool NameServerProcess::HasDocuments(const Machine& machine) {
  return Stored(machine, Document::kZones) && Stored(machine, Document::kHealth);
}

std::string NameServerProcess::StoredZones(const Machine& machine) {
  const std::string bytes = Stored(machine, Document::kZones).value_or("");
  return bytes.substr(bytes.find('\n') + 1);
}

void NameServerProcess::CarryOut() {
  for (const nameserver::Action& action : server_.TakeActions())
    std::visit([this](const auto& wanted) { Do(wanted); }, action);
  SetTimer();
}

void NameServerProcess::SetTimer() {
  const std::optional<Instant> deadline = server_.NextDeadline();
  if (!deadline || (timer_ && *timer_ <= *deadline)) return;
  timer_ = deadline;
  machine_.After(*deadline - machine_.Now(), [this, at = *deadline] {
    if (timer_ == at) timer_.reset();
    server_.Tick(Now());
    CarryOut();
  });
}

void NameServerProcess::Do(const nameserver::StartProbe& probe) {
  const auto region = std::find_if(
      config_.regions.begin(), config_.regions.end(),
      [&](const auto& candidate) { return candidate.address == probe.target.address; });
  Check(region != config_.regions.end(), "only regions are probed");
  http::Request request;
  request.target = probe.target.path;
  network_.Call(machine_, region->name, std::move(request), health::kConnectTimeout,
                [this, key = probe.key](const Result<http::Response>& answer) {
                  server_.OnProbeDone(key, ToOutcome(answer), Now());
                  CarryOut();
                });
}

void NameServerProcess::Do(const nameserver::Persist& write) {
  storage::WriteBatch batch;
  batch.Put(storage::Space::kMeta, std::string(nameserver::DocumentName(write.document)),
            write.bytes);
  machine_.disk().Commit(std::move(batch), [this, document = write.document](const Status& status) {
    server_.OnPersisted(document, status, Now());
    CarryOut();
  });
}

void NameServerProcess::Do(const nameserver::PollSnapshot& poll) {
  network_.Call(machine_, poll.region, poll.request, poll.timeout,
                [this](const Result<http::Response>& answer) {
                  const json::Value status = server_.DescribeStatus(Now());
                  server_.OnSnapshotAnswer(
                      forgets_base_ ? WithoutBase(answer, *status.Find("snapshot")) : answer,
                      Now());
                  CarryOut();
                });
}

void NameServerProcess::Do(const nameserver::SendObservations& send) {
  network_.Call(machine_, send.region, send.request, send.timeout,
                [this](const Result<http::Response>& answer) {
                  server_.OnObservationsAnswer(answer, Now());
                  CarryOut();
                });
}

}  // namespace lifeboat::sim
