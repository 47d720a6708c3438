// Any bytes as a control plane's snapshot, and as the documents that a name server has kept: it
// goes on answering.
#include <cstddef>
#include <cstdint>

#include "base/log.h"
#include "dns/answer.h"
#include "dns/message.h"
#include "nameserver/documents.h"
#include "nameserver/name_server.h"

namespace {

using namespace lifeboat;

nameserver::Config TheWorld() {
  nameserver::Config config;
  config.regions = {{"us-east-1", "127.0.11.1"}, {"us-west-2", "127.0.12.1"}};
  return config;
}

void Ask(const nameserver::NameServer& server, std::string_view name) {
  Prng prng(1);
  std::string out;
  for (const dns::Type type : {dns::Type::kA, dns::Type::kSoa, dns::Type::kAny, dns::Type::kTxt}) {
    dns::AnswerQuery(dns::MakeQuery(1, *dns::Name::Parse(name), type), *server.CurrentView(),
                     dns::Transport::kUdp, prng, out);
  }
  nameserver::ResolveIpv4(*server.CurrentView(), name, prng);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  log::SetLevel(log::Level::kOff);  // It says of each input what is wrong with it.
  const std::string body(reinterpret_cast<const char*>(data), size);
  health::Now now;
  for (const bool stored : {false, true}) {
    nameserver::NameServer server(TheWorld(), Prng(1));
    if (stored) {
      server.Start(nameserver::SealDocument("zones", body),
                   nameserver::SealDocument("health", body), now);
    } else {
      server.Start(body, body, now);
      server.OnSnapshotAnswer(http::Response{200, {}, body}, now);
    }
    for (const nameserver::Action& action : server.TakeActions()) {
      if (const auto* probe = std::get_if<nameserver::StartProbe>(&action)) {
        server.OnProbeDone(probe->key, {}, now);
      }
    }
    now.instant = now.instant + Duration::Seconds(31);
    server.Tick(now);
    for (const char* name : {"example.com", "www.example.com", "*.example.com", "s3.amazonaws.com",
                             "ns-1.awsdns-01.com"}) {
      Ask(server, name);
    }
    (void)server.DescribeStatus(now);
  }
  return 0;
}
