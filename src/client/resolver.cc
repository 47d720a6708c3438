#include "client/resolver.h"

#include "dns/message.h"
#include "dns/name.h"

namespace lifeboat::client {
namespace {

Result<DnsAnswer> ReadAnswer(Result<std::string> bytes, uint16_t id, const dns::Name& name) {
  if (!bytes.ok()) return bytes.error();
  const Result<dns::Answer> answer = dns::ParseAnswer(*bytes, id, name, dns::Type::kA);
  if (!answer.ok()) return Error{ErrorCode::kCorrupt, answer.error().message};
  return DnsAnswer{static_cast<int>(answer->rcode), answer->Addresses(), answer->ttl};
}

}  // namespace

void AskServer(Dialer& dialer, const ServerAddress& server, const std::string& name, uint16_t id,
               Duration timeout, std::function<void(Result<DnsAnswer>)> done) {
  Result<dns::Name> parsed = dns::Name::Parse(name);
  if (!parsed.ok()) return done(parsed.error());
  dialer.Query(server.address, server.port, dns::MakeQuery(id, *parsed, dns::Type::kA), timeout,
               [done = std::move(done), id, parsed = *parsed](Result<std::string> bytes) {
                 done(ReadAnswer(std::move(bytes), id, parsed));
               });
}

void Resolver::Resolve(const std::string& name, Done done) {
  if (!pinned_.empty()) return done(std::vector<std::string>{pinned_});
  if (const auto it = cache_.find(name); it != cache_.end()) {
    if (it->second.forever || clock_.Now() < it->second.expires) return done(it->second.addresses);
  }
  std::vector<Done>& waiting = waiting_[name];
  waiting.push_back(std::move(done));
  if (waiting.size() == 1) Ask(name, 0);
}

void Resolver::Ask(const std::string& name, int tried) {
  if (tried == kMaxDnsTries || servers_.empty())
    return Finish(name, Error{ErrorCode::kUnavailable, "no name server answered"});
  const ServerAddress& server = servers_[static_cast<size_t>(tried) % servers_.size()];
  AskServer(dialer_, server, name, next_id_++, kDnsTryTimeout,
            lifeline_.Guard([this, name, tried](Result<DnsAnswer> answer) {
              constexpr int kNoError = static_cast<int>(dns::Rcode::kNoError);
              constexpr int kNxDomain = static_cast<int>(dns::Rcode::kNxDomain);
              // A name that no server can be asked for stays one.
              if (!answer.ok() && answer.error().code == ErrorCode::kInvalid)
                return Finish(name, answer.error());
              if (!answer.ok() || (answer->rcode != kNoError && answer->rcode != kNxDomain))
                return Ask(name, tried + 1);
              if (answer->addresses.empty())
                return Finish(name, Error{ErrorCode::kNotFound, "the name has no address"});
              Keep(name, *answer);
              Finish(name, answer->addresses);
            }));
}

Duration Resolver::Life(const DnsAnswer& answer) const {
  const Duration ttl = Duration::Seconds(answer.ttl);
  return policy_.dns == DnsPolicy::kTtlPlus ? ttl + policy_.dns_extra : ttl;
}

void Resolver::Begin(Duration life) {
  begun_ = true;
  Duration period = life;
  if (begin_lifetime_.ns > 0) {
    const bool once = policy_.dns == DnsPolicy::kNone || policy_.dns == DnsPolicy::kForever;
    const int64_t times = (life.ns + begin_lifetime_.ns - 1) / begin_lifetime_.ns;
    period = begin_lifetime_ * (once ? 1 : std::max<int64_t>(times, 1));
  }
  begun_age_ = Duration::Nanos(static_cast<int64_t>(static_cast<double>(period.ns) * begin_share_));
}

void Resolver::Keep(const std::string& name, const DnsAnswer& answer) {
  const Duration life = Life(answer);
  Instant expires = clock_.Now() + life;
  if (!begun_) {
    Begin(life);
    expires = expires - begun_age_;
  }
  if (policy_.dns == DnsPolicy::kNone) return;
  cache_[name] = {answer.addresses, expires, policy_.dns == DnsPolicy::kForever};
}

void Resolver::Finish(const std::string& name, Result<std::vector<std::string>> result) {
  const auto it = waiting_.find(name);
  Check(it != waiting_.end(), "someone waits for the answer");
  const std::vector<Done> waiting = std::move(it->second);
  waiting_.erase(it);
  for (const Done& done : waiting) done(result);
}

}  // namespace lifeboat::client
