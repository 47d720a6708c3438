#include "client/http_session.h"

namespace lifeboat::client {
namespace {

std::string OriginOf(const http::Url& url) {
  return fmt::format("{}://{}:{}", url.scheme, url.host, url.port);
}

/// Host carries the port only when it isn't the scheme's own (RFC 9110, section 7.2).
std::string HostField(const http::Url& url) {
  const bool usual = url.port == (url.scheme == "https" ? 443 : 80);
  return usual ? url.host : fmt::format("{}:{}", url.host, url.port);
}

}  // namespace

void HttpSession::Send(const http::Url& url, http::Request request, Duration timeout,
                       std::function<void(Exchange)> done) {
  if (request.host().empty()) request.headers.Set("Host", HostField(url));
  if (policy_ == ConnectionPolicy::kPerRequest) request.headers.Set("Connection", "close");
  const uint64_t id = next_job_++;
  Job& job = jobs_[id];
  job.origin = OriginOf(url);
  job.url = url;
  job.request = std::move(request);
  job.deadline = clock_.Now() + timeout;
  job.done = std::move(done);
  if (policy_ == ConnectionPolicy::kKeepAlive && TakeIdle(job)) {
    Transmit(id);
    return;
  }
  resolver_.Resolve(url.host, lifeline_.Guard([this, id](auto addresses) {
    OnResolved(id, std::move(addresses));
  }));
}

bool HttpSession::TooOld(const Idle& idle) const {
  const Instant now = clock_.Now();
  return now - idle.since > kMaxIdleTime || (lifetime_ && now - idle.opened >= *lifetime_);
}

bool HttpSession::TakeIdle(Job& job) {
  std::erase_if(idle_, [&](const Idle& idle) { return TooOld(idle) || !idle.connection->open(); });
  for (size_t i = idle_.size(); i-- > 0;) {
    if (idle_[i].origin != job.origin) continue;
    job.address = idle_[i].address;
    job.opened = idle_[i].opened;
    job.connection = std::move(idle_[i].connection);
    job.reused = true;
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  }
  return false;
}

void HttpSession::OnResolved(uint64_t id, Result<std::vector<std::string>> addresses) {
  const auto it = jobs_.find(id);
  if (it == jobs_.end()) return;
  Job& job = it->second;
  if (!addresses.ok())
    return Fail(id, {Stage::kConnect, false, "name resolution: " + addresses.error().message});
  if (clock_.Now() >= job.deadline)
    return Fail(id, {Stage::kConnect, true, "name resolution took the whole time"});
  Check(!addresses.value().empty(), "a resolved name has an address");
  job.address = addresses.value()[next_address_++ % addresses.value().size()];
  Endpoint endpoint{job.address, places_.MapPort(job.address, job.url.port),
                    job.url.scheme == "https", job.url.host};
  dialer_.Connect(
      endpoint, job.deadline - clock_.Now(),
      lifeline_.Guard([this, id](auto connection) { OnConnected(id, std::move(connection)); }));
}

void HttpSession::OnConnected(uint64_t id,
                              Result<std::unique_ptr<Connection>, TransportError> connection) {
  const auto it = jobs_.find(id);
  if (it == jobs_.end()) return;
  if (!connection.ok()) return Fail(id, connection.error());
  if (clock_.Now() >= it->second.deadline)
    return Fail(id, {Stage::kConnect, true, "connecting took the whole time"});
  it->second.connection = std::move(connection).value();
  it->second.opened = OpenedNow();
  Transmit(id);
}

Instant HttpSession::OpenedNow() {
  const Instant now = clock_.Now();
  if (!lifetime_) return now;
  if (!opened_ || now - *opened_ >= *lifetime_) opened_ = now;
  if (std::exchange(first_, false))
    opened_ = now - Duration::Nanos(resolver_.begun_age().ns % lifetime_->ns);
  return *opened_;
}

void HttpSession::Transmit(uint64_t id) {
  Job& job = jobs_.at(id);
  job.connection->Send(
      std::move(job.request), job.deadline - clock_.Now(),
      lifeline_.Guard([this, id](auto answer) { OnAnswer(id, std::move(answer)); }));
}

void HttpSession::OnAnswer(uint64_t id, Result<http::Response, TransportError> answer) {
  if (!answer.ok()) return Fail(id, answer.error());
  const auto it = jobs_.find(id);
  if (it == jobs_.end()) return;
  Job job = std::move(it->second);
  jobs_.erase(it);
  if (policy_ == ConnectionPolicy::kKeepAlive && job.connection->open() &&
      idle_.size() < kMaxIdleConnections)
    idle_.push_back({job.origin, job.address, clock_.Now(), job.opened, std::move(job.connection)});
  job.done({std::move(answer).value(), {}, job.address, job.reused});
}

void HttpSession::Fail(uint64_t id, TransportError error) {
  const auto it = jobs_.find(id);
  if (it == jobs_.end()) return;
  Job job = std::move(it->second);
  jobs_.erase(it);
  opened_.reset();
  job.done({std::nullopt, std::move(error), job.address, job.reused});
}

}  // namespace lifeboat::client
