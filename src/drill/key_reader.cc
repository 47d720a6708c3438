#include "drill/key_reader.h"

#include "drill/attempt.h"
#include "drill/products.h"

namespace lifeboat::drill {
namespace {

constexpr int kReadTries = 4;
constexpr Duration kReadTimeout = Duration::Seconds(5);
constexpr Duration kReadRetryWait = Duration::Seconds(1);

KeyReader::Finding Judge(const std::string& key, const client::Exchange& exchange) {
  KeyReader::Finding finding;
  if (!exchange.response) {
    finding.error = exchange.error.message;
    return finding;
  }
  const http::Response& response = *exchange.response;
  finding.status = response.status;
  if (response.status == 404) return finding;
  finding.seen = response.status == 200 ? SequenceInProduct(response.body) : std::nullopt;
  if (finding.seen)
    finding.match = ProductMatches(response.body, key, *finding.seen);
  else
    finding.error = fmt::format("status {}{}", response.status,
                                response.status == 200 ? " without drillSeq" : "");
  return finding;
}

}  // namespace

KeyReader::KeyReader(const Setting& setting, const std::string& region)
    : setting_(setting),
      resolver_(setting.host.dialer, setting.host.clock, {}, {}),
      session_(setting.host.dialer, setting.host.clock, resolver_, setting.places,
               client::ConnectionPolicy::kKeepAlive) {
  resolver_.Pin(setting.places.Find(region)->address);
}

void KeyReader::Read(const std::string& key, std::function<void(const Finding&)> done) {
  Try(key, 1, std::move(done));
}

void KeyReader::Try(const std::string& key, int tries, std::function<void(const Finding&)> done) {
  PlannedRequest get;
  get.key = key;
  session_.Send(
      setting_.scenario.target, ProductRequest(setting_.scenario.target, get), kReadTimeout,
      lifeline_.Guard([this, key, tries, done](const client::Exchange& exchange) {
        const Finding finding = Judge(key, exchange);
        if (finding.error.empty() || tries == kReadTries || !WorthRetrying(exchange))
          return done(finding);
        setting_.host.scheduler.After(kReadRetryWait, lifeline_.Guard([this, key, tries, done] {
          Try(key, tries + 1, done);
        }));
      }));
}

}  // namespace lifeboat::drill
