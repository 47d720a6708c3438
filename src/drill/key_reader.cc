#include "drill/key_reader.h"

#include "drill/attempt.h"

namespace lifeboat::drill {
namespace {

constexpr int kReadTries = 4;
constexpr Duration kReadTimeout = Duration::Seconds(5);
constexpr Duration kReadRetryWait = Duration::Seconds(1);

}  // namespace

KeyReader::KeyReader(const Setting& setting, const KnownItems& items, const std::string& region)
    : setting_(setting),
      items_(items),
      url_(setting.scenario.UrlOf(region)),
      resolver_(setting.host.dialer, setting.host.clock, {}, {}),
      session_(setting.host.dialer, setting.host.clock, resolver_, setting.places,
               client::ConnectionPolicy::kKeepAlive) {
  resolver_.Pin(setting.places.Find(region)->address);
}

KeyReader::Finding KeyReader::Judge(const std::string& key,
                                    const client::Exchange& exchange) const {
  Finding finding;
  if (!exchange.response) {
    finding.error = exchange.error.message;
    return finding;
  }
  const TargetApi& api = setting_.scenario.api;
  const http::Response& response = *exchange.response;
  finding.status = response.status;
  if (response.status == 404) return finding;
  if (response.status == 200) finding.seen = ReadAnswer(api, response.body).seq;
  if (finding.seen)
    finding.match = ContentMatches(api, items_.Values(key, *finding.seen), response.body);
  else
    finding.error =
        fmt::format("status {}{}", response.status,
                    response.status == 200 ? " without a number where `get.seq` says" : "");
  return finding;
}

void KeyReader::Read(const std::string& key, std::function<void(const Finding&)> done) {
  Try(key, 1, std::move(done));
}

void KeyReader::Try(const std::string& key, int tries, std::function<void(const Finding&)> done) {
  session_.Send(
      url_,
      MakeRequest(setting_.scenario.api, url_, Op::kGet, items_.Values(key, 0),
                  setting_.options.headers),
      kReadTimeout, lifeline_.Guard([this, key, tries, done](const client::Exchange& exchange) {
        const Finding finding = Judge(key, exchange);
        if (finding.error.empty() || tries == kReadTries || !WorthRetrying(exchange))
          return done(finding);
        setting_.host.scheduler.After(kReadRetryWait, lifeline_.Guard([this, key, tries, done] {
          Try(key, tries + 1, done);
        }));
      }));
}

}  // namespace lifeboat::drill
